"""Names and alternative texts as a German shop shows them."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterable
from functools import cache

from nkd_pipeline.text.vocabulary import VOCABULARY_FOLDER


def alt_text(name: str, colours: Iterable[str], length: int) -> str:
    """The German name, then those of the picture's colours (canonical English) that it lacks, in German; cut at a word to `length` characters."""
    said = name.casefold()
    german = [word for colour in colours if (word := _german_colours().get(colour)) and word.casefold() not in said]
    listed = " und ".join(filter(None, (", ".join(german[:-1]), *german[-1:])))
    return textwrap.shorten(", ".join(filter(None, (name, listed))), length, placeholder=" …")


@cache
def _german_colours() -> dict[str, str]:
    """English -> the plainest German word, which the vocabulary lists first."""
    with (VOCABULARY_FOLDER / "colours.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] == "de"]
    return {row["english"]: row["term"] for row in reversed(rows)}
