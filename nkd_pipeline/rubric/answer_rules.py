"""How answers of models are read: the part of the rubric that says from where on they cost points."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from nkd_pipeline.records import Answer
from nkd_pipeline.rubric.thresholds import Limits

ANSWER_WORDS = ("stated", "best", "question")  # what a sentence may say besides {value}


class AnswerRule(Limits):
    """How answers of one judge about these causes are read: `measure` is the field of `records.Answer` that the thresholds are for.

    A rule with a `model` is for answers of that model alone, and stands in for the one without.
    """

    causes: tuple[str, ...]
    judge: Literal["probe", "vqa"]
    model: str = ""
    measure: Literal["margin", "probability"]
    says: str

    @model_validator(mode="after")
    def _sayable(self) -> AnswerRule:
        if not self.causes:
            raise ValueError("a rule for answers needs at least one cause, such as neckline")
        self.require(f'rule for {self.judge} on "{self.causes[0]}"', self.says, ANSWER_WORDS)
        return self

    def value(self, answer: Answer) -> float:
        """Returns the number that the thresholds are compared with."""
        return answer.margin if self.measure == "margin" else answer.probability

    def sentence(self, answer: Answer) -> str:
        """Returns what the deviation says."""
        return self.says.format(value=self.value(answer), stated=answer.stated, best=answer.best or "something else", question=answer.question)
