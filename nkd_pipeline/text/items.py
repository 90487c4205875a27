"""The pieces of a clause, and how neighbouring pieces become one: shades, hyphens, hanging heads, negations."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nkd_pipeline.text.compounds import shade, shade_word
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, vocabulary

_RULE = rules("matching")
_AND = frozenset(_RULE["and"])
_MIN_HEAD = 4  # letters of a head that a hanging word shares


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
        if not self.terms:
            return None
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


def shaded(items: list[Item]) -> list[Item]:
    """Makes one colour of "hell rosa" and "dark blue"."""
    out: list[Item] = []
    for item in items:
        colour = item.reading("colour")
        before = out[-1] if out else None
        if colour and before and shade_word(before.norm) and not before.reading("colour") and item.gap in ("", " ", "-") and not item.modifiers:
            out[-1] = replace(
                before,
                source=f"{before.source}{item.gap}{item.source}",
                norm=f"{before.norm} {item.norm}",
                end=item.end,
                terms=(shade(before.norm, colour),),
            )
            continue
        out.append(item)
    return out


def joined(items: list[Item]) -> list[Item]:
    """Words joined by hyphens become one item: the last is the head, the others its modifiers."""
    out: list[Item] = []
    for item in items:
        before = out[-1] if out else None
        if before is None or item.gap != "-" or before.quoted or item.norm.isdigit() or before.norm.isdigit() or before.norm in _AND:
            out.append(item)
            continue
        parts = (*before.modifiers, *((before.terms,) if before.terms else ()), *item.modifiers)
        glued = replace(
            item, source=f"{before.source}-{item.source}", norm=f"{before.norm} {item.norm}", start=before.start, gap=before.gap, modifiers=parts
        )
        out[-1] = glued
    return out


def hanging(items: list[Item]) -> list[Item]:
    """Completes "Echsen- und Blätterdruck": the first word gets the head of the second as if it were written out."""
    out = list(items)
    for at in range(len(out) - 2):
        first, between, second = out[at], out[at + 1], out[at + 2]
        if between.gap.startswith("-") and between.norm in _AND and first.terms and second.terms and not first.quoted:
            whole = _completed(first.norm, second.norm)
            modifiers = first.modifiers if whole else (*first.modifiers, first.terms)
            out[at] = replace(first, terms=whole or second.terms, modifiers=modifiers, generic=second.generic and not whole, hanging=True)
    return out


def _completed(first: str, second: str) -> tuple[Term, ...]:
    """What the vocabulary says of a hanging word with its own head: "Bügel- und Bundfalten" are Bügelfalten, not Bügelbundfalten."""
    start = first.rpartition(" ")[2]
    for cut in range(1, len(second) - _MIN_HEAD + 1):
        terms = vocabulary().single(start + second[cut:])
        if terms:
            return terms
    return ()


def negations(items: list[Item]) -> Clause:
    """Marks what a text denies: "ohne Kapuze", "Kapuze nicht enthalten"."""
    out: list[Item] = []
    left = 0
    for at, item in enumerate(items):
        if item.norm in words("matching", "negators"):
            following = items[at + 1].norm if at + 1 < len(items) else ""
            if following in words("matching", "negator_behind"):  # "Kapuze nicht enthalten"
                out = [replace(before, negated=True) for before in out]
            left = 0 if following in words("matching", "negator_exceptions") else _RULE["negation_reach"]
            out.append(item)
            continue
        if item.norm in words("matching", "negation_ends") or "," in item.gap:
            left = 0
        out.append(replace(item, negated=True) if left else item)
        left = max(0, left - 1)
    return tuple(out)
