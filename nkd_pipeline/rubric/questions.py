"""The questions about an article's picture: what it states, against what else it might be, in words for models of both kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.records import Attributes, Prompt
from nkd_pipeline.rubric.claims import Claim
from nkd_pipeline.rubric.topics import Entry, Topic, hidden, topics
from nkd_pipeline.text.colours import delta_e2000, find
from nkd_pipeline.text.grammar import article, is_pair, is_plural, listed

Claims = Mapping[str, Claim]
_COLOURS = {"main_colour": 0, "second_colour": 1}  # which of the stated colours a topic is about
ALL_OVER = "all-over print"
_SHOWN = 2  # stated colours that a statement names


@dataclass(frozen=True, slots=True)
class Choice:
    """One value and the statement that the picture shows it."""

    value: str
    statement: str


@dataclass(frozen=True, slots=True)
class Question:
    """One stated attribute: `value` as the article says it, `stated` what can be seen of it, `yes_no` the same as a question."""

    aspect: str
    cause: str
    value: str
    stated: Choice
    alternatives: tuple[Choice, ...]
    yes_no: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that is asked about a picture, and the stated values about which nothing is, each as "cause: value"."""

    questions: tuple[Question, ...]
    left_out: tuple[str, ...]


def left_out(values: Sequence[str]) -> str:
    """What was left out, as a sentence, so that nobody takes silence for approval; "" when it is nothing."""
    return f"nothing is asked about {listed(values)}" if values else ""


def ask(attributes: Attributes, prompt: Prompt, claims: Claims | None = None) -> Inquiry:
    """The questions about an article's picture; with `claims` only about what the model claims to see, in its own captions.

    Values that look alike, or may hold at once, are never alternatives of each other. A question may be left without alternatives.
    """
    wording = _Wording(attributes, prompt, claims)
    questions: list[Question] = []
    silent: list[str] = []
    for cause, topic in topics().items():
        values = tuple(value for value in dict.fromkeys(_stated(cause, attributes, prompt)) if value)
        claim = claims.get(cause) if claims is not None else None
        if hidden(cause, lambda other: _stated(other, attributes, prompt)) or (claims is not None and claim is None):
            compared: Iterator[tuple[str, Sequence[str]]] = ((value, ()) for value in values)
        elif topic.palette:
            compared = _colours(topic, values, prompt, claim)
        else:
            compared = _entries(topic, values, attributes, claim)
        for value, names in compared:
            if names:
                questions.append(wording.question(cause, topic, value, names))
            else:
                silent.append(f"{cause}: {value}")
    return Inquiry(tuple(questions), tuple(silent))


def _stated(cause: str, attributes: Attributes, prompt: Prompt) -> tuple[str, ...]:
    """What the article states of a topic."""
    if cause in _COLOURS:
        return prompt.colours[_COLOURS[cause] :][:1]
    if cause == "garment_type":
        return (attributes.garment,)
    if cause == "pattern_missing":
        patterns = tuple(pattern for pattern in attributes.patterns if pattern != "plain")
        named = tuple(pattern for pattern in patterns if pattern != ALL_OVER)  # which says only how far these reach
        return named or patterns or _plain(attributes, prompt)
    if cause == "print_missing":
        return attributes.prints or (("motif",) if attributes.motifs else ("lettering",) if attributes.lettering else ())
    held = {"material": attributes.materials, "motif": attributes.motifs}
    return held[cause] if cause in held else (getattr(attributes, cause),)


def _plain(attributes: Attributes, prompt: Prompt) -> tuple[str, ...]:
    """Plain is what has one colour and nothing printed on it, whether the texts say so or not."""
    printed = attributes.prints or attributes.motifs or attributes.lettering
    return () if printed or len(prompt.colours) != 1 or "multicolour" in prompt.colours else ("plain",)


