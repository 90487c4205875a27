"""Values of attributes as copy in English and German says them, and whether a text states them.

A value is read by the vocabulary: "Round Neck" is a crew neck, and so are "Rundhalsausschnitt" and "mit rundem Ausschnitt". What is denied
("without a hood", "ohne Kapuze") is not stated. Of a value that the vocabulary does not know, the words themselves must be in the text.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from nkd_pipeline.records.product_copy import AttributeValue
from nkd_pipeline.text.english.lexicon import english_digest, english_words
from nkd_pipeline.text.english.pieces import Piece, pieces_of
from nkd_pipeline.text.grounding import forms
from nkd_pipeline.text.matching import clauses_of
from nkd_pipeline.text.rules import words
from nkd_pipeline.text.vocabulary import fold, tokens_of

LANGUAGES = ("en", "de")
_SAID = frozenset(  # what copy can say of a garment
    (
        "garment",
        "neckline",
        "collar",
        "sleeves",
        "closure",
        "hem",
        "pattern",
        "print",
        "colour",
        "target_group",
        "material",
        "fit",
        "length",
        "detail",
    )
)


@functools.cache
def table() -> dict[str, Any]:
    """values.toml as it stands."""
    return tomllib.loads(_file().read_text(encoding="utf-8"))


@functools.cache
def values_digest() -> str:
    """SHA-256 over all that reading of values depends on: part of a copywriter's fingerprint."""
    return hashlib.sha256(english_digest().encode() + _file().read_bytes()).hexdigest()


def is_said(value: AttributeValue) -> bool:
    """Whether copy speaks of such a value: of "No Collar" it does not."""
    return fold(value.value).strip() not in table()["unsaid"] and bool(tokens_of(value.value))


def aspect_of(value: str) -> str:
    """What a value speaks of: garment, colour, sleeves, ...; "" where the vocabulary does not know."""
    piece = next((piece for piece in pieces_of(value) if _meant(piece)), None)
    return next((term.aspect for term in piece.readings if term.aspect in _SAID), "") if piece else ""


def as_said(value: str, language: str) -> str:
    """A value as it stands in a list in English or German; in German one that has no entry stays English."""
    pieces = pieces_of(value)
    meant = _meant(pieces[0]) if len(pieces) == 1 else ()
    entries = table()["german" if language == "de" else "english"]
    plain = value.lower() if meant and language == "en" else value
    return next((str(entries[name]) for name in meant if name in entries), plain)


def lacking(values: Iterable[AttributeValue], text: str, language: str) -> tuple[AttributeValue, ...]:
    """The values that a text in English or German does not state."""
    stated = _stated_in_german(text) if language == "de" else _stated_in_english(text)
    present = {form for word in tokens_of(text) for form in forms(word)}
    return tuple(value for value in values if not _is_stated(value.value, stated, present))


def _is_stated(value: str, stated: set[str], present: set[str]) -> bool:
    for piece in pieces_of(value):
        meant = _meant(piece)
        if meant and not stated & {*meant, *(other for name in meant for other in table()["same"].get(name, ()))}:
            return False
        if not meant and not all(word in words("merging", "small") or not present.isdisjoint(forms(word)) for word in tokens_of(piece.source)):
            return False
    return True


def _meant(piece: Piece) -> tuple[str, ...]:
    """What a piece of a value means, in the vocabulary's English."""
    return tuple(dict.fromkeys(term.english for term in piece.readings if term.aspect in _SAID))


def _stated_in_english(text: str) -> set[str]:
    stated: set[str] = set()
    denied = False
    for piece in pieces_of(text):
        # a denial reaches to the end of its phrase: "without a hood, in red"
        denied = piece.word in english_words("denying") or (denied and not piece.begins)
        if not denied:
            stated.update(_meant(piece))
    return stated


def _stated_in_german(text: str) -> set[str]:
    items = [item for clause in clauses_of(text) for item in clause if not item.negated]
    return {term.english for item in items for terms in (item.terms, *item.modifiers) for term in terms if term.aspect in _SAID}


def _file() -> Any:  # noqa: ANN401 - importlib's Traversable
    return files(__package__).joinpath("values.toml")
