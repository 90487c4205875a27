"""Styles and artists in a prompt: what prompt collections add to every text, and what a catalog never wants unasked."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("styles.toml")
_LISTS = ("styles", "artists", "renderers", "sites")
_NAME = r"(?:[^\W\d_][\w.'’-]*\s+){0,3}[^\W\d_][\w.'’-]*"  # up to four words


def styles_in(text: str) -> tuple[str, ...]:
    """The styles, artists, renderers and sites that a text names, in small letters and each once, in the order of the text.

    "in the style of Jane Doe" is one as well, though nobody has listed her.
    """
    return tuple(dict.fromkeys(_folded(match["listed"] or match["unlisted"]) for match in _pattern().finditer(text)))


def invented_styles(source: str, text: str) -> tuple[str, ...]:
    """The styles of a text that its source does not name; "Vincent van Gogh" is no invention where the source says "van Gogh"."""
    held = styles_in(source)
    return tuple(style for style in styles_in(text) if not any(one in style or style in one for one in held))


def style_phrases() -> tuple[str, ...]:
    """All that announces or names a style, as the file writes it."""
    data = _data()
    return tuple(dict.fromkeys([*data["openers"], *(phrase for name in _LISTS for phrase in data[name])]))


def is_common(word: str) -> bool:
    """Whether ordinary phrases begin with this word as well."""
    return word.lower() in _data()["common"]


def is_opener(phrase: str) -> bool:
    """Whether a phrase of the file announces a style and is none itself."""
    return phrase in _data()["openers"]


def holds(text: str, phrase: str) -> bool:
    """Whether a text has a phrase, whatever its case."""
    return re.search(rf"(?<!\w){re.escape(_folded(phrase))}(?!\w)", _folded(text)) is not None


def styles_digest() -> str:
    """SHA-256 of the file: part of the fingerprint of stages that look for styles."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def _pattern() -> re.Pattern[str]:
    data = _data()
    phrases = sorted((phrase for name in _LISTS for phrase in data[name]), key=len, reverse=True)
    listed = "|".join(_loose(phrase) for phrase in phrases)
    openers = "|".join(_loose(phrase) for phrase in data["openers"])
    # a listed name behind an opener is that name, whatever announces it
    unlisted = rf"(?:{openers})\s+(?!(?:the\s+)?(?:{listed})(?!\w)){_NAME}"
    return re.compile(rf"(?<!\w)(?:(?P<listed>{listed})|(?P<unlisted>{unlisted}))(?!\w)", re.IGNORECASE)


def _loose(phrase: str) -> str:
    """A phrase with any white space between its words."""
    return r"\s+".join(map(re.escape, phrase.split()))


def _folded(text: str) -> str:
    return " ".join(text.lower().split())
