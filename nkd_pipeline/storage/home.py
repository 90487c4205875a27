"""The home: what holds everything a run writes, and what lies where in it."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.storage.places import is_remote, local_folder, place

DEFAULT_HOME = Path("data/home")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one home. Nothing is created here; whoever writes creates its folder."""

    root: Path  # a folder, or what `places.place` makes of a URL

    @classmethod
    def of(cls, path: str | os.PathLike[str] | None = None) -> Home:
        """Home at `path` (a folder or an fsspec URL), else at `NKD_HOME`, else at data/home of the working directory."""
        root = place(path or os.environ.get("NKD_HOME") or DEFAULT_HOME)
        return cls(root if is_remote(root) else root.expanduser().resolve())

    @property
    def local(self) -> Path:
        """The folder of this machine for what must be a file: the home itself, or a folder of its own for a home in an object store."""
        return local_folder(self.root) if is_remote(self.root) else self.root

    def table(self, name: str, shard: str) -> Path:
        return self.root / "tables" / name / f"{shard}.parquet"

    def image(self, shard: str, article_id: str, attempt: int) -> Path:
        return self.images(shard) / article_id / f"{attempt}.png"

    def images(self, shard: str) -> Path:
        """Folder of all attempts of a shard's articles."""
        return self.root / "images" / shard

    def photo(self, catalog: str, article_id: str, suffix: str) -> Path:
        return self.photos(catalog) / f"{article_id}{suffix}"

    def photos(self, catalog: str) -> Path:
        """Folder of the reference photos that a catalog's deliveries carry."""
        return self.root / "photos" / catalog

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
        """The file by which this machine's processes exclude each other."""
        return self.local / "locks" / f"{name}.lock"

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Holds a lock of this home against this machine's processes and those of other machines, waiting for as long as it takes."""
        from nkd_pipeline.storage.held_lock import held

        with held(self.lock(name)):
            if not is_remote(self.root):
                yield
                return
            from nkd_pipeline.storage.object_lock import ObjectLock

            with ObjectLock(self.root / "locks" / f"{name}.lock", _machine(self.local)):
                yield

    @property
    def galleries(self) -> Path:
        return self.root / "galleries"

    @property
    def statistics(self) -> Path:
        return self.root / "statistics"

    @property
    def incoming(self) -> Path:
        """Where deliveries are dropped for the sensor, on this machine."""
        return self.local / "incoming"

    @property
    def dagster(self) -> Path:
        return self.local / "dagster"

    @property
    def overrides(self) -> Path:
        """Settings of this home that go over the profile's."""
        return self.root / "settings.toml"

    def relative(self, path: Path) -> str:
        """Path below home with forward slashes, as tables store it."""
        return path.relative_to(self.root).as_posix()


@functools.cache
def _machine(local: Path) -> str:
    """What tells this machine from others; drawn by lot once, because names of hosts and containers repeat."""
    from nkd_pipeline.storage import files

    file = local / "machine"
    with files.locked(local / "locks" / "machine.lock"):
        if not file.exists():
            files.replace_text(file, secrets.token_hex(16))
        return file.read_text(encoding="utf-8")
