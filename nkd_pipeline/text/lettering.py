"""Texts that are printed on a garment: kept as written, umlauts and capitals included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nkd_pipeline.text.items import Clause, Item
from nkd_pipeline.text.rules import words
from nkd_pipeline.text.scope import SHORTHAND

_NEAR = 4  # words between a quotation and the "Print" or "Schriftzug" that makes it lettering
_LONGEST = 60


def letterings(clauses: Mapping[str, tuple[Clause, ...]]) -> tuple[tuple[str, str], ...]:
    """(column, text) of every lettering, each text once.

    A quotation is lettering when a print word stands near it, or in the buyers' shorthand; otherwise it is the style's name.
    """
    found: dict[str, tuple[str, str]] = {}
    for column, own in clauses.items():
        for clause in own:
            for written in [*_quoted(clause, column in SHORTHAND), *_unquoted(clause, column in SHORTHAND)]:
                text = written.strip(" -,.")
                key = "".join(filter(str.isalnum, text.lower()))
                # shorthand repeats what the prose quotes, often cut off
                cut = next((other for other in found if key.startswith(other)), None)
                if cut is not None:
                    del found[cut]
                if key and not any(other.startswith(key) for other in found):
                    found[key] = (column, text)
    return tuple(found.values())


def _about_print(item: Item) -> bool:
    return (
        item.reading("print") is not None
        or any(term.aspect == "print" for part in item.modifiers for term in part)
        or item.norm in words("lettering", "announcing")
    )


def _quoted(clause: Clause, shorthand: bool) -> Iterable[str]:
    for at, item in enumerate(clause):
        after_garment = at > 0 and clause[at - 1].reading("garment") is not None
        style = after_garment and not (at + 1 < len(clause) and clause[at + 1].gap.endswith("-"))
        if (
            item.quoted
            and not style
            and not item.negated
            and (shorthand or any(_about_print(other) for other in clause[max(0, at - _NEAR) : at + _NEAR + 1]))
        ):
            yield item.source


def _unquoted(clause: Clause, shorthand: bool) -> Iterable[str]:
    """What follows "Schriftzug" in capitals, and foreign words behind a buyer's "Druck"."""
    for at, item in enumerate(clause):
        rest = clause[at + 1 :]
        if item.norm.split()[-1] in words("lettering", "announcing") and not item.source.isupper():  # in capitals throughout they tell nothing
            text = _capitals(rest)
            if text:
                yield text
                return
        if shorthand and item.reading("print") and rest and not any(other.quoted for other in rest):
            text = _foreign(rest)
            if text:
                yield text
            return


def _capitals(rest: Clause) -> str:
    taken: list[Item] = []
    for item in rest:
        if item.quoted or not (item.source.isupper() or (taken and item.norm.isdigit())) or (taken and "," in item.gap):
            break
        taken.append(item)
    text = _text(taken)
    return text if len(text) > 1 else ""


def _foreign(rest: Clause) -> str:
    unknown = [item for item in rest if not item.known and not item.norm.isdigit() and item.norm not in words("lettering", "joining")]
    joining = [item for item in rest if item.norm in words("lettering", "joining")]
    motifs = [item for item in rest if item.reading("motif")]
    if (len(unknown) >= 2 and not motifs) or (unknown and joining):
        return _text(rest)[:_LONGEST]
    return ""


def _text(items: Iterable[Item]) -> str:
    return "".join(
        f"{' ' if item.gap in ('', ' ') or ',' in item.gap else f' {item.gap} ' if item.gap in '&+' else item.gap}{item.source}" for item in items
    ).strip()
