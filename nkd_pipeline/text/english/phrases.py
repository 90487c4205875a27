"""What stands around a noun in English: adjectives before it, places behind it."""

from __future__ import annotations

import functools
from collections.abc import Container, Sequence

from nkd_pipeline.text.english.lexicon import english_words
from nkd_pipeline.text.english.pieces import Piece
from nkd_pipeline.text.rules import words
from nkd_pipeline.text.templates_file import template
from nkd_pipeline.text.vocabulary import tokens_of

THINGS = ("neckline", "collar", "sleeves", "closure", "hem", "detail", "print")  # have adjectives, colours and places of their own
DESCRIBING = ("colour", "pattern", "material", "fit", "length", "target_group")
_ADJECTIVES = ("colour", "intensity", "place", "material", "pattern")
_NEAR = 4  # pieces of a place behind a thing


def adjectives(pieces: Sequence[Piece], at: int, taken: Container[int]) -> list[str]:
    """The English of what stands directly before a thing and describes it, in order; pieces at `taken` places belong to the garment."""
    found: list[str] = []
    place = at
    while place > 0 and not pieces[place].begins and place - 1 not in taken:
        place -= 1
        piece = pieces[place]
        term = piece.reading(*_ADJECTIVES)
        if piece.word in _emphasis():
            continue
        if piece.reading(*THINGS) or not (term or piece.word in words("phrases", "visual")):
            break
        found.insert(0, term.english if term and term.aspect != "place" else piece.source.lower())
    return found


@functools.cache
def _emphasis() -> frozenset[str]:
    """Words by which the template makes an image model draw a thing strongly; they say nothing of the thing."""
    wordings = template()["emphasis"]
    return frozenset(tokens_of(f"{wordings['words']} {wordings['weights']}".replace("{feature}", "")))


def place_behind(pieces: Sequence[Piece], at: int) -> str:
    """The place behind a thing: " on the left chest", "" when none is said."""
    rest = pieces[at + 1 : at + 1 + _NEAR]
    if not rest or rest[0].begins or rest[0].word not in english_words("places"):
        return ""
    said = [rest[0].source]
    for piece in rest[1:]:
        if piece.begins or (piece.word not in ("the", "a") and not piece.reading("place", *THINGS)):
            break
        said.append(piece.source)
    return f" {' '.join(said)}" if len(said) > 1 else ""


def describes_thing(pieces: Sequence[Piece], at: int, taken: Container[int]) -> bool:
    """Whether a piece describes a thing and not the garment: white buttons, a striped collar."""
    for place in range(at + 1, len(pieces)):
        piece = pieces[place]
        if piece.begins or piece.quoted or place in taken:
            return False
        if piece.reading(*THINGS):
            return piece.reading("pattern") is None
        if not piece.reading(*DESCRIBING, "intensity", "place", "motif"):
            return False
    return False


def stands_alone(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a piece is a phrase of its own: between commas, or behind "with"."""
    before = at == 0 or pieces[at].begins or pieces[at - 1].word in ("with", "featuring", "and")
    return before and (at + 1 == len(pieces) or pieces[at + 1].begins)
