"""The values that the house CLIP learns to tell apart, and how they are said."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from nkd_pipeline.models.house_clip import articles, visible
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline.sketch import motifs
from nkd_pipeline.text.colours import delta_e2000, named_colours
from nkd_pipeline.text.grammar import article, is_pair, is_plural

ALIKE = 14.0  # CIEDE2000 below which two names are one colour to many people: neither is wrong for the other


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an attribute: statements with the slots {garment}, {noun} and {a}, and the values of a sketch for which they are true."""

    name: str
    statements: tuple[str, ...]
    true_for: frozenset[str]


@functools.cache
def wording() -> dict[str, Any]:
    """wording.toml as it stands."""
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))


@functools.cache
def values() -> Mapping[str, Mapping[str, Value]]:
    """Attribute -> value -> how it is said, for all that can be seen on a sketch."""
    return {attribute: {name: _value(attribute, name) for name in _names(attribute)} for attribute in wording()["statements"]}


@functools.cache
def broader(attribute: str) -> frozenset[tuple[str, str]]:
    """Pairs (said, seen) of a broad word and a narrow one for which it is true as well: "checked" for gingham."""
    return frozenset((name, other) for name, value in values()[attribute].items() for other in value.true_for if other != name)


@functools.cache
def alike(attribute: str) -> frozenset[tuple[str, str]]:
    """Pairs (said, seen) that are neither right nor wrong: near colours, and what wording.toml calls alike."""
    if attribute not in ("colour", "second colour"):
        return frozenset(pair for one, other in wording()["alike"].get(attribute, ()) for pair in ((one, other), (other, one)))
    table = named_colours()
    near = ((one.name, other.name) for one in table.values() for other in table.values() if delta_e2000(one.lab, other.lab) < ALIKE)
    return frozenset((one, other) for one, other in near if one != other)


def _names(attribute: str) -> tuple[str, ...]:
    if attribute == "type":
        return tuple(articles.table()["kinds"])
    if attribute in ("colour", "second colour"):
        return tuple(named_colours())
    if attribute == "pattern":
        return tuple(articles.table()["patterns"])
    if attribute == "print":
        return (visible.PRINTED, visible.UNPRINTED)
    if attribute == "motif":
        return motifs.known()
    return _forms(attribute)


def _forms(attribute: str) -> tuple[str, ...]:
    """All forms that a kind may have, in order, by the value that they are drawn as."""
    from nkd_pipeline.sketch.garments import cuts

    rules = visible.table()
    found: dict[str, None] = {}
    for kind, entry in articles.table()["kinds"].items():
        listed = entry.get(attribute, [])
        words = articles.table()["forms"][listed] if isinstance(listed, str) else listed
        if kind in rules["kinds"][attribute]:
            found |= {rules["same"].get(word, word): None for word in (*words, cuts.words(kind).get(attribute, "")) if word}
    left_out = {*rules["unclear"].get(attribute, ()), "adjustable straps", "open front"}
    return tuple(word for word in found if word not in left_out)


def _value(attribute: str, name: str) -> Value:
    words = wording()
    behind = words["behind"].get(attribute, "")
    says = words["says"].get(name) or _with_article(f"{name} {behind}" if behind and not name.endswith(("print", "pattern")) else name)
    own = tuple(
        text.replace("{says}", says).replace("{bare}", name) for text in words["statements"][attribute] if attribute != "type" or "{says}" in text
    )
    asked, true_for = _asked(attribute, name)
    return Value(name, (*own, *asked), frozenset({name, *true_for}))


def _asked(attribute: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The judge's statement of a value, and the narrower values that it is true for."""
    words = wording()
    topic = topics()[words["topics"][attribute]]
    for entry_name, entry in topic.entries.items():
        if words["entries"].get(attribute, {}).get(entry_name, entry_name) == name:
            statement = (entry.statement or topic.statement).replace("{says}", topic.says(entry_name))
            return (statement,), () if attribute in ("type", "print", "motif") else entry.values
    return (), ()


def _with_article(noun: str) -> str:
    if noun in articles.table()["kinds"] and is_pair(noun):
        return f"a pair of {noun}"
    return noun if is_plural(noun) else f"{article(noun)} {noun}"
