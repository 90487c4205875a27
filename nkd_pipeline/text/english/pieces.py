"""An English text cut into pieces: phrases that the lexicon knows, other words, and quotations."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from nkd_pipeline.text.english.lexicon import english, lexicon
from nkd_pipeline.text.matching import QUOTED
from nkd_pipeline.text.templates_file import template
from nkd_pipeline.text.vocabulary import TOKEN, Term, fold

_SLOT = re.compile(r"\{\w+\}")
_WEIGHTS = re.compile(r"(?<!\\)[()\[\]]|(?<=\)):\d+(?:\.\d+)?")  # ((emphasis)), (emphasis:1.3)
_ENDS = re.compile(r"[,;:.!?()\n|/]")
_LONGEST = 20_000  # characters of a text that are read


@dataclass(frozen=True, slots=True)
class Piece:
    """A phrase of a text. `readings` are what it can mean, the likeliest first; `begins` whether a comma or another such sign stands before it."""

    source: str
    words: tuple[str, ...]
    readings: tuple[Term, ...] = ()
    begins: bool = False
    quoted: bool = False

    def reading(self, *aspects: str) -> Term | None:
        """The first reading of one of the aspects, in the order asked for."""
        return next((term for aspect in aspects for term in self.readings if term.aspect == aspect), None)

    @property
    def word(self) -> str:
        """The piece's words as one."""
        return " ".join(self.words)


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text in order, without what is said of the photo and not of the article."""
    text = _studio().sub(", ", _unweighted(text[:_LONGEST]))
    quotes = {match.start(): match for match in QUOTED.finditer(text)}
    masked = QUOTED.sub(lambda match: "\x00" * len(match.group(0)), text)
    tokens = [(match.start(), match.end()) for match in TOKEN.finditer(masked)] + [(start, match.end()) for start, match in quotes.items()]
    return _assembled(text, sorted(tokens), quotes)


def _assembled(text: str, tokens: list[tuple[int, int]], quotes: dict[int, re.Match[str]]) -> list[Piece]:
    words = ["" if start in quotes else fold(text[start:end]).replace("’", "'") for start, end in tokens]
    breaks = [not at or bool(_ENDS.search(text[tokens[at - 1][1] : start])) for at, (start, _) in enumerate(tokens)]
    found: list[Piece] = []
    at = 0
    while at < len(tokens):
        start, end = tokens[at]
        if start in quotes:
            said = (quotes[start].group(1) or quotes[start].group(2)).strip()
            found.append(Piece(said, (), (), breaks[at], quoted=True))
            at += 1
            continue
        stop = next((place for place in range(at + 1, min(at + 8, len(tokens))) if breaks[place] or not words[place]), min(at + 8, len(tokens)))
        readings, size = lexicon().at(tuple(words[at:stop]))
        end = tokens[at + size - 1][1]
        found.append(Piece(text[start:end], tuple(words[at : at + size]), readings, breaks[at]))
        at += size
    return found


def _unweighted(text: str) -> str:
    """The text without the brackets that weigh words; escaped brackets are brackets."""
    if "((" in text or "\\" in text:
        text = _WEIGHTS.sub("", text)
    return text.replace("\\", "")


@functools.cache
def _studio() -> re.Pattern[str]:
    """Whatever the template or a photographer says of every picture."""
    wording = template()
    fixed = {part.strip() for text in (wording["prompt"], wording["clip"], *wording["wear"].values()) for part in _SLOT.sub(",", text).split(",")}
    phrases = sorted((re.escape(part) for part in fixed if part not in ("", "featuring", "on a plain", "background")), key=len, reverse=True)
    loud = re.escape(wording["emphasis"]["words"].format(feature="").strip())
    return re.compile(rf"\b(?:{'|'.join([*phrases, *english()['talk'], loud])})(?!\w)", re.IGNORECASE)
