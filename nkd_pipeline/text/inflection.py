"""German words led back to the form that the vocabulary has: "Knöpfen" to "Knopf"."""

from __future__ import annotations

import functools

from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import Term, vocabulary

PLAIN_VOWEL = {"ä": "a", "ö": "o", "ü": "u"}
WEAK = frozenset(("intensity", "general", "place"))  # aspects that say little of a garment
_STRONG = frozenset(("length", "fit", "colour", "pattern", "intensity"))
_ENDINGS: tuple[str, ...] = tuple(rules("compounds")["endings"])
_MIN_STEM = 3
_MIN_HEAD = 4


def stems(word: str) -> list[str]:
    """Forms from which an inflected word may come, likeliest first: "knöpfen" -> knöpf, knopf, knöpfe, ..."""
    found = [word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            stem = word[: -len(ending)]
            found.append(stem)
            if not stem.endswith("e"):
                found.append(stem + "e")
            if stem.endswith("l") and len(stem) > _MIN_STEM:
                found.append(stem[:-1] + "el")  # dunkle -> dunkel
            if len(stem) > _MIN_HEAD and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    plain = []
    for stem in found:
        for place in range(len(stem) - 1, -1, -1):
            if stem[place] in PLAIN_VOWEL:
                plain.append(stem[:place] + PLAIN_VOWEL[stem[place]] + stem[place + 1 :])
                break
    return list(dict.fromkeys(found + plain))


@functools.lru_cache(maxsize=65536)
def lookup(word: str) -> tuple[Term, ...]:
    """Readings of a word as it stands or of what it is an inflected form of."""
    exact = vocabulary().single(word)
    if len(word) <= _MIN_STEM or (exact and any(term.aspect not in WEAK for term in exact)):
        return exact
    if not exact:
        return _inflected(word, None)
    # "lange" may stand in the list of general words; that it is a form of "lang", a length, counts as well
    return (*exact, *_inflected(word, _STRONG - {term.aspect for term in exact}))


def _inflected(word: str, aspects: frozenset[str] | None) -> tuple[Term, ...]:
    """Readings of the likeliest form that the word can come from, of certain aspects only."""
    index = vocabulary()
    for stem in stems(word)[1:]:
        # abbreviations and short general words are never inflected: "sien" is no form of "si"
        terms = tuple(
            term
            for term in index.single(stem)
            if term.file != "abbreviations" and (term.aspect != "general" or len(stem) > _MIN_STEM) and (aspects is None or term.aspect in aspects)
        )
        if terms:
            return terms
    return ()
