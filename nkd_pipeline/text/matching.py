"""Finds vocabulary terms in running text.

A text becomes clauses, a clause becomes items: one item is a vocabulary phrase ("V-Ausschnitt"), a word with its compound parts
("Streifenbluse"), a quotation, or a word that the vocabulary lacks. Positions refer to the text as given.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from nkd_pipeline.text.compounds import analyse, said_before_head, shade, shade_word
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import TOKEN, Term, crude_stem, fold_word, vocabulary

_QUOTED = re.compile(r'["“”„»«‟]([^"“”„»«‟\n]{1,60})["“”„»«‟]|(?<!\w)[\'‘‚]([^\'’‘‚\n]{2,40})[\'’‘](?!\w)')
_SENTENCE_END = re.compile(r"\n+|[;:!?](?:\s+|$)|(?<=[^\W\d_]{3})\.\s+(?=[A-ZÄÖÜ\"„»“'\d-])|(?<=[\d%])\.\s+(?=[A-ZÄÖÜ])|\.$")
_SHORTHAND_END = re.compile(r"[,;:+|>\n•]+(?!\d)|\s[-–]\s")
_RULE = rules("matching")
_AND = frozenset(_RULE["and"])


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a clause.

    `terms` are the readings of the piece or of its head, `modifiers` those of the parts before the head; `gap` is what stands between the
    previous piece and this one ("" glued, " ", ",", "/", ...). `quoted` pieces carry the quotation without its marks in `source`.
    """

    source: str
    norm: str
    start: int
    end: int
    gap: str
    terms: tuple[Term, ...] = ()
    modifiers: tuple[tuple[Term, ...], ...] = ()
    generic: bool = False
    negated: bool = False
    quoted: bool = False
    hanging: bool = False  # "Echsen- und ...": the head follows later

    def reading(self, *aspects: str) -> Term | None:
        """The first reading of one of the aspects, in the order asked for."""
        for aspect in aspects:
            for term in self.terms:
                if term.aspect == aspect:
                    return term
        return None

    @property
    def capital(self) -> bool:
        """Whether the piece begins with a capital letter, as German nouns and names do."""
        return self.source[:1].isupper()

    @property
    def known(self) -> bool:
        """Whether the vocabulary can read the piece."""
        return bool(self.terms or self.modifiers or self.generic)


Clause = tuple[Item, ...]


@functools.lru_cache(maxsize=8192)
def clauses_of(text: str, shorthand: bool = False) -> tuple[Clause, ...]:
    """The clauses of a text; in buyers' shorthand every comma ends one."""
    found = []
    masked = _QUOTED.sub(lambda match: "\x00" * len(match.group(0)), text)
    start = 0
    for end in [*(_SHORTHAND_END if shorthand else _SENTENCE_END).finditer(masked), None]:
        stop = end.start() if end else len(text)
        items = _items(text, masked, start, stop)
        if not shorthand:
            items = [_without_abbreviations(item) for item in items]
        if items:
            found.append(_negations(_hanging(_joined(items))))
        start = end.end() if end else stop
    return tuple(found)


def _without_abbreviations(item: Item) -> Item:
    """In prose "co" and "si" are words; only longer abbreviations ("AOP") are meant as such."""
    if not any(term.lang == "abbr" or term.file == "abbreviations" for term in item.terms):
        return item
    kept = tuple(term for term in item.terms if (term.lang != "abbr" and term.file != "abbreviations") or (len(item.source) > 2 and item.source.isupper()))
    return replace(item, terms=kept)


@dataclass(slots=True)
class _Word:
    text: str
    norm: str
    start: int
    end: int
    gap: str


def _words(text: str, masked: str, start: int, stop: int) -> list[_Word]:
    found: list[_Word] = []
    last = start
    pieces: list[tuple[int, int, str]] = [(m.start(), m.end(), m.group(0)) for m in TOKEN.finditer(masked, start, stop)]
    for quote in _QUOTED.finditer(text, start, stop):
        pieces.append((quote.start(), quote.end(), "\x00" + (quote.group(1) or quote.group(2)).strip()))
    for begin, end, piece in sorted(pieces):
        found.append(_Word(piece, fold_word(piece), begin, end, text[last:begin].strip() or (" " if begin > last else "")))
        last = end
    return found