def _entries(topic: Topic, values: Sequence[str], attributes: Attributes, claim: Claim | None) -> Iterator[tuple[str, Sequence[str]]]:
    """Each value with the entries to compare, its own first; nothing to compare where it has none. Values of one entry are asked about once."""
    types = topics()["garment_type"]
    kind = _garment(types, attributes)
    found = {value: kind if topic is types else topic.entry_of(value) for value in values}
    held = set(found.values()) - {""}
    asked = {""}
    for value, entry in found.items():
        if not entry or (claim and not claim.is_about(kind, entry)):
            yield value, ()
        elif entry not in asked:
            yield value, (entry, *topic.alternatives(held, claim.values if claim else ()))
        asked.add(entry)


def _colours(topic: Topic, values: Sequence[str], prompt: Prompt, claim: Claim | None) -> Iterator[tuple[str, Sequence[str]]]:
    """As `_entries`; compared with the colours of the palette that are far from all that the article states."""
    labs = [colour.lab for name in prompt.colours if (colour := find(name)) is not None]
    for value in values:
        colour = find(value)
        if colour is None or value in topic.silent or (claim and colour.name not in claim.values):
            yield value, ()
            continue
        claimed = [name for name in topic.palette if not claim or name in claim.values]
        known = {name: other.lab for name in claimed if (other := find(name)) is not None}
        far = [name for name, lab in known.items() if min(float(delta_e2000(lab, stated)) for stated in labs) >= topic.difference]
        yield value, (colour.name if claim else value, *far)


def _garment(topic: Topic, attributes: Attributes) -> str:
    """The entry of the article's garment, "" for those about which nothing is asked."""
    name = attributes.garment
    if {name, *name.split()[:1], *name.split()[-1:]} & set(topic.silent):
        return ""
    by_name = next((entry for entry, known in topic.entries.items() if name in known.values), "")
    return by_name or (attributes.sketch_kind if attributes.sketch_kind in topic.entries else "")


class _Wording:
    """How questions are said for one article."""

    def __init__(self, attributes: Attributes, prompt: Prompt, claims: Claims | None) -> None:
        self._claims, self._colours = claims or {}, prompt.colours[:_SHOWN]
        noun = self._noun(topics()["garment_type"], attributes)
        several = is_plural(noun)
        garment = f"a pair of {noun}" if is_pair(noun) else noun if several else f"{article(noun)} {noun}"
        self._slots = {"noun": noun, "garment": garment, "Is": "Are" if several else "Is", "Does": "Do" if several else "Does"}

    def _noun(self, topic: Topic, attributes: Attributes) -> str:
        entry = _garment(topic, attributes)
        if not entry:
            return "garment"
        return self._said("garment_type", topic.entries[entry].noun or entry)

    def question(self, cause: str, topic: Topic, value: str, names: Sequence[str]) -> Question:
        """The question whether it is the first of the names rather than one of the others."""
        entry = topic.entries.get(names[0], Entry())
        choices = tuple(Choice(name, self._statement(cause, topic, name)) for name in names)
        yes_no = (entry.question or topic.question).format(**self._slots, colours=listed(self._colours), says=topic.says(names[0]))
        return Question(topic.aspect, entry.cause or cause, value, choices[0], choices[1:], yes_no)

    def _statement(self, cause: str, topic: Topic, name: str) -> str:
        claim = self._claims.get(cause)
        shown = list(self._colours)
        if topic.palette:  # the other stated colour stays: it is there in either case
            shown[_COLOURS[cause]] = name
        colours = listed([self._said("main_colour", colour) for colour in shown])
        own = claim is not None and claim.caption
        says = colours if topic.palette else self._said(cause, name) if own else topic.says(name)
        wording = claim.caption if claim and own else topic.entries.get(name, Entry()).statement or topic.statement
        return wording.format(**self._slots, colours=colours, says=says)

    def _said(self, cause: str, name: str) -> str:
        return self._claims[cause].says.get(name, name) if cause in self._claims else name
