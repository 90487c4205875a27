"""Takes prose apart into the pieces that a translation model is given one by one, and puts the translated pieces together again.

A line, a bullet and a sentence are pieces of their own: OPUS-MT models learnt from single sentences and silently drop what follows the first ones
(Helsinki-NLP/Opus-MT issue 60, marian-nmt/marian issue 389). What stands between the pieces stays exactly as it is, so the structure is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nkd_pipeline.text.matching import QUOTED
from nkd_pipeline.text.rules import rules

_BULLET = re.compile(r"\s*-[ \t]+")
# \0 stands for a quotation, within which no sentence ends
_SENTENCE_END = re.compile(r"[.!?…][)\]\"“”»«’']*(\s+)(?=[\0A-ZÄÖÜ\d(\"„“»«‚'])")
_ABBREVIATED = re.compile(rf"(?<![^\W_])(?:[^\W\d_]|\d{{1,2}}|{'|'.join(rules('sentences')['abbreviations'])})\.\s*$", re.I)
_REACH = 16  # characters before a full stop that say whether it belongs to an abbreviation
_CLAUSE_END = re.compile(r"[,;:)–](?=\s)")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `translatable` ones begin and end with something visible and hold a letter; the others are layout, numbers and signs."""

    text: str
    translatable: bool


def taken_apart(text: str, tokens: Callable[[str], int], limit: int) -> tuple[Piece, ...]:
    """The pieces of a text in order; their texts joined are the text again.

    `tokens` counts a text's tokens; no translatable piece has more than `limit` of them. A sentence that is too long is cut behind the comma
    nearest to its middle, without a comma at the blank, without a blank anywhere.
    """
    return tuple(piece for line in text.splitlines(keepends=True) for sentence in _sentences(line) for piece in _fitting(sentence, tokens, limit))


def put_together(pieces: Iterable[Piece], english: Mapping[str, str]) -> str:
    """The text with each translatable piece replaced by its English."""
    return "".join(english[piece.text] if piece.translatable else piece.text for piece in pieces)


def _sentences(line: str) -> Iterator[str]:
    """The line's bullet, and its sentences with the blanks behind them."""
    bullet = _BULLET.match(line)
    at = bullet.end() if bullet else 0
    yield line[:at]
    masked = QUOTED.sub(lambda match: "\0" * len(match.group(0)), line)
    for end in _SENTENCE_END.finditer(masked, at):
        if not _ABBREVIATED.search(masked, max(at, end.start(1) - _REACH), end.start(1)):
            yield line[at : end.end()]
            at = end.end()
    yield line[at:]


def _fitting(text: str, tokens: Callable[[str], int], limit: int) -> Iterator[Piece]:
    body = text.strip()
    if not any(map(str.isalpha, body)):
        if text:
            yield Piece(text, translatable=False)
        return
    start = text.index(body)
    end = start + len(body)
    if start:
        yield Piece(text[:start], translatable=False)
    if len(body) == 1 or tokens(body) <= limit:
        yield Piece(body, translatable=True)
    else:
        cut = _cut(body)
        yield from _fitting(body[:cut], tokens, limit)
        yield from _fitting(body[cut:], tokens, limit)
    if text[end:]:
        yield Piece(text[end:], translatable=False)


def _cut(text: str) -> int:
    """Where a text without blanks around it is best cut in two. Nearest to the middle, so that long texts are cut in few steps."""
    middle = len(text) // 2
    for border in (_CLAUSE_END, _BLANK):
        ends = [match.end() for match in border.finditer(text)]
        if ends:
            return min(ends, key=lambda end: abs(end - middle))
    return middle
