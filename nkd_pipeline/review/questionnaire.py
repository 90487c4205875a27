"""The questions of a survey, read from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nkd_pipeline.review.task import ReviewError

DEFAULT_QUESTIONS = Path(__file__).parent / "survey.toml"
SCALE = (1, 2, 3, 4, 5)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Strict):
    """A statement to be rated from 1 (`low`) to 5 (`high`)."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    text: str = Field(min_length=1, max_length=200)
    low: str = Field(min_length=1, max_length=40)
    high: str = Field(min_length=1, max_length=40)


class ParticipantQuestion(_Strict):
    """Something about the participant, chosen from a list."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    text: str = Field(min_length=1, max_length=200)
    choices: tuple[str, ...] = Field(min_length=2, max_length=12)


class Questionnaire(_Strict):
    """At most nine questions: each has a line on the page, and all are in view at once."""

    questions: tuple[Question, ...] = Field(min_length=1, max_length=9)
    participant: tuple[ParticipantQuestion, ...] = Field(default=(), max_length=9)

    @model_validator(mode="after")
    def _distinct(self) -> Questionnaire:
        for asked in (self.questions, self.participant):
            names = [question.name for question in asked]
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f'two questions are called "{min(twice)}"')
        return self


def read_questionnaire(path: Path = DEFAULT_QUESTIONS) -> Questionnaire:
    """Reads a survey; raises ReviewError with file, place and reason when it cannot be used."""
    try:
        return Questionnaire.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ReviewError(f"{path}: {error.strerror}. Name an existing file with --questions, or leave it out for the built-in questions.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReviewError(f"{path}: {error}. It must be a TOML file like {DEFAULT_QUESTIONS}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "file"
        raise ReviewError(f"{path}: {place}: {first['msg']}. Compare with {DEFAULT_QUESTIONS}.") from error