def _phrase(run: list[_Word], at: int) -> tuple[tuple[Term, ...], int]:
    """The longest vocabulary phrase of several words beginning here, and how many words it has."""
    index = vocabulary()
    first = run[at].norm
    reach = max(index.longest.get(first, 1), index.longest.get(crude_stem(first), 1))
    for size in range(min(reach, len(run) - at), 1, -1):
        taken = run[at : at + size]
        if any(word.gap not in ("", " ", "-", "–", "/", ".", "'", "+", "’") for word in taken[1:]):
            continue
        norms = tuple(word.norm for word in taken)
        terms = index.phrases.get(norms) or index.crude.get(tuple(map(crude_stem, norms)))
        if terms:
            return terms, size
    return (), 1


def _said_besides(norms: list[str], terms: tuple[Term, ...], glued: bool) -> tuple[tuple[Term, ...], ...]:
    """What a phrase says besides its English: "Baby-Body" is a bodysuit, and for whom."""
    if terms[0].aspect != "garment":
        return said_before_head("".join(norms), terms) if glued else ()
    groups = [tuple(term for term in vocabulary().single(norm) if term.aspect == "target_group") for norm in norms]
    return (*(group for group in groups if group), *(said_before_head("".join(norms), terms) if glued else ()))


def _items(text: str, masked: str, start: int, stop: int) -> list[Item]:
    run = _words(text, masked, start, stop)
    items: list[Item] = []
    at = 0
    while at < len(run):
        word = run[at]
        if word.text.startswith("\x00"):
            items.append(Item(word.text[1:], word.norm[1:], word.start, word.end, word.gap, quoted=True))
            at += 1
            continue
        terms, size = _phrase(run, at)
        end = run[at + size - 1].end
        source = text[word.start : end]
        if terms:
            norms = [taken.norm for taken in run[at : at + size]]
            glued = all(taken.gap == "-" for taken in run[at + 1 : at + size])
            items.append(Item(source, " ".join(norms), word.start, end, word.gap, terms, _said_besides(norms, terms, glued)))
        else:
            found = analyse(word.norm)
            items.append(Item(source, word.norm, word.start, end, word.gap, found.terms, found.modifiers, found.generic))
        at += size
    return _shaded(items)


def _shaded(items: list[Item]) -> list[Item]:
    """ "hell rosa" and "dark blue" are one colour each."""
    out: list[Item] = []
    for item in items:
        colour = item.reading("colour")
        before = out[-1] if out else None
        if colour and before and shade_word(before.norm) and not before.reading("colour") and item.gap in ("", " ", "-") and not item.modifiers:
            out[-1] = replace(before, source=f"{before.source}{item.gap}{item.source}", norm=f"{before.norm} {item.norm}", end=item.end, terms=(shade(before.norm, colour),))
            continue
        out.append(item)
    return out


def _joined(items: list[Item]) -> list[Item]:
    """Words joined by hyphens become one item: the last is the head, the others its modifiers."""
    out: list[Item] = []
    for item in items:
        before = out[-1] if out else None
        if before is None or item.gap != "-" or before.quoted or item.norm.isdigit() or before.norm.isdigit() or before.norm in _AND:
            out.append(item)
            continue
        parts = (*before.modifiers, *((before.terms,) if before.terms else ()), *item.modifiers)
        glued = replace(item, source=f"{before.source}-{item.source}", norm=f"{before.norm} {item.norm}", start=before.start, gap=before.gap, modifiers=parts)
        out[-1] = glued
    return out


def _hanging(items: list[Item]) -> list[Item]:
    """ "Echsen- und Blätterdruck": the first word gets the head of the second as if it were written out."""
    out = list(items)
    for at in range(len(out) - 2):
        first, between, second = out[at], out[at + 1], out[at + 2]
        if between.gap.startswith("-") and between.norm in _AND and first.terms and second.terms and not first.quoted:
            out[at] = replace(first, terms=second.terms, modifiers=(*first.modifiers, first.terms), generic=second.generic, hanging=True)
    return out


def _negations(items: list[Item]) -> Clause:
    out: list[Item] = []
    left = 0
    for at, item in enumerate(items):
        if item.norm in words("matching", "negators"):
            following = items[at + 1].norm if at + 1 < len(items) else ""
            left = 0 if following in words("matching", "negator_exceptions") else _RULE["negation_reach"]
            out.append(item)
            continue
        if item.norm in words("matching", "negation_ends") or "," in item.gap:
            left = 0
        out.append(replace(item, negated=True) if left else item)
        left = max(0, left - 1)
    return tuple(out)
