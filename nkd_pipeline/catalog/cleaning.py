"""Texts without what no reader of a table can see."""

from __future__ import annotations

import re

# All control characters but tab and line feed; byte order marks pasted along; zero-width spaces; marks that turn the direction of what follows.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\u2060\u202a-\u202e\u2066-\u2069]")
_HALVES = re.compile(r"[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")  # all but the first are soft line breaks pasted from word processors


def clean_text(text: str) -> str:
    """A text without control characters, invisible marks and halves of characters, its line ends being line feeds; all else stays as delivered."""
    text = _LINE_ENDS.sub("\n", text)
    if _HALVES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")  # joins halves that belong together, drops the others
    return _INVISIBLE.sub("", text)
