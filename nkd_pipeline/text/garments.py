"""Chooses the garment: of all garments that an article's texts name, the one that the article is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nkd_pipeline.text.grammar import singular
from nkd_pipeline.text.items import Clause, Item
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, fold

_IN_WORDS = "|".join(rules("garments")["numbers"])
_PACK = re.compile(
    r"\b(\d{1,2})\s*(?:er)?[- ]*(?:pack|pk|(?<=er-)set|pcs|pieces|stück|stk|paar|pairs)\b"
    rf"|\b({_IN_WORDS})[- ]?(?:er)?[- ]?pack|\bpack of (\d{{1,2}}|{_IN_WORDS})"
    r"|(?<!\S)([2-9]|1[0-2])er(?!\S|[- ]+\w)",
    re.I,
)
_SPORTS = tuple(rules("garments")["sports_prefixes"])
_PARTED = re.compile(r"\b(\d{1,2})[- ]*(?:teilig\w*|tlg|teiler|piece\b)", re.I)


@dataclass(frozen=True, slots=True)
class Garment:
    """What the article is: canonical English, the sketch's kind, the family (several for a set), and where it was read."""

    english: str
    kind: str
    families: frozenset[str]
    term: Term
    column: str
    source: str


def _candidates(clause: Clause) -> Iterator[tuple[int, Item, Term]]:
    for at, item in enumerate(clause):
        term = item.reading("garment")
        if term and not item.negated and not item.quoted:
            yield at, item, term


def _before_stop(clause: Clause) -> Clause:
    for at, item in enumerate(clause):
        if at and item.norm in words("garments", "stops") and item.gap != "-":
            return clause[:at]
    return clause


def _sure(found: list[tuple[int, Item, Term]]) -> list[tuple[int, Item, Term]]:
    """Words that are always garments win against those that may be parts ("Tasche")."""
    pure = [entry for entry in found if len({term.aspect for term in entry[1].terms} - {"garment", "general"}) == 0]
    return pure or found


def _choose(clause: Clause, column: str) -> Garment | None:
    found = _sure(list(_candidates(_before_stop(clause)))) or _sure(list(_candidates(clause)))
    if not found:
        return None
    at, item, term = found[0] if found[-1][2].lang == "fr" else found[-1]
    chosen = _made(item, term, column)
    if chosen.english in words("garments", "sets"):
        # "Set aus T-Shirt und Shorts": what it consists of stands behind the preposition
        found = _sure(list(_candidates(clause)))
        return _set(found, chosen)
    previous = [entry for entry in found if entry[0] < at]
    if previous and chosen.english in words("garments", "generic"):
        before = previous[-1]
        # "Chino Hose", "Chelsea Boots Schuhe": the special name stands beside the general one
        if at - before[0] == 1 and before[2].more("family") == term.more("family") and before[2].english not in words("garments", "generic"):
            return _made(before[1], before[2], column)
    if previous and _listed(clause, previous[-1][0], at):
        return _set(found, chosen)
    return chosen


def _listed(clause: Clause, first: int, second: int) -> bool:
    """Whether two garments are listed, "Shirt und Hose" or "Shirt + Hose": an article of several."""
    between = [item.norm for item in clause[first + 1 : second]]
    return between in (["und"], ["and"], ["et"]) or (not between and clause[second].gap in ("+", "&"))


def _set(found: list[tuple[int, Item, Term]], chosen: Garment) -> Garment:
    made = [_made(item, term, chosen.column) for _, item, term in found if term.more("family") != "set"]
    members = list(dict.fromkeys(garment.english for garment in made))
    if not members:
        return chosen
    families = chosen.families.union(*(garment.families for garment in made))
    kind = next((garment.kind for garment in made if garment.kind), chosen.kind)
    if len(members) < 2:
        return replace(chosen, kind=chosen.kind or kind, families=families)
    return replace(chosen, english=f"set of {', '.join(members[:-1])} and {members[-1]}", kind=kind, families=families)


