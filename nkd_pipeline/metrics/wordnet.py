"""Synonyms by WordNet's own files, as Debian's package wordnet-base brings them (`/usr/share/wordnet`) and nltk's data `corpora/wordnet`.

nltk's reader wants files that Debian does not have, and refuses folders outside its own. The formats are described in WordNet's manual pages wndb(5)
and morphy(7); words are reduced to their base forms as nltk does it.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import NamedTuple

# suffixes of inflected forms by part of speech, morphy(7), with nltk's (ves, f); adverbs have none
_ENDINGS = {
    "noun": (
        ("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"),
    ),
    "verb": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "adv": (),
}  # fmt: skip
_MARKER = re.compile(r"\([^()]*\)$")  # of adjectives that stand in certain places only: "afloat(p)"


class Word(NamedTuple):
    """A word of a synonym set."""

    text: str

    def name(self) -> str:
        """The word, with underscores for its spaces."""
        return self.text


class SynonymSet(NamedTuple):
    """Words that mean the same."""

    words: tuple[Word, ...]

    def lemmas(self) -> tuple[Word, ...]:
        """Its words."""
        return self.words


class WordNet:
    """WordNet's synonym sets, read when they are first asked for (some two seconds for WordNet 3.0)."""

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError when the folder has no WordNet."""
        needed = [f"{kind}.{part}" for part in _ENDINGS for kind in ("index", "data")] + [f"{part}.exc" for part in _ENDINGS]
        if missing := sorted(name for name in needed if not (folder / name).is_file()):
            raise FileNotFoundError(f"{folder} has no {missing[0]}, so there is no WordNet. Install it (Debian: wordnet-base) or name none.")
        self._folder = folder
        self.synsets = functools.lru_cache(maxsize=65536)(self._synsets)

    def _synsets(self, word: str) -> tuple[SynonymSet, ...]:
        lower = word.lower()
        return tuple(
            self._set(part, offset) for part in _ENDINGS for form in self._base_forms(lower, part) for offset in self._index(part).get(form, ())
        )

    def _base_forms(self, form: str, part: str) -> list[str]:
        """The form itself, and what it may be an inflection of. The dictionary knows which of them are words."""
        irregular = self._exceptions(part).get(form)
        regular = [form.removesuffix(old) + new for old, new in _ENDINGS[part] if form.endswith(old)]
        return list(dict.fromkeys([form, *(regular if irregular is None else irregular)]))

    @functools.cached_property
    def _parts(self) -> dict[str, tuple[dict[str, list[int]], dict[str, list[str]], bytes]]:
        """By part of speech the index, the exceptions and the bytes of the data file, into which the index's numbers point."""
        return {part: (_read_index(self._folder, part), _read_exceptions(self._folder, part), _data(self._folder, part)) for part in _ENDINGS}

    def _index(self, part: str) -> dict[str, list[int]]:
        return self._parts[part][0]

    def _exceptions(self, part: str) -> dict[str, list[str]]:
        return self._parts[part][1]

    def _set(self, part: str, offset: int) -> SynonymSet:
        data = self._parts[part][2]
        fields = data[offset : data.index(b"\n", offset)].decode("utf-8").split()
        count = int(fields[3], 16)
        return SynonymSet(tuple(Word(_MARKER.sub("", name)) for name in fields[4 : 4 + 2 * count : 2]))


def _read_index(folder: Path, part: str) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for line in (folder / f"index.{part}").read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):  # the licence
            word, _, count, *rest = line.split()
            index[word] = [int(number) for number in rest[-int(count) :]]
    return index


def _read_exceptions(folder: Path, part: str) -> dict[str, list[str]]:
    lines = (folder / f"{part}.exc").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines if line.strip()}


def _data(folder: Path, part: str) -> bytes:
    return (folder / f"data.{part}").read_bytes()
