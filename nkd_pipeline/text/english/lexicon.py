"""English words and what they say: the vocabulary seen from its English side."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.templates_file import template
from nkd_pipeline.text.vocabulary import Term, digest, read_rows, tokens_of, vocabulary

_FILE = Path(__file__).with_name("english.toml")
_FORMS = ("sleeves", "neckline", "collar", "closure", "pattern", "colour")
# what a phrase is taken for when it can be several things, the likeliest first; a place or an intensity only where it is asked for
ASPECTS = (
    *("garment", "neckline", "collar", "sleeves", "closure", "hem", "pattern", "print", "colour", "target_group"),
    *("material", "fit", "length", "detail", "motif", "intensity", "place"),
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`phrases` maps words to what they say, the likeliest reading first; `longest` how many words the longest phrase beginning with a word has."""

    phrases: dict[tuple[str, ...], tuple[Term, ...]]
    longest: dict[str, int]

    def at(self, words: tuple[str, ...]) -> tuple[tuple[Term, ...], int]:
        """The readings of the longest phrase at the beginning of some words, and its length; () and 1 when there is none."""
        reach = max(self.longest.get(words[0], 0), self.longest.get(_singular(words[0]), 0))
        for size in range(min(reach, len(words)), 0, -1):
            found = self.phrases.get(words[:size]) or self.phrases.get((*words[: size - 1], _singular(words[size - 1])))
            if found:
                return found, size
        return (), 1


@functools.cache
def english() -> dict[str, Any]:
    """english.toml as it stands."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def english_words(name: str) -> frozenset[str]:
    """A list of english.toml."""
    return frozenset(english()[name])


@functools.cache
def english_digest() -> str:
    """SHA-256 over all that reading depends on: part of the fingerprint of stages that read prompts."""
    return hashlib.sha256(digest().encode() + _FILE.read_bytes()).hexdigest()


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon, made once."""
    phrases: dict[tuple[str, ...], dict[tuple[str, str], Term]] = {}
    for phrase, term in _entries():
        words = tokens_of(phrase)
        if words:
            phrases.setdefault(words, {}).setdefault((term.aspect, term.english), term)
    longest: dict[str, int] = {}
    for words in phrases:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return Lexicon(
        {words: tuple(sorted(readings.values(), key=lambda term: ASPECTS.index(term.aspect))) for words, readings in phrases.items()}, longest
    )


def _entries() -> Iterator[tuple[str, Term]]:
    """Phrases with their readings; of two readings of one aspect and English the first counts."""
    own = english()
    for name, values in own["garments"].items():
        yield name, Term(name, "en", values["english"], "garment", "garments", (("kind", values["kind"]), ("family", values["family"])))
    terms = [term for terms in vocabulary().phrases.values() for term in terms if term.aspect in ASPECTS and term.english]
    for term in terms:
        yield term.english, term
    for term in terms:
        if term.lang == "en":
            yield term.term, term
    for aspect in _FORMS:
        for phrase, value in own[aspect].items():
            yield phrase, Term(phrase, "en", value, aspect, "english")
    nouns = template()["noun_of"]
    yield from ((nouns[term.english], term) for term in terms if term.aspect in ("length", "fit") and term.english in nouns)
    yield from _regional(terms)


def _regional(terms: list[Term]) -> Iterator[tuple[str, Term]]:
    """What markets call garments: "jumper" is a sweater."""
    garments = {term.english: term for term in terms if term.aspect == "garment"}
    names = [(row["term"], row["english"]) for row in read_rows("regional")]
    names += [(said, name) for market in rules("region").values() for name, said in market.items()]
    for said, name in names:
        if name in garments and said not in garments:
            yield said, garments[name]


def _singular(word: str) -> str:
    """A plural led back to what the vocabulary has: "dresses", "buttons"."""
    if word.endswith(("ses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


__all__ = ["ASPECTS", "Lexicon", "english", "english_digest", "english_words", "lexicon"]
