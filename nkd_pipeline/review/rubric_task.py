"""Marking by the rubric: each of the nine aspects of a picture shows no, a slight or a strong deviation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.metrics.agreement import MARKS
from nkd_pipeline.records import ASPECTS, HumanMark
from nkd_pipeline.review.pictures import Picture, latest_pictures, picture_key
from nkd_pipeline.review.task import Task, mapping_of, now


class RubricTask(Task[Picture, HumanMark]):
    """The current picture of each article; an answer is one of MARKS for each of ASPECTS, by name."""

    mode: ClassVar[str] = "rubric"
    table: ClassVar[str] = "marks"
    record = HumanMark

    def __init__(self, workspace: Workspace, shards: Iterable[str]) -> None:
        super().__init__(workspace, latest_pictures(workspace, shards))

    def key_of(self, shard: str, record: HumanMark) -> str:
        return picture_key(shard, record.article_id, record.sha256)

    def records(self, item: Picture, reviewer: str, answer: Any) -> tuple[HumanMark, ...]:  # noqa: ANN401
        marks, time = mapping_of(answer, ASPECTS, MARKS), now()
        return tuple(HumanMark(item.article_id, item.attempt, item.sha256, reviewer, aspect, marks[aspect], time) for aspect in ASPECTS)

    def answer(self, item: Picture, records: Sequence[HumanMark]) -> dict[str, str] | None:  # noqa: ARG002
        marks = {record.aspect: record.mark for record in records}
        return marks if set(marks) == set(ASPECTS) else None  # imported marks may be of some aspects only

    def shown(self, item: Picture, reviewer: str) -> Sequence[Picture]:  # noqa: ARG002
        return (item,)

    def time_of(self, record: HumanMark) -> str:
        return record.marked_at
