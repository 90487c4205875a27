"""One home with one profile: what assets, the command line and benchmarks work with."""

from __future__ import annotations

import os

from nkd_pipeline.execution.profile import DEFAULT_PROFILE, Profile, load_profile
from nkd_pipeline.records import DeliveryRow, HumanMark, Waiver
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.images import ImageStore
from nkd_pipeline.storage.places import is_remote, require_reachable
from nkd_pipeline.storage.tables import Tables


class Workspace:
    """Tables, images and settings of one home."""

    def __init__(self, home: Home, profile: Profile) -> None:
        self.home, self.profile = home, profile
        self.tables = Tables(home)
        self.images = ImageStore(home)

    @classmethod
    def open(cls, home: str | None = None, profile: str | None = None) -> Workspace:
        """Opens a home; without names those of the environment (NKD_HOME, NKD_PROFILE), else data/home and profile sketch.

        Raises ProfileError, and PlaceError when a home in an object store cannot be reached.
        """
        opened = Home.of(home)
        if is_remote(opened.root):
            require_reachable(opened.root)
        return cls(opened, load_profile(profile or os.environ.get("NKD_PROFILE") or DEFAULT_PROFILE, opened.overrides))

    def delivered(self, shard: str) -> list[DeliveryRow]:
        """The shard's rows as delivered, in the delivery's order."""
        return self.tables.read_records("delivery_rows", DeliveryRow, shard)

    def shards(self) -> list[str]:
        return self.tables.keys("delivery_rows")

    def marks(self, shard: str) -> dict[str, tuple[HumanMark, ...]]:
        """What reviewers marked, by article."""
        marks: dict[str, tuple[HumanMark, ...]] = {}
        for mark in self.tables.read_records("marks", HumanMark, shard):
            marks[mark.article_id] = (*marks.get(mark.article_id, ()), mark)
        return marks

    def waivers(self, shard: str) -> dict[str, Waiver]:
        """Articles that somebody does without, by article."""
        return {waiver.article_id: waiver for waiver in self.tables.read_records("waivers", Waiver, shard)}
