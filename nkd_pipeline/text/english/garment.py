"""The garment that an English text speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from nkd_pipeline.text.english.pieces import Piece
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term

_THINGS = ("neckline", "collar", "sleeves", "closure", "hem", "detail", "print")


@dataclass(frozen=True, slots=True)
class Found:
    """A garment: its English, the sketch's kind, the words of the text, and the places of the pieces that name it."""

    english: str
    kind: str
    source: str
    places: tuple[int, ...]


def found_garment(pieces: list[Piece]) -> Found | None:
    """The first garment of a text; of several words in a row the last one is the noun. A set takes in the garments behind it."""
    named = [(at, term) for at, piece in enumerate(pieces) if (term := piece.reading("garment")) and _is_noun(pieces, at)]
    if not named:
        return None
    at, term = named[0]
    following = [(place, other) for place, other in named[1:] if place > at]
    if term.english in words("garments", "sets") and following:
        return _set(pieces, at, following[:2])
    for place, other in following:
        if place != at + 1 or pieces[place].begins:
            break
        at, term = place, other
    return Found(term.english, _kind(term), pieces[at].source, (at,))


def _is_noun(pieces: list[Piece], at: int) -> bool:
    """Whether a garment's word is a noun of its own: not the top of "at the top", nor the shirt of a shirt's collar."""
    before = [piece.word for piece in pieces[max(0, at - 2) : at]]
    if pieces[at].reading("place") and before and before[-1] == "the":
        return False
    following = pieces[at + 1] if at + 1 < len(pieces) else None
    return not (following and not following.begins and following.reading(*_THINGS) and following.reading("pattern", "fit", "length") is None)


def _set(pieces: list[Piece], at: int, members: list[tuple[int, Term]]) -> Found:
    names = " and ".join(term.english for _, term in members)
    kind = next((_kind(term) for _, term in members if _kind(term)), "")
    return Found(f"set of {names}", kind, pieces[at].source, (at, *(place for place, _ in members)))


def _kind(term: Term) -> str:
    """What the sketch draws: the vocabulary's kind, else what such a family mostly looks like."""
    if term.english in words("garments", "undrawable"):
        return ""
    return term.more("kind") or str(rules("garments")["family_kinds"].get(term.more("family"), ""))
