"""Comparing: two pictures of the same article side by side, and which of them is better."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.pictures import Picture, all_attempts, latest_pictures
from nkd_pipeline.review.task import ReviewError, Task, digest, now

FIRST, SECOND, TIE = "first", "second", "tie"
CHOICES = ("left", "right", TIE)


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of an article's two pictures a reviewer prefers."""

    article_id: str
    first: str  # what the pictures differ in: "attempt 1", or a home's name
    first_attempt: int
    first_sha256: str
    second: str
    second_attempt: int
    second_sha256: str
    shown_left: str  # first, second
    choice: str  # first, second, tie
    reviewer: str
    preferred_at: str  # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures of one article, and what they differ in."""

    first: Picture
    second: Picture
    first_label: str
    second_label: str

    @property
    def shard(self) -> str:
        return self.first.shard

    @property
    def key(self) -> str:
        return _key(self.shard, self.first.article_id, self.first.sha256, self.second.sha256)


class PreferenceTask(Task[Pair, Preference]):
    """Pairs of pictures; an answer is one of CHOICES, by the sides as this reviewer sees them."""

    mode: ClassVar[str] = "ab"
    table: ClassVar[str] = "preferences"
    record = Preference

    def key_of(self, shard: str, record: Preference) -> str:
        return _key(shard, record.article_id, record.first_sha256, record.second_sha256)

    def records(self, item: Pair, reviewer: str, answer: Any) -> tuple[Preference, ...]:  # noqa: ANN401
        if answer not in CHOICES:
            raise ReviewError(f"An answer is one of {', '.join(CHOICES)}. Reload the page.")
        left = _left(item, reviewer)
        choice = {"left": left, "right": SECOND if left == FIRST else FIRST, TIE: TIE}[answer]
        first, second = (item.first_label, item.first.attempt, item.first.sha256), (item.second_label, item.second.attempt, item.second.sha256)
        return (Preference(item.first.article_id, *first, *second, left, choice, reviewer, now()),)

    def answer(self, item: Pair, records: Sequence[Preference]) -> str | None:  # noqa: ARG002
        if not records:
            return None
        record = records[-1]
        return TIE if record.choice == TIE else "left" if record.choice == record.shown_left else "right"

    def shown(self, item: Pair, reviewer: str) -> Sequence[Picture]:
        return (item.first, item.second) if _left(item, reviewer) == FIRST else (item.second, item.first)

    def time_of(self, record: Preference) -> str:
        return record.preferred_at


def pairs_of_attempts(workspace: Workspace, shards: Iterable[str]) -> list[Pair]:
    """Each two attempts of an article, the earlier first."""
    pairs = []
    for shard in shards:
        for attempts in all_attempts(workspace, shard):
            for first, second in itertools.combinations(attempts, 2):
                if first.sha256 != second.sha256:
                    pairs.append(Pair(first, second, f"attempt {first.attempt}", f"attempt {second.attempt}"))
    return pairs


def pairs_of_homes(workspace: Workspace, other: Workspace, shards: Iterable[str]) -> list[Pair]:
    """The articles' current pictures in this home and in another; articles that the other lacks, or whose file is the same there, are left out."""
    first_label, second_label = workspace.home.root.name, other.home.root.name
    if first_label == second_label:
        first_label, second_label = str(workspace.home.root), str(other.home.root)
    there = {picture.article_id: picture for picture in latest_pictures(other, other.shards())}
    here = [(picture, there.get(picture.article_id)) for picture in latest_pictures(workspace, shards)]
    return [Pair(first, second, first_label, second_label) for first, second in here if second and first.sha256 != second.sha256]


def _left(pair: Pair, reviewer: str) -> str:
    """Which picture this reviewer sees on the left: as a coin would have it, but always the same."""
    return (FIRST, SECOND)[int(digest("left", reviewer, pair.key)[:8], 16) % 2]


def _key(shard: str, article_id: str, first_sha256: str, second_sha256: str) -> str:
    return f"{shard}/{article_id}/{first_sha256}/{second_sha256}"
