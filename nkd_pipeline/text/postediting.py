"""What the raw output of a neural translator goes through before it is kept, piece by piece, with the German beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence

from nkd_pipeline.records import Article
from nkd_pipeline.text.corrections import correct
from nkd_pipeline.text.gathering import read_article
from nkd_pipeline.text.matching import QUOTED

_RUN = 4  # tokens of a loop: shorter ones occur in good English ("soft, soft and soft")
_MOST_RUNS = 3
_DASHES = re.compile(r"^(?:- )+")


def longest(source_tokens: int) -> int:
    """Tokens that a translation of so many tokens can have at most. English is about as long as German; short names may become phrases."""
    return 3 * source_tokens + 20


def degenerate(source: Sequence[Hashable], output: Sequence[Hashable]) -> bool:
    """Whether an output is no translation: empty, far too long, or the same four tokens over and over where the source does not repeat itself so.

    Models fall into loops on texts unlike those they learnt from, such as capitals and codes (Helsinki-NLP/Opus-MT issue 49).
    """
    if not output or len(output) > longest(len(source)):
        return True
    return _runs(output) > max(_MOST_RUNS, _runs(source))


def _runs(tokens: Sequence[Hashable]) -> int:
    """How often the most frequent run of four tokens occurs."""
    return max(Counter(zip(*(tokens[at:] for at in range(_RUN)), strict=False)).values(), default=0)


def family_of(article: Article) -> str:
    """The family of the article's garment as corrections ask for it, "" when no text names one. Of a set the accessory counts: its bag is a bag."""
    garment = read_article(article).garment
    if garment is None:
        return ""
    return "accessory" if "accessory" in garment.families else garment.term.more("family")


def post_edited(english: str, german: str, family: str) -> str:
    """The English of one piece on one line, with known mistakes corrected and quotations as the German has them.

    What product texts quote are names and what is printed on the garment; the picture must show it as it is.
    """
    text = " ".join(english.split())
    if not german.startswith("-"):
        # models that learnt from subtitles begin lines with a dash; here that would be a bullet
        text = _DASHES.sub("", text)
    return _quoted_as_written(correct(text, german, family), german)


def _quoted_as_written(english: str, german: str) -> str:
    written = [match.group(1) or match.group(2) for match in QUOTED.finditer(german)]
    said = list(QUOTED.finditer(english))
    if len(said) != len(written):
        return english
    for match, words in reversed(list(zip(said, written, strict=True))):
        inside = 1 if match.group(1) is not None else 2
        english = english[: match.start(inside)] + words + english[match.end(inside) :]
    return english
