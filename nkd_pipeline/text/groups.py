"""Whom an article is for, and whether its texts agree about it."""

from __future__ import annotations

from collections.abc import Mapping

from nkd_pipeline.text.normalise import gender
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import Term, fold

# a narrower group wins against the wider one that it belongs to
_ADULTS = frozenset(("women", "men"))
_CHILDREN = frozenset(("girls", "boys", "kids", "baby"))


def groups_of(term: Term) -> set[str]:
    """The groups that a vocabulary entry names: "baby boys" are both."""
    named = {term.more("group") or term.english}
    written = fold(f"{term.term} {term.english}")
    # "Baby-Jungen" is one entry and two groups
    return named | {group for group, parts in rules("normalise")["inside"].items() if any(part in written for part in parts)}


def choose_group(by_column: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The target group, then what narrows it: ("baby", "boys"), ("girls",), () when nothing says it.

    The name decides; then the columns made for it, the buyers' texts and the prose.
    """
    for column in ("name", "gender", "model_name", "model_descr", "category", "description"):
        groups = by_column.get(column, frozenset())
        if groups:
            return _narrowed(groups)
    return ()


def _narrowed(groups: frozenset[str]) -> tuple[str, ...]:
    if "unisex" in groups or groups >= _ADULTS:
        return ("unisex",)
    young = sorted(groups & {"girls", "boys"})
    if len(young) == 2:
        return ("baby",) if "baby" in groups else ("kids",)
    if "baby" in groups:
        return ("baby", *young)
    if young:
        return (*young, *(["kids"] if "kids" in groups else []))
    if groups & _ADULTS:
        return tuple(groups & _ADULTS)
    return ("kids",) if "kids" in groups else tuple(sorted(groups)[:1])


def contradiction(by_column: Mapping[str, frozenset[str]]) -> tuple[str, str] | None:
    """(column, group) of a text that names another group than the chosen one; None when all agree."""
    chosen = choose_group(by_column)
    if not chosen or chosen[0] == "unisex":
        return None
    for column, groups in by_column.items():
        for group in sorted(groups):
            if not _agree(chosen, group):
                return column, group
    return None


def _agree(chosen: tuple[str, ...], group: str) -> bool:
    if group in chosen or group == "unisex":
        return True
    if group == "kids" or chosen[0] == "kids":
        return chosen[0] in _CHILDREN and group in _CHILDREN
    if "baby" in (group, chosen[0]):
        return {group, *chosen} <= _CHILDREN and not ({group, *chosen} >= {"girls", "boys"})
    return False


def column_groups(gender_column: str, category: str) -> dict[str, frozenset[str]]:
    """Groups that the columns `gender` and `category` name."""
    found = {"gender": gender(gender_column), "category": gender(category)}
    return {column: frozenset((group,)) for column, group in found.items() if group}