def _made(item: Item, term: Term, column: str) -> Garment:
    families = frozenset((term.more("family"),))
    english, kind = term.english, term.more("kind")
    for part in item.modifiers:
        other = next((reading for reading in part if reading.aspect == "garment"), None)
        if other is None or other.english == english or len({reading.aspect for reading in part}) > 1:
            continue
        if english in words("garments", "generic") and other.more("family") == term.more("family"):
            english, kind = other.english, other.more("kind") or kind
        elif term.more("family") == "set" and english in words("garments", "sets"):
            # "T-Shirt-Set", "Body-Set": the sketch draws the piece that it is named by
            english, kind, families = f"{singular(other.english)} set", other.more("kind"), families | {other.more("family")}
        elif english not in other.english and other.english in words("garments", "composable"):
            english = f"{other.english.removesuffix(' shirt')} {english}"
    if _for_sports(item, english) and term.more("family") in words("garments", "sports_families"):
        english = f"sports {english}"
    return Garment(english, kind, families, term, column, item.source)


def _for_sports(item: Item, english: str) -> bool:
    """Whether a compound says that the garment is for sports and its English does not: "Funktions-Tanktop"."""
    parts = item.norm.split()
    named = any(part.startswith(_SPORTS) for part in parts[:-1]) or (parts[-1].startswith(_SPORTS) and parts[-1] not in _SPORTS)
    return named and words("garments", "sporty").isdisjoint(english.split())


def head_garment(clauses: Mapping[str, tuple[Clause, ...]]) -> Garment | None:
    """The garment, from the name if it says one, else from the buyers' columns, the description, the category; None when no text names any."""
    chosen: Garment | None = None
    for column in ("name", "model_name", "model_descr", "description", "category"):
        for clause in clauses.get(column, ()):
            found = _choose(clause, column)
            if found is None:
                continue
            if chosen is None or (chosen.english == "set" and found.english.startswith("set of")):
                chosen = found
            elif _more_special(found, chosen):
                chosen = found
                break
    return chosen and _drawable(chosen, clauses)


def _drawable(chosen: Garment, clauses: Mapping[str, tuple[Clause, ...]]) -> Garment:
    """The garment with something that the sketch can draw: a set's first piece wherever it is named, else what its family mostly looks like."""
    if "set" in chosen.families:
        for column in ("name", "model_name", "model_descr", "description"):
            for clause in clauses.get(column, ()):
                told = chosen.kind == "" or (chosen.english == "set" and _tells_pieces(clause))
                pieces = [entry for entry in _sure(list(_candidates(clause))) if entry[2].more("family") != "set"] if told else []
                if pieces:
                    chosen = _set(pieces, chosen)
    defaults = rules("garments")["family_kinds"]
    kind = chosen.kind or next((defaults[family] for family in sorted(chosen.families) if family in defaults), "")
    if chosen.english in words("garments", "undrawable"):
        kind = ""
    return replace(chosen, kind=kind)


def _tells_pieces(clause: Clause) -> bool:
    """Whether a clause says of what a set consists: "besteht aus ...", "1x Shirt, 1x Hose"."""
    return any(item.norm.startswith(("besteh", "1x", "beinhalt", "inklusive", "dazu")) for item in clause)


def _more_special(found: Garment, chosen: Garment) -> bool:
    """Whether one garment names the other more precisely: "Langarmshirt" says more than "Shirt".

    But "T-Shirt" in a buyer's column does not correct a name that says "Bluse".
    """
    if chosen.english not in words("garments", "generic") or found.families != chosen.families or found.english == chosen.english:
        return False
    return fold(found.term.term).endswith(fold(chosen.term.term)) and len(found.term.term) > len(chosen.term.term) and found.column != "category"


def pack_size(*texts: str) -> int:
    """How many pieces the article is sold as, 1 when nothing says so."""
    for text in texts:
        match = _PACK.search(text)
        if match:
            value = next(group for group in match.groups() if group)
            size = int(value) if value.isdigit() else rules("garments")["numbers"][value.lower()]
            if 1 < size <= 30:
                return int(size)
    return 1


def part_count(*texts: str) -> int:
    """Of how many parts a set or two-piece is, 1 when nothing says so."""
    for text in texts:
        match = _PARTED.search(text)
        if match:
            return min(int(match.group(1)), 12)
    return 1
