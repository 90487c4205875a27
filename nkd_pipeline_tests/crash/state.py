"""What lies in a home, read from outside: whether any file is torn, which rows were flushed, and everything that must be the same after a kill."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from PIL import Image

from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline_tests.crash.counted import STAGES

# how long something took and when it was is never twice the same; which attempt was asked for when, neither
VOLATILE = {"produced_at", "duration_ms", "requested_at"}
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00| UTC|Z)?|\d+\.\d+ s per article")
# Dagster's own files, locks, logs and the log of runs, settings; the stamp is a hash over times
NOT_RESULTS = ("dagster", "locks", "logs", "tables/stage_runs", "settings.toml")
STAMP = ".digest"


def torn_files(home: Path) -> list[str]:
    """Files that cannot be read as what their name says. Temporary files of killed processes are none: nobody reads them."""
    return [str(path.relative_to(home)) for path in _results(home) if path.suffix in _READERS and not _readable(path)]


def temporary_files(home: Path) -> list[str]:
    """What a finished run must not leave behind."""
    return [str(path.relative_to(home)) for path in _results(home) if path.suffix == ".tmp" or path.name.startswith("tmp")]


def flushed_rows(home: Path) -> dict[tuple[str, str], tuple[str, float]]:
    """When each good row was made and how long that took, by stage and input hash.

    Looks into the stage tables, and at the rows of earlier attempts that are kept beside their verdicts.
    """
    rows = {}
    for asset in STEPS:
        for file in (home / "tables" / asset).glob("*.parquet"):
            rows |= {_key(asset, row): _made(row) for row in _rows(file) if row["status"] == "ok"}
    for file in (home / "tables" / "judged_attempts").glob("*.parquet"):
        for judged in _rows(file):
            rows |= {_key(asset, row): _made(row) for asset, row in json.loads(judged["rows"]).items() if row["status"] == "ok"}
    return rows


def computed_rows(ledger: Path) -> Counter[tuple[str, str]]:
    """How often each row was given to its stage, by stage and input hash."""
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    return Counter((stage, digest) for stage, digest in (line.split() for line in lines))


def results(home: Path) -> dict[str, object]:
    """Everything that a run wrote, without what time it was: to be compared with what another run wrote."""
    return {path.relative_to(home).as_posix(): _content(path) for path in _results(home)}


def differences(found: dict[str, object], expected: dict[str, object]) -> list[str]:
    """Files that are missing, too many or different."""
    names = sorted(found.keys() | expected.keys())
    return [f"{name}: {_how(name, found, expected)}" for name in names if found.get(name) != expected.get(name)]


def _how(name: str, found: dict[str, object], expected: dict[str, object]) -> str:
    if name not in found or name not in expected:
        return "missing" if name in expected else "too many"
    return "other content"


def _key(asset: str, row: dict) -> tuple[str, str]:
    return STAGES[asset].__name__, row["input_hash"]


def _made(row: dict) -> tuple[str, float]:
    return row["produced_at"], row["duration_ms"]


def _results(home: Path) -> list[Path]:
    return [path for path in sorted(home.rglob("*")) if path.is_file() and not path.relative_to(home).as_posix().startswith(NOT_RESULTS)]


def _rows(path: Path) -> list[dict]:
    with pq.ParquetFile(path) as file:
        return file.read().to_pylist()


def _decoded(path: Path) -> None:
    with Image.open(path) as image:
        image.load()


def _closed(path: Path) -> None:
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


_READERS = {
    ".parquet": _rows,
    ".png": _decoded,
    ".html": _closed,
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".jsonl": lambda path: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()],
}


def _readable(path: Path) -> bool:
    try:
        _READERS[path.suffix](path)
    except Exception:  # noqa: BLE001 - whatever a library says to a torn file
        return False
    return True


def _content(path: Path) -> object:
    if path.name == STAMP:
        return "stamp"
    if path.suffix == ".parquet":
        return [_lasting(row) for row in _rows(path)]
    if path.suffix == ".png":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return TIMES.sub("…", path.read_text(encoding="utf-8"))


def _lasting(row: dict) -> dict:
    kept = {name: value for name, value in row.items() if name not in VOLATILE}
    return kept | {"rows": {asset: _lasting(inner) for asset, inner in json.loads(row["rows"]).items()}} if "rows" in row else kept
