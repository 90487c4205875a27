"""How replies spell the four keys, and where in a broken reply they stand."""

from __future__ import annotations

import functools
import re

from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import fold

DOUBLE, SINGLE = '"“”„‟«»', "'‘’‚`´"
QUOTES = DOUBLE + SINGLE


def squeezed(key: str) -> str:
    """A key without case and signs, in which spellings are compared."""
    return re.sub(r"[\W\d_]+", "", fold(key))


def key_of(spelled: str) -> str:
    """The key that a spelling means, "" when it is none: "productType", "Produktart" -> product_type."""
    return _spellings().get(squeezed(spelled), "")


@functools.cache
def _spellings() -> dict[str, str]:
    """Every spelling without signs -> the key that it means."""
    return {squeezed(spelling): key for key, spellings in rules("replies")["keys"].items() for spelling in spellings}


@functools.cache
def _alternatives() -> str:
    spellings = sorted((spelling for spellings in rules("replies")["keys"].values() for spelling in spellings), key=len, reverse=True)
    return "|".join(r"[\W_]{0,3}".join(map(re.escape, spelling.split())) for spelling in spellings)


@functools.cache
def anchors() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a key of a broken object ends: in quotes, or bare behind a brace or comma of an object."""
    quote = rf"\\?[{QUOTES}]"
    ends = r"\s{0,20}[:=]"
    return (
        re.compile(rf"{quote}\s?(?P<key>{_alternatives()})\s?{quote}(?:{ends}|\s{{0,20}}(?=[{QUOTES}\[{{]))", re.I),
        re.compile(rf"[{{,]\s{{0,20}}(?P<key>{_alternatives()})(?<=\w){ends}", re.I),
    )


@functools.cache
def line_anchor() -> re.Pattern[str]:
    """The beginning of a line that names a key, up to its value: "2. **Key visual features** (two or three): "."""
    begins = r"[\s>|#*_•\-–]{0,12}(?:\d{1,2}[.):]\s{0,4})?[*_`\s]{0,4}"
    remark = r"(?:\([^)]{0,60}\)\s?)?"
    ends = r"(?:[:=–—|]|(?<=\s)-\s)[*_`\s]{0,6}"
    return re.compile(rf"{begins}(?P<key>{_alternatives()})\b[*_`\s]{{0,6}}{remark}{ends}", re.I)
