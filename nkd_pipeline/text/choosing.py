"""Decides what counts of all that was said: which neckline, which colours, which print."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nkd_pipeline.records import Fact
from nkd_pipeline.text.gathering import Said
from nkd_pipeline.text.phrases import Mention, place_phrase
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import crude_stem, tokens_of

_RULES = rules("choosing")
_RANK = {"color": 0, "name": 1, "model_descr": 2, "description": 3, "model_name": 4, "category": 5}
TEXTURES: dict[str, str] = _RULES["patterns"]["textures"]
_PATTERN_NOUNS: dict[str, str] = _RULES["patterns"]["nouns"]


def fact(aspect: str, value: str, said: Said) -> Fact:
    """A fact with its provenance."""
    return Fact(aspect, value, said.column, said.mention.source)


@functools.lru_cache(maxsize=16384)
def content(phrase: str) -> frozenset[str]:
    """A phrase's words without endings and small words: phrases are compared by them."""
    return frozenset(map(crude_stem, tokens_of(phrase))) - {"the", "on", "at", "and", "a", "with", "of"}


@dataclass(slots=True)
class Choice:
    """A single-valued aspect: the value, what must be said besides it, and what was said against it."""

    value: str = ""
    source: Said | None = None
    extras: list[tuple[str, Said]] = field(default_factory=list)
    against: list[Said] = field(default_factory=list)


def ranked(said: Iterable[Said], aspect: str) -> list[Said]:
    """The mentions of an aspect, the weightiest column first."""
    return sorted((entry for entry in said if entry.mention.aspect == aspect), key=lambda entry: _RANK[entry.column])


def choose(said: Sequence[Said], aspect: str) -> Choice:
    """The value of a single-valued aspect; what can be true beside it goes into `extras` as phrases."""
    exclusive = _RULES["exclusive"].get(aspect, ())
    choice = Choice()
    entries = [entry for entry in ranked(said, aspect) if not entry.mention.bare]
    # a length of sleeves says more for the drawing than their style
    # "Bluse langarm ... mit 3/4 Ärmeln" in one text: the more precise word is meant
    vague = _RULES["vague"].get(aspect, ())
    entries.sort(
        key=lambda entry: (aspect == "sleeves" and entry.mention.english not in exclusive, entry.mention.english in vague, _RANK[entry.column])
    )
    for entry in entries:
        mention = entry.mention
        qualified = bool(mention.before or mention.colours or mention.places or mention.host)
        if mention.english in rules("phrases")["bare"]:
            choice.extras.append((mention.phrase, entry))
        elif not choice.value:
            choice.value, choice.source = mention.english, entry
            if qualified:
                choice.extras.append((mention.phrase, entry))
        elif mention.english == choice.value:
            if qualified:
                choice.extras.append((mention.phrase, entry))
        elif mention.english in exclusive and choice.value in exclusive:
            choice.against.append(entry)
        else:
            choice.extras.append((mention.phrase, entry))
    return choice


def base_colour(colour: str) -> str:
    """The plain colour that a special one belongs to: navy and dark blue are blue."""
    known = _RULES["colours"]["base"].get(colour)
    return str(known) if known else colour.rsplit(maxsplit=1)[-1]


def choose_colours(said: Sequence[Said]) -> list[tuple[str, Said]]:
    """The garment's colours, main colour first; colours of buttons, prints and of other things are not among them."""
    entries = ranked(said, "colour")
    main = [entry for entry in entries if not entry.mention.linked and not entry.weak and not entry.mention.of_pattern]
    written = [entry for entry in main if entry.column in ("color", "name", "model_descr")]
    if any(entry.column == "color" for entry in written):
        written = [entry for entry in written if entry.column == "color"]
    found = written or main
    if not found:
        found = [entry for entry in entries if entry.column == "model_descr" and not entry.mention.of_pattern]
    # the colours of stripes and dots come behind the garment's own
    found = found + [entry for entry in entries if entry.mention.of_pattern and not entry.weak]
    if not found:
        found = [entry for entry in entries if entry.weak][:1]
    names = {entry.mention.english: entry for entry in reversed(found)}
    ordered = [entry.mention.english for entry in found]
    special = {base_colour(name) for name in names if name != base_colour(name)}
    return [(name, names[name]) for name in dict.fromkeys(ordered) if name not in special]


