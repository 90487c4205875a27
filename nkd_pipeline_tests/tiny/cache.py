"""Where the tiny checkpoints lie: built when they are first asked for, and kept until their builders or the libraries change."""

import contextlib
import functools
import hashlib
import os
import shutil
import time
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock

from nkd_pipeline_tests.tiny.builders import BUILDERS, builder

REPOSITORY = Path(__file__).parents[2]
ROOT = REPOSITORY / "build" / "tiny"
# what the checkpoints depend on besides the libraries: their builders, and the question that phi3 is trained to answer
SOURCES = ("nkd_pipeline_tests/tiny/builders/*.*", "nkd_pipeline/models/extraction_prompt.*")
PROFILE = "tiny.toml"  # the profile that uses the checkpoints; it must lie beside them
LIBRARIES = ("torch", "transformers", "diffusers", "peft", "open_clip_torch", "tokenizers", "sentencepiece", "safetensors")
DAY = 86400.0


class TinyCheckpoints:
    """A folder of checkpoints: `tiny / "marian"` is the path of that checkpoint, which is built first where it is missing.

    `tiny / "tiny.toml"` is the profile that uses them, after all that it names are built. Safe among processes: one builds, the others wait.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._folder = root / _digest()

    def __truediv__(self, name: str) -> Path:
        if name == PROFILE:
            return self._profile()
        if name not in BUILDERS:
            raise KeyError(f"There is no tiny checkpoint {name}. There are {', '.join(sorted(BUILDERS))} and {PROFILE}.")
        path = self._folder / name
        if not path.is_dir():
            self._build(name)
        return path

    def _build(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        _remove_old(self._folder)
        path, partial = self._folder / name, self._folder / f".{name}.partial"
        with FileLock(self._folder / f".{name}.lock"):
            if path.is_dir():
                return  # another process was faster
            shutil.rmtree(partial, ignore_errors=True)  # what an interrupted build left
            partial.mkdir()
            with _fixed_torch():
                builder(name)(partial)
            partial.rename(path)

    def _profile(self) -> Path:
        source = Path(__file__).with_name(PROFILE).read_text(encoding="utf-8")
        for name in sorted(_named(tomllib.loads(source))):
            _ = self / name
        path, partial = self._folder / PROFILE, self._folder / f".{PROFILE}.{os.getpid()}"
        partial.write_text(source, encoding="utf-8")
        partial.replace(path)
        return path


@functools.cache
def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in REPOSITORY.glob(pattern)):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    digest.update("\n".join(f"{library} {metadata.version(library)}" for library in LIBRARIES).encode())
    return digest.hexdigest()[:12]


def _remove_old(current: Path) -> None:
    """Removes the folders of other digests, a day after the last build in them: until then another process may still read them."""
    for folder in current.parent.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process removes it too
            if folder != current and time.time() - folder.stat().st_mtime > DAY:
                shutil.rmtree(folder)


@contextlib.contextmanager
def _fixed_torch() -> Iterator[None]:
    """One thread, which is quicker with tensors this small, and a fixed seed; threads and random numbers of whoever asked come back."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            yield
    finally:
        torch.set_num_threads(threads)


def _named(value: Any) -> set[str]:
    """The checkpoints that a profile names: all strings in it that begin with "./"."""
    if isinstance(value, dict):
        return set().union(*map(_named, value.values()))
    if isinstance(value, list):
        return set().union(*map(_named, value))
    return {value.removeprefix("./")} if isinstance(value, str) and value.startswith("./") else set()
