"""Surveys: questions about each picture, answered on a scale of five."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, ClassVar

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.pictures import Picture, latest_pictures, picture_key
from nkd_pipeline.review.questionnaire import SCALE, Questionnaire
from nkd_pipeline.review.task import ReviewError, Task, mapping_of, now


@dataclass(frozen=True, slots=True)
class Rating:
    """What one participant answered to one question about one picture."""

    article_id: str
    attempt: int
    sha256: str
    reviewer: str
    question: str  # name of the question
    rating: int  # 1..5
    rated_at: str  # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class ParticipantAnswer:
    """What a participant says of himself or herself; "" for an answer that was not given."""

    reviewer: str
    question: str
    answer: str
    answered_at: str  # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """All ratings of a question; `sd` is the sample's standard deviation, None below two ratings."""

    question: str
    n: int
    mean: float
    sd: float | None


class SurveyTask(Task[Picture, Rating]):
    """The current picture of each article; an answer is a rating 1..5 for each question, by name."""

    mode: ClassVar[str] = "survey"
    table: ClassVar[str] = "ratings"
    record = Rating

    def __init__(self, workspace: Workspace, shards: Iterable[str], questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self._names = [question.name for question in questionnaire.questions]
        super().__init__(workspace, latest_pictures(workspace, shards))

    def key_of(self, shard: str, record: Rating) -> str:
        return picture_key(shard, record.article_id, record.sha256)

    def records(self, item: Picture, reviewer: str, answer: Any) -> tuple[Rating, ...]:  # noqa: ANN401
        ratings, time = mapping_of(answer, self._names, SCALE), now()
        return tuple(Rating(item.article_id, item.attempt, item.sha256, reviewer, name, rating, time) for name, rating in ratings.items())

    def answer(self, item: Picture, records: Sequence[Rating]) -> dict[str, int] | None:  # noqa: ARG002
        ratings = {record.question: record.rating for record in records if record.question in self._names}
        return ratings if len(ratings) == len(self._names) else None

    def shown(self, item: Picture, reviewer: str) -> Sequence[Picture]:  # noqa: ARG002
        return (item,)

    def time_of(self, record: Rating) -> str:
        return record.rated_at

    def asks_participant(self, reviewer: str) -> bool:
        """Whether the questions about the participant are still open."""
        return bool(self.questionnaire.participant) and all(answer.reviewer != reviewer for answer in self._participants())

    def save_participant(self, reviewer: str, answers: Any) -> None:  # noqa: ANN401
        """Stores what the participant says; every answer may be "". Raises ReviewError for what is no answer."""
        asked = self.questionnaire.participant
        if not isinstance(answers, dict) or set(answers) != {question.name for question in asked}:
            raise ReviewError("These are not the questions of this survey. Reload the page.")
        if any(answers[question.name] not in ("", *question.choices) for question in asked):
            raise ReviewError("One of the answers is not among the choices. Reload the page.")
        tables, time = self._workspace.tables, now()
        with tables.locked("participants", self.mode):
            others = [answer for answer in self._participants() if answer.reviewer != reviewer]
            new = [ParticipantAnswer(reviewer, question.name, answers[question.name], time) for question in asked]
            tables.write_records("participants", ParticipantAnswer, self.mode, [*others, *new])

    def _participants(self) -> list[ParticipantAnswer]:
        return self._workspace.tables.read_records("participants", ParticipantAnswer, self.mode)


def summarise(ratings: Iterable[Rating]) -> tuple[QuestionSummary, ...]:
    """Mean and standard deviation by question, in the order in which they first come."""
    by_question: dict[str, list[int]] = defaultdict(list)
    for rating in ratings:
        by_question[rating.question].append(rating.rating)
    return tuple(QuestionSummary(name, len(v), fmean(v), stdev(v) if len(v) > 1 else None) for name, v in by_question.items())
