"""One home with one profile: what assets, the command line and benchmarks work with."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from nkd_pipeline.execution.profile import DEFAULT_PROFILE, Profile, load_profile
from nkd_pipeline.records import DeliveryRow, HumanMark
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.images import ImageStore
from nkd_pipeline.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Attempt:
    """An article that was asked for again. Articles without a row are at attempt 1."""

    article_id: str
    attempt: int
    reason: str
    requested_at: str  # UTC, ISO 8601


class Workspace:
    """Tables, images and settings of one home."""

    def __init__(self, home: Home, profile: Profile) -> None:
        self.home, self.profile = home, profile
        self.tables = Tables(home)
        self.images = ImageStore(home)

    @classmethod
    def open(cls, home: str | None = None, profile: str | None = None) -> Workspace:
        """Opens a home; without names those of the environment (NKD_HOME, NKD_PROFILE), else data/home and profile sketch."""
        place = Home.of(home)
        return cls(place, load_profile(profile or os.environ.get("NKD_PROFILE") or DEFAULT_PROFILE, place.overrides))

    def delivered(self, shard: str) -> list[DeliveryRow]:
        """The shard's rows as delivered, in the delivery's order."""
        return self.tables.read_records("delivery_rows", DeliveryRow, shard)

    def shards(self) -> list[str]:
        return self.tables.keys("delivery_rows")

    def attempts(self, shard: str) -> dict[str, int]:
        """Attempt numbers of the articles that were asked for again."""
        return {row.article_id: row.attempt for row in self.tables.read_records("attempts", Attempt, shard)}

    def marks(self, shard: str) -> dict[str, tuple[HumanMark, ...]]:
        """What reviewers marked, by article."""
        marks: dict[str, tuple[HumanMark, ...]] = {}
        for mark in self.tables.read_records("marks", HumanMark, shard):
            marks[mark.article_id] = (*marks.get(mark.article_id, ()), mark)
        return marks

    def request_attempts(self, shard: str, article_ids: Iterable[str], reason: str) -> None:
        """Asks for a new picture of each article: the next run of the shard makes it, with a new seed."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self.tables.locked("attempts", shard):
            rows = {row.article_id: row for row in self.tables.read_records("attempts", Attempt, shard)}
            for article_id in article_ids:
                before = rows[article_id].attempt if article_id in rows else 1
                rows[article_id] = Attempt(article_id, before + 1, reason, now)
            self.tables.write_records("attempts", Attempt, shard, rows.values())
