"""Corrections after any machine translation: English words that are wrong given the German they came from."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from nkd_pipeline.text.vocabulary import fold, read_rows

_FAMILIES = ("accessory", "shoes", "underwear")


@dataclass(frozen=True, slots=True)
class Trap:
    """A wrong English word, the right one, and the German whose presence shows that it is wrong."""

    wrong: re.Pattern[str]
    right: str
    german: tuple[re.Pattern[str], ...]
    context: str


@functools.lru_cache(maxsize=1)
def traps() -> tuple[Trap, ...]:
    """The rows of traps.csv, longest wrong phrase first, so that "bag on the chest" is corrected before "bag"."""
    found = []
    for row in read_rows("traps"):
        if row["wrong_english"]:
            german = tuple(_german(word) for word in re.split(r"[|;]", row["when_german"]) if word.strip())
            found.append(
                (
                    row["wrong_english"],
                    Trap(re.compile(rf"\b{re.escape(row['wrong_english'])}\b", re.I), row["right_english"], german, row.get("context", "any")),
                )
            )
    return tuple(trap for _, trap in sorted(found, key=lambda entry: -len(entry[0])))


def _german(word: str) -> re.Pattern[str]:
    word = word.strip()
    if not word[:1].isupper():
        word = fold(word)  # else the capital counts: "Jungen" are boys, "jungen" is an adjective
    # a trailing or leading asterisk opens the word; otherwise inflected forms count, other words do not
    start = "" if word.startswith("*") else r"(?<![^\W_])"
    end = "" if word.endswith("*") else r"(?:s|n|en|e|er|es|em)?(?![^\W_])"
    return re.compile(start + re.escape(word.strip("*")) + end)


def correct(english: str, german: str, family: str = "") -> str:
    """The translation with the known traps corrected; a correction applies only when its German stands in the source.

    `family` is the garment's family where it is known: "Tasche" is a pocket, but not of an article that is a bag.
    """
    source = f"{fold(german)}\n{german}"
    for trap in traps():
        if _fits(trap.context, family) and trap.wrong.search(english) and (not trap.german or any(word.search(source) for word in trap.german)):
            english = _replaced(trap, english)
    return english


def _fits(context: str, family: str) -> bool:
    if context.startswith("not "):
        return family != context.removeprefix("not ")
    return family == context if context in _FAMILIES else True


def _replaced(trap: Trap, english: str) -> str:
    return trap.wrong.sub(lambda match: _like(match.group(0), trap.right), english)


def _like(written: str, right: str) -> str:
    """The right word, with a capital where the wrong one had it."""
    return right[:1].upper() + right[1:] if written[:1].isupper() else right
