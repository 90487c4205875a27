"""What a rewritten prompt lost of the facts it was given, and what it added."""

from __future__ import annotations

from nkd_pipeline.records import Fact
from nkd_pipeline.text.english.pieces import pieces_of
from nkd_pipeline.text.english.reading import facts_of
from nkd_pipeline.text.grounding import within
from nkd_pipeline.text.rules import words


def facts_lost(basic: str, improved: str) -> tuple[Fact, ...]:
    """The facts of a prompt that another wording of it no longer states; sources are the first prompt's words.

    A fact is kept when the other text is read to state it, or has all its words, in whatever form: "striped" is kept by "with fine stripes".
    """
    return _missing(basic, improved)


def facts_invented(basic: str, improved: str) -> tuple[Fact, ...]:
    """The facts of a rewritten prompt that the first one does not state; sources are the rewritten prompt's words.

    What is said of the photo, its light and its background is no fact, nor are words of praise.
    """
    return _missing(improved, basic)


def _missing(text: str, other: str) -> tuple[Fact, ...]:
    stated = {(fact.aspect, fact.value) for fact in facts_of(other)}
    said = " ".join(piece.source for piece in pieces_of(other))
    return tuple(
        fact
        for fact in facts_of(text)
        # a colour's word alone may belong to anything: a button, a flower
        if (fact.aspect, fact.value) not in stated and (fact.aspect in words("merging", "strict") or not within(fact.value, said))
    )
