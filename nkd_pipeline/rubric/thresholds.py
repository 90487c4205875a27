"""Thresholds of the rubric: from where on a measured value deviates, slightly or strongly."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from pydantic import BaseModel, ConfigDict, model_validator

SEVERITIES = ("strong", "slight")  # the worse first: only the worse of a rule's two counts


class Strict(BaseModel):
    """Part of a data file: unknown names are refused, so that a typing error is not silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(Strict):
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


class Limits(Strict):
    """The two thresholds of a rule; one of them may be missing."""

    slight: Threshold | None = None
    strong: Threshold | None = None

    def severity(self, value: float) -> str | None:
        """Returns "strong", "slight" or None."""
        limits = {"strong": self.strong, "slight": self.slight}
        for severity in SEVERITIES:
            limit = limits[severity]
            if limit is not None and limit.passed_by(value):
                return severity
        return None

    def require(self, rule: str, says: str, words: Iterable[str]) -> None:
        """Raises ValueError when there is no threshold, or the sentence says another word than {value} and `words`."""
        if self.slight is None and self.strong is None:
            raise ValueError(f"{rule} has no threshold; give it slight, strong or both")
        unknown = {name for _, name, _, _ in Formatter().parse(says) if name is not None} - {"value", *words}
        if unknown:
            raise ValueError(f"{rule} says {{{min(unknown)}}}; it may say {{value}} and " + ", ".join(f"{{{word}}}" for word in words))
