"""The rubric as read from `aspects.toml`: aspects, rules and thresholds, checked when they are loaded."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nkd_pipeline.records import ASPECTS, Deviation

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
    "cut off",
)
SEVERITIES = ("strong", "slight")  # the worse first: only the worse of a rule's two counts


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(_Strict):
    """From where on a measure deviates; exactly one of the two is given."""

    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Threshold:
        if (self.below is None) == (self.above is None):
            raise ValueError('a threshold says either "below" or "above"')
        return self

    def passed_by(self, value: float) -> bool:
        """Tells whether the value lies beyond the threshold; a value right on it does not."""
        return value < self.below if self.below is not None else value > (self.above if self.above is not None else value)


class Rule(_Strict):
    """One way to lose points: `name` is the cause, `measure` what is read."""

    name: str
    measure: str
    says: str
    slight: Threshold | None = None
    strong: Threshold | None = None
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sayable(self) -> Rule:
        if self.slight is None and self.strong is None:
            raise ValueError(f'rule "{self.name}" has no threshold; give it slight, strong or both')
        strangers = {*self.when, *self.unless} - set(TRAITS)
        if strangers:
            raise ValueError(f'rule "{self.name}" asks for the trait "{min(strangers)}"; known are {", ".join(TRAITS)}')
        unknown = {name for _, name, _, _ in Formatter().parse(self.says) if name is not None} - {"value", *WORDS}
        if unknown:
            raise ValueError(f'rule "{self.name}" says {{{min(unknown)}}}; it may say {{value}} and ' + ", ".join(f"{{{word}}}" for word in WORDS))
        return self

    def applies(self, traits: frozenset[str]) -> bool:
        """Tells whether the rule is meant for an article of these traits."""
        return set(self.when) <= traits and not set(self.unless) & traits

    def severity(self, value: float) -> str | None:
        """Returns "strong", "slight" or None."""
        limits = {"strong": self.strong, "slight": self.slight}
        for severity in SEVERITIES:
            limit = limits[severity]
            if limit is not None and limit.passed_by(value):
                return severity
        return None


class Aspect(_Strict):
    """One of the nine; `not_assessed` says who can look when the pixels cannot."""

    title: str
    order: int
    not_assessed: str
    rules: tuple[Rule, ...] = ()


class Scoring(_Strict):
    """The paper's arithmetic: `excellent` is reached at its score, `pass` only above it."""

    base: float
    slight: float
    strong: float
    excellent: float
    passing: float = Field(alias="pass")

    def points(self, severity: str) -> float:
        """Returns what a deviation costs, as a negative number."""
        return self.strong if severity == "strong" else self.slight


class Garments(_Strict):
    """What is normal for a kind of garment."""

    pieces: Mapping[str, int]
    piece_size: float
    set_words: Mapping[str, int]
    lying: frozenset[str]
    open: frozenset[str]
    composed: frozenset[str]


class ColourShares(_Strict):
    """Shares 0..1 of the garment from which a colour counts."""

    main_share: float
    main_share_part: float
    second_share: float
    multicolour: float


class Patterns(_Strict):
    """Patterns that pixels can see, and such that mix the colours."""

    visible: frozenset[str]
    natural: frozenset[str]
    difference: float
    mixed: frozenset[str]


class Rubric(_Strict):
    """All of `aspects.toml`."""

    scoring: Scoring
    garments: Garments
    colour: ColourShares
    patterns: Patterns
    aspects: Mapping[str, Aspect]

    @model_validator(mode="after")
    def _nine(self) -> Rubric:
        ordered = tuple(sorted(self.aspects, key=lambda name: self.aspects[name].order))
        if ordered != ASPECTS:
            raise ValueError(f"the aspects must be, in this order: {', '.join(ASPECTS)}")
        return self

    def deviations(self, measures: Mapping[str, float], traits: frozenset[str], words: Mapping[str, str], judge: str) -> tuple[Deviation, ...]:
        """Returns what the measures cost, by aspect; rules whose measure is missing are left out."""
        found = []
        for aspect in ASPECTS:
            for rule in self._asked(aspect, measures, traits):
                value = measures[rule.measure]
                severity = rule.severity(value)
                if severity is not None:
                    says = rule.says.format(value=value, **{word: words.get(word, "") for word in WORDS})
                    found.append(Deviation(aspect, severity, self.scoring.points(severity), judge, rule.name, round(value, 4), says))
        return tuple(found)

    def worst(self, aspect: str, cause: str, measures: Mapping[str, float]) -> str | None:
        """Returns how severely the measures deviate by one cause, whatever the article: for questions that decide which others can be asked."""
        rules = [rule for rule in self.aspects[aspect].rules if rule.name == cause and rule.measure in measures]
        return min((severity for rule in rules if (severity := rule.severity(measures[rule.measure]))), key=SEVERITIES.index, default=None)

    def assessed(self, measures: Mapping[str, float], traits: frozenset[str]) -> tuple[str, ...]:
        """Returns the aspects for which at least one rule could be asked."""
        return tuple(aspect for aspect in ASPECTS if self._asked(aspect, measures, traits))

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