def choose_patterns(said: Sequence[Said]) -> tuple[list[tuple[str, Said]], list[tuple[str, Said]]]:
    """(patterns of the whole garment, phrases for patterns that sit on a part of it)."""
    whole: dict[str, Said] = {}
    parts: list[tuple[str, Said]] = []
    for entry in ranked(said, "pattern"):
        mention = entry.mention
        if mention.places or mention.host:
            noun = _PATTERN_NOUNS.get(mention.english, mention.english)
            if noun:
                parts.append((noun + place_phrase(mention.places or [mention.host]), entry))
        else:
            whole.setdefault(mention.english, entry)
            parts.extend((texture, entry) for word, texture in TEXTURES.items() if mention.term.term.startswith(word))
    if set(whole) & set(_RULES["patterns"]["against_plain"]):
        whole.pop("plain", None)
    if {"striped", "vertical stripes"} <= set(whole) or {"striped", "block stripes"} <= set(whole):
        whole.pop("striped")
    return list(whole.items()), parts


def choose_prints(said: Sequence[Said]) -> list[tuple[str, Said]]:
    """Prints and embroideries, each kind once with all that is said of it."""
    merged: dict[str, Mention] = {}
    sources: dict[str, Said] = {}
    for entry in ranked(said, "print"):
        mention = entry.mention
        known = merged.get(mention.english)
        if known is None:
            merged[mention.english] = Mention(
                "print",
                mention.english,
                mention.term,
                mention.source,
                list(mention.before),
                list(mention.colours),
                list(mention.places),
                mention.host,
            )
            sources[mention.english] = entry
        else:
            known.before.extend(mention.before)
            known.colours.extend(mention.colours)
            known.places.extend(mention.places)
            known.host = known.host or mention.host
    general = _RULES["prints"]["general"]
    allover = any(entry.mention.aspect == "pattern" and entry.mention.english == "all-over print" for entry in said)
    if allover or any(name.endswith("print") and name not in general for name in merged):
        # "print" beside "front print": what was said of the one is said of the other
        for name in [name for name in merged if name in general and not merged[name].before]:
            merged.pop(name)
    while len(named := [name for name in merged if name in general]) > 1:
        dropped = merged.pop(next(name for name in general if name in merged))
        # "Wolf-Motiv vorne" beside "print": where it is stays known
        merged[next(name for name in named if name in merged)].places.extend(dropped.places)
    return unsubsumed([(mention.phrase, sources[name]) for name, mention in merged.items()])


def unsubsumed(phrases: Sequence[tuple[str, Said]], others: Iterable[str] = ()) -> list[tuple[str, Said]]:
    """Phrases whose words are not all in another one: "piping" falls beside "contrast piping"."""
    kept: list[tuple[str, Said]] = []
    known = [content(other) for other in others]
    bags = [content(phrase) for phrase, _ in phrases]
    for at, (phrase, entry) in enumerate(phrases):
        bag = bags[at]
        bigger = any(bag < other or (bag == other and before < at) for before, other in enumerate(bags) if before != at)
        if bag and not bigger and not any(bag <= other for other in known):
            kept.append((phrase, entry))
    return kept


def without_general(details: Sequence[tuple[str, Said]], prints: Sequence[str]) -> list[tuple[str, Said]]:
    """Details without those that another detail or print says of something: "contrast details" beside "contrast stripes"."""
    general = _RULES["details"]["general"]
    others = [set(phrase.split()) for phrase in (*(phrase for phrase, _ in details if phrase not in general), *prints)]
    return [(phrase, entry) for phrase, entry in details if phrase not in general or not any(phrase.split()[0] in other for other in others)]
