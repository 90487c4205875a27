"""What rules and a language model read in an article's texts, made one.

The rules are right where they speak. The model adds what they do not know, as far as the translated texts really say it; where it contradicts them
or names what no text says, that becomes a finding. Every value keeps its origin.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from nkd_pipeline.records import Attributes, Fact, Finding, Origin, TranslatedArticle
from nkd_pipeline.text.choosing import base_colour
from nkd_pipeline.text.claims import claims_of
from nkd_pipeline.text.colours import delta_e2000, find
from nkd_pipeline.text.extraction import attributes_of, no_garment
from nkd_pipeline.text.gathering import Reading, read_article
from nkd_pipeline.text.grounding import Ground, within
from nkd_pipeline.text.groups import contradiction
from nkd_pipeline.text.json_reply import Reply
from nkd_pipeline.text.key_phrases import MANY, SINGLE, with_key_phrases
from nkd_pipeline.text.rules import rules

_KEPT = 4000  # characters of a reply that the table keeps
_PLACE = re.compile(r" (?:on|at) the ")


def merged(row: TranslatedArticle, reply: Reply, text: str) -> Attributes:
    """The attributes of one article by rules and by a model's reply, which `text` is word for word.

    Lettering comes from the rules alone: they keep it as the German text has it. Raises `RowError("no_garment")` when no text names a garment that
    the vocabulary knows and the reply names none that the translated texts name.
    """
    ground, claims, reading = Ground(row), claims_of(row.article_id, reply), read_article(row.article)
    garment = reading.garment or claims.grounded_garment(ground)
    if garment is None:
        raise no_garment(row.article)
    ground.read_as(garment)
    merger = _Merger(attributes_of(row.article, otherwise=garment), claims.attributes(garment), reading, ground, reply.how)
    merger.merge()
    return dataclasses.replace(merger.result(), reply=text[:_KEPT].encode("utf-8", "replace").decode())


class _Merger:
    """Merges field by field; `own` is what the rules read."""

    def __init__(self, own: Attributes, model: Attributes, reading: Reading, ground: Ground, how: str) -> None:
        self._own, self._model, self._reading, self._ground, self._how = own, model, reading, ground, how
        self._values: dict[str, str | tuple[str, ...]] = {}
        self._facts: list[Fact] = []
        self._origins: list[Origin] = []
        self._findings: list[Finding] = []

    def merge(self) -> None:
        """Decides every field."""
        if self._how == "none":
            self._findings.append(Finding("missing_attribute", "reply", "", "catalog_default", rules("merging")["says"]["unread"]))
        if self._reading.garment is None:
            self._origins.append(Origin("garment", self._how, None))
        else:
            self._single("garment", agree=self._same_garment())
        self._single("target_group", agree=contradiction({"name": _groups(self._own), "description": _groups(self._model)}) is None)
        for field, aspect in MANY.items():
            self._many(field, aspect)
        if self._own.lettering:
            self._origins.append(Origin("lettering", "rules", None))
        for field in SINGLE:
            self._single(field, agree=self._said_by_rules(getattr(self._model, field), getattr(self._own, field)))

    def result(self) -> Attributes:
        """The merged attributes."""
        judged = [origin.agrees for origin in self._origins if origin.agrees is not None]
        return with_key_phrases(
            dataclasses.replace(
                self._own,
                **self._values,  # type: ignore[arg-type]
                facts=(*self._own.facts, *self._facts),
                origins=tuple(self._origins),
                agreement=sum(judged) / len(judged) if judged else None,
                findings=tuple(self._findings),
            )
        )

    def _single(self, field: str, agree: bool) -> None:
        own, model = getattr(self._own, field), getattr(self._model, field)
        if own:
            self._origins.append(Origin(field, "rules", agree if model else None))
            if model and not agree:
                self._conflict(field, model, own)
        elif model and not self._judged(field, model):
            fact = self._ground.fact(field, model)
            if fact:
                self._take(field, model, [fact])
            else:
                self._unsupported(field, [model])

    def _many(self, field: str, aspect: str) -> None:
        own, model = getattr(self._own, field), getattr(self._model, field)
        fresh = [value for value in model if not self._known(field, value)]
        agree = bool(model) and (model[0] not in fresh if field == "colours" else len(fresh) < len(model))
        against = [value for value in fresh if own and self._contradicts(field, value)]
        if against:
            agree = False
            self._conflict(field, against[0], own[0])
        asked = [value for value in fresh if value not in against and not self._judged(aspect, value) and not self._same_thing(field, value)]
        facts = {value: self._ground.fact(aspect, value) for value in asked}
        taken = [fact for fact in facts.values() if fact]
        agrees = agree if own and model else None
        if taken:
            self._take(field, (*own, *(fact.value for fact in taken)), taken, agrees)
        elif own:
            self._origins.append(Origin(field, "rules", agrees))
        self._unsupported(field, [value for value, fact in facts.items() if fact is None and value not in self._general(field)])

    def _take(self, field: str, value: str | tuple[str, ...], facts: Sequence[Fact], agrees: bool | None = None) -> None:
        source = f"rules+{self._how}" if getattr(self._own, field) else self._how
        self._values[field] = value
        self._facts.extend(facts)
        self._origins.append(Origin(field, source, agrees))

    def _conflict(self, field: str, model: str, own: str) -> None:
        says = rules("merging")["says"]["conflict"].format(model=model, rules=own)
        self._findings.append(Finding("conflicting_features", field, f"{model} / {own}", "emphasis", says))

    def _unsupported(self, field: str, values: Sequence[str]) -> None:
        if values:
            says = rules("merging")["says"]["unsupported"].format(values=", ".join(f"“{value}”" for value in values))
            self._findings.append(Finding("conflicting_features", field, ", ".join(values), "emphasis", says))

    def _same_garment(self) -> bool:
        own, model = self._own, self._model
        return _overlap(model.garment, own.garment) or bool(model.sketch_kind and model.sketch_kind == own.sketch_kind)

    def _said_by_rules(self, value: str, own: str = "") -> bool:
        """Whether the rules say a value too, in any field, or say less in its own."""
        return bool(value) and (_overlap(value, own) or any(within(value, said) for said in self._all_own()))

    def _all_own(self) -> Iterable[str]:
        own = self._own
        return (own.garment, *(value for field in MANY for value in getattr(own, field)), *(getattr(own, field) for field in SINGLE))

    def _known(self, field: str, value: str) -> bool:
        if field == "colours":
            return any(_same_colour(value, colour) for colour in self._own.colours)
        return any(_overlap(value, said) for said in getattr(self._own, field)) or self._said_by_rules(value)

    def _contradicts(self, field: str, value: str) -> bool:
        """Whether a value cannot be true beside those of the rules: another main colour, stripes on what is plain."""
        if field == "colours":
            return value == self._model.colours[0]
        rivals = set(rules("choosing")["patterns"]["against_plain"])
        return field == "patterns" and (
            (value == "plain" and bool(rivals & set(self._own.patterns))) or ("plain" in self._own.patterns and value in rivals)
        )

    def _judged(self, aspect: str, value: str) -> bool:
        """Whether the rules read a value too and have found another place for it, or none."""
        return self._said_by_rules(value) or any(entry.mention.aspect == aspect and entry.mention.english == value for entry in self._reading.said)

    def _general(self, field: str) -> Sequence[str]:
        """Values that say nothing beside a more precise one."""
        return list(rules("choosing").get(field, {}).get("general", ()))

    def _same_thing(self, field: str, value: str) -> bool:
        """Whether the rules describe the same thing otherwise: a front print, where the model sees a colourful print."""
        if field not in ("prints", "details"):
            return False
        if getattr(self._own, field) and value in self._general(field):
            return True
        return _head(value) in map(_head, (*self._own.prints, *self._own.details, *(getattr(self._own, name) for name in SINGLE)))


def _groups(attributes: Attributes) -> frozenset[str]:
    return frozenset(fact.value for fact in attributes.facts if fact.aspect == "target_group")


def _head(phrase: str) -> str:
    """The noun of a phrase: "small logo on the chest" -> logo."""
    return _PLACE.split(phrase, maxsplit=1)[0].rpartition(" ")[2]


def _overlap(first: str, second: str) -> bool:
    """Whether one phrase says all that the other one says."""
    return within(first, second) or within(second, first)


def _same_colour(first: str, second: str) -> bool:
    """Whether two names mean one colour: equal, one the plain name of the other (blue and navy), or hardly to be told apart (navy and dark blue)."""
    if base_colour(first) == second or base_colour(second) == first or _overlap(first, second):
        return True
    one, other = find(first), find(second)
    return bool(one and other and float(delta_e2000(one.lab, other.lab)) < rules("merging")["colour_distance"])
