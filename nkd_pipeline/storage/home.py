"""The folder that holds everything a run writes, and what lies where in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_HOME = Path("data/home")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one home folder. Nothing is created here; whoever writes creates its folder."""

    root: Path

    @classmethod
    def of(cls, path: str | os.PathLike[str] | None = None) -> Home:
        """Home at `path`, else at `NKD_HOME`, else at data/home of the working directory."""
        return cls(Path(path or os.environ.get("NKD_HOME") or DEFAULT_HOME).expanduser().resolve())

    def table(self, name: str, shard: str) -> Path:
        return self.root / "tables" / name / f"{shard}.parquet"

    def image(self, shard: str, article_id: str, attempt: int) -> Path:
        return self.root / "images" / shard / article_id / f"{attempt}.png"

    def photo(self, catalog: str, article_id: str, suffix: str) -> Path:
        return self.root / "photos" / catalog / f"{article_id}{suffix}"

    def gallery(self, shard: str) -> Path:
        return self.galleries / f"{shard}.html"

    def released(self, shard: str) -> Path:
        return self.root / "released" / shard

    def clip_statistics(self, shard: str, suffix: str) -> Path:
        return self.statistics / f"{shard}.clip{suffix}"

    def quality(self, shard: str) -> Path:
        """Folder of a shard's quality report: page, plots, tables."""
        return self.statistics / shard

    def lock(self, name: str) -> Path:
        return self.root / "locks" / f"{name}.lock"

    @property
    def galleries(self) -> Path:
        return self.root / "galleries"

    @property
    def statistics(self) -> Path:
        return self.root / "statistics"

    @property
    def incoming(self) -> Path:
        """Where deliveries are dropped for the sensor."""
        return self.root / "incoming"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def overrides(self) -> Path:
        """Settings of this home that go over the profile's."""
        return self.root / "settings.toml"

    def relative(self, path: Path) -> str:
        """Path below home with forward slashes, as tables store it."""
        return path.relative_to(self.root).as_posix()
