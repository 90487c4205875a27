"""Emphasis in prompts: ((bold print)), (bold print:1.3), [label].

Round brackets weigh their text 1.1 times as much, square ones 1/1.1, nested ones multiply, and a number behind a colon replaces the 1.1. A backslash
makes a bracket a character; a bracket without a partner is one anyway. The notation is the one that Stable Diffusion's users write, and the paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STEP = 1.1
_PARTNERS = {"(": ")", "[": "]"}
_PIECE = re.compile(r"\\[\\()\[\]]|[()\[\]]|[^\\()\[\]]+|\\")
_NUMBER = re.compile(r":\s*(\d{1,3}(?:\.\d+)?|\.\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words with one weight; 1 is ordinary."""

    text: str
    weight: float


@dataclass(slots=True)
class _Open:
    """A bracket that waits for its partner; `start` is the piece behind it."""

    bracket: str
    start: int


def fragments_of(prompt: str) -> list[Fragment]:
    """The prompt's words without its brackets, in order; neighbours of the same weight are one fragment."""
    pieces = [_Piece(text) for text in _PIECE.findall(prompt)]
    waiting: list[_Open] = []
    for position, piece in enumerate(pieces):
        if piece.text in _PARTNERS:
            waiting.append(_Open(piece.text, position + 1))
        elif piece.text in _PARTNERS.values():
            _close(pieces, waiting, position)
    return _joined(pieces)


def plain(prompt: str) -> str:
    """The prompt's words alone, for models that cannot weigh them."""
    return "".join(fragment.text for fragment in fragments_of(prompt))


@dataclass(slots=True)
class _Piece:
    text: str
    weight: float = 1.0
    gone: bool = False  # a bracket that did its work


def _close(pieces: list[_Piece], waiting: list[_Open], position: int) -> None:
    """Weighs what stands between a closing bracket and the nearest open one of its kind; those opened between them stay characters."""
    closing = pieces[position].text
    at = next((i for i in reversed(range(len(waiting))) if _PARTNERS[waiting[i].bracket] == closing), None)
    if at is None:
        return
    opened = waiting[at]
    del waiting[at:]
    factor = STEP if closing == ")" else 1 / STEP
    last = pieces[position - 1]
    number = _NUMBER.search(last.text) if closing == ")" and position > opened.start and not last.gone else None
    if number:
        factor, last.text = float(number[1]), last.text[: number.start()]
    for piece in pieces[opened.start : position]:
        piece.weight *= factor
    pieces[position].gone = pieces[opened.start - 1].gone = True


def _joined(pieces: list[_Piece]) -> list[Fragment]:
    found: list[Fragment] = []
    for piece in pieces:
        text = piece.text[1:] if len(piece.text) == 2 and piece.text[0] == "\\" else piece.text
        weight = round(piece.weight, 6)
        if piece.gone or not text:
            continue
        if found and found[-1].weight == weight:
            found[-1] = Fragment(found[-1].text + text, weight)
        else:
            found.append(Fragment(text, weight))
    return found
