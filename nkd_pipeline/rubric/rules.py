"""The rubric as read from `aspects.toml`: aspects, rules and thresholds, checked when they are loaded."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from nkd_pipeline.records import ASPECTS, Deviation
from nkd_pipeline.rubric.answer_rules import AnswerRule
from nkd_pipeline.rubric.pixel_checks.boxes import Box
from nkd_pipeline.rubric.thresholds import SEVERITIES, Limits, Strict

ASPECTS_FILE = Path(__file__).parent / "aspects.toml"
WORDS = ("stated", "seen", "missing", "background", "patterns")  # what a sentence may say besides {value}
TRAITS = (  # of an article and its picture, found in traits.py
    "light grey background",
    "upright",
    "plain",
    "patterned",
    "contrasting",
    "printed",
    "mixed yarn",
    "multicolour",
    "several colours",
    "open shape",
    "composed",
    "skin-like",
    "shown print",
    "middle print",
    "level stripes",
    "upright stripes",
    "checks",
    "figures",
    "cut off",
)


class Rule(Limits):
    """One way to lose points: `name` is the cause, `measure` what is read."""

    name: str
    measure: str
    says: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sayable(self) -> Rule:
        self.require(f'rule "{self.name}"', self.says, WORDS)
        strangers = {*self.when, *self.unless} - set(TRAITS)
        if strangers:
            raise ValueError(f'rule "{self.name}" asks for the trait "{min(strangers)}"; known are {", ".join(TRAITS)}')
        return self

    def applies(self, traits: frozenset[str]) -> bool:
        """Tells whether the rule is meant for an article of these traits."""
        return set(self.when) <= traits and not set(self.unless) & traits


class Aspect(Strict):
    """One of the nine; `not_assessed` says who can look when the pixels cannot, `same` which causes are the same as others."""

    title: str
    order: int
    not_assessed: str
    rules: tuple[Rule, ...] = ()
    answers: tuple[AnswerRule, ...] = ()
    same: Mapping[str, str] = {}


class Scoring(Strict):
    """The paper's arithmetic: `excellent` is reached at its score, `pass` only above it."""

    base: float
    slight: float
    strong: float
    excellent: float
    passing: float = Field(alias="pass")

    def points(self, severity: str) -> float:
        """Returns what a deviation costs, as a negative number."""
        return self.strong if severity == "strong" else self.slight


class Garments(Strict):
    """What is normal for a kind of garment."""

    pieces: Mapping[str, int]
    piece_size: float
    set_words: Mapping[str, int]
    lying: frozenset[str]
    open: frozenset[str]
    composed: frozenset[str]


class ColourShares(Strict):
    """Shares 0..1 of the garment from which a colour counts."""

    main_share: float
    main_share_part: float
    second_share: float
    multicolour: float


class Patterns(Strict):
    """Patterns that pixels can see, and such that mix the colours."""

    visible: frozenset[str]
    natural: frozenset[str]
    difference: float
    mixed: frozenset[str]
    level: frozenset[str]
    upright: frozenset[str]
    checks: frozenset[str]
    figures: frozenset[str]


class Prints(Strict):
    """On which kinds a print can be told from the garment's own parts, and words of phrases about prints."""

    shown_on: frozenset[str]
    unseen: tuple[str, ...]
    aside: tuple[str, ...]


class Rubric(Strict):
    """All of `aspects.toml`."""

    scoring: Scoring
    garments: Garments
    colour: ColourShares
    patterns: Patterns
    prints: Prints
    aspects: Mapping[str, Aspect]

    @model_validator(mode="after")
    def _nine(self) -> Rubric:
        ordered = tuple(sorted(self.aspects, key=lambda name: self.aspects[name].order))
        if ordered != ASPECTS:
            raise ValueError(f"the aspects must be, in this order: {', '.join(ASPECTS)}")
        for name, aspect in self.aspects.items():
            read = [(rule.judge, cause, rule.model) for rule in aspect.answers for cause in rule.causes]
            if twice := sorted({key for key in read if read.count(key) > 1}):
                raise ValueError(f"{name} has two rules for answers of {twice[0][0]} about {twice[0][1]}; keep one")
        return self

    def deviations(
        self, measures: Mapping[str, float], traits: frozenset[str], words: Mapping[str, str], judge: str, boxes: Mapping[str, Box] | None = None
    ) -> tuple[Deviation, ...]:
        """Returns what the measures cost, by aspect; rules whose measure is missing are left out.

        `boxes` says where in the picture a measure was taken, by the measure's name.
        """
        found = []
        for aspect in ASPECTS:
            for rule in self._asked(aspect, measures, traits):
                value = measures[rule.measure]
                severity = rule.severity(value)
                if severity is not None:
                    says = rule.says.format(value=value, **{word: words.get(word, "") for word in WORDS})
                    points, box = self.scoring.points(severity), (boxes or {}).get(rule.measure, ())
                    found.append(Deviation(aspect, severity, points, judge, rule.name, round(value, 4), says, box))
        return tuple(found)

    def answer_rule(self, aspect: str, cause: str, judge: str, model: str = "") -> AnswerRule | None:
        """Returns the rule by which a judge's answers about a cause are read, the model's own if there is one; None where they cost nothing."""
        rules = [rule for rule in self.aspects[aspect].answers if rule.judge == judge and cause in rule.causes and rule.model in ("", model)]
        return max(rules, key=lambda rule: rule.model, default=None)

    def worst(self, aspect: str, cause: str, measures: Mapping[str, float]) -> str | None:
        """Returns how severely the measures deviate by one cause, whatever the article: for questions that decide which others can be asked."""
        rules = [rule for rule in self.aspects[aspect].rules if rule.name == cause and rule.measure in measures]
        return min((severity for rule in rules if (severity := rule.severity(measures[rule.measure]))), key=SEVERITIES.index, default=None)

    def assessed(self, measures: Mapping[str, float], traits: frozenset[str]) -> tuple[str, ...]:
        """Returns the aspects for which at least one rule could be asked."""
        return tuple(aspect for aspect in ASPECTS if self._asked(aspect, measures, traits))

    def causes(self, measures: Mapping[str, float], traits: frozenset[str]) -> tuple[str, ...]:
        """Returns the causes that were looked for: those of the rules that could be asked."""
        return tuple(dict.fromkeys(rule.name for aspect in ASPECTS for rule in self._asked(aspect, measures, traits)))

    def _asked(self, aspect: str, measures: Mapping[str, float], traits: frozenset[str]) -> list[Rule]:
        return [rule for rule in self.aspects[aspect].rules if rule.measure in measures and rule.applies(traits)]


@cache
def load_rubric(path: Path = ASPECTS_FILE) -> Rubric:
    """Reads the rubric; raises ValueError with file, place and reason when it cannot be used."""
    try:
        return Rubric.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; set aspects to an existing file, or leave it out to use the rubric that is built in") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}; it must be a TOML file like {ASPECTS_FILE.name}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "file"
        raise ValueError(f"{path}: {place}: {first['msg']}; compare with {ASPECTS_FILE.name}") from error


def digest(path: Path) -> str:
    """Returns the SHA-256 of a file, for fingerprints."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
