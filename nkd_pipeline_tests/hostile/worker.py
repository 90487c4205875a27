"""Runs cases, each in a process of its own that may use so much memory and time and no more.

The modules are imported once; each case forks from there. What a case's process grows by is then what reading the delivery took.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from nkd_pipeline.cli.console import input_errors, open_workspace, out, print_quarantined
from nkd_pipeline.execution.ingest import ingest, quarantined_rows
from nkd_pipeline_tests.hostile.case import Case

_SPARE_ADDRESSES = 4 << 30  # beside what is there already: threads and allocators reserve far more than they use (arrow 1 GB at once)
_ADDRESSES_OF_A_RUN = 16 << 30  # libraries are mapped whole and used in part
_LARGEST_FILE = 1 << 30
_WALL_SECONDS = 180
_SETTINGS = "[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n"
NOBODY = 65_534


@dataclass(frozen=True)
class Run:
    """What a case's process did."""

    exit_code: int  # negative: killed by that signal
    output: str
    seconds: float
    processor_seconds: float
    memory_mb: float  # by which it grew; of a whole run its size
    taken: dict[str, object] | None  # what `ingest` returned
    delivered: str


def warm_up() -> None:
    """Imports what reading a delivery needs, so that no case pays for it."""
    import openpyxl.chart
    import pandas
    import pyarrow.parquet
    from PIL import Image

    import nkd_pipeline.models.checkpoint  # noqa: F401

    Image.init()
    assert openpyxl.chart
    assert pandas
    assert pyarrow.parquet


def run_case(case: Case, folder: Path) -> Run:
    """Makes a delivery in folder/in, takes it into folder/home from the working folder folder/work, keeps records in folder/record."""
    for name in ("in", "home", "work", "record", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "home" / "settings.toml").write_text(_SETTINGS)
    pid = _fork(lambda: _made(case, folder))
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise RuntimeError(f"{case.name}: the delivery could not be made")
    delivery = Path(os.fsdecode((folder / "record" / "delivery").read_bytes()))
    before = tree(folder)
    started = time.perf_counter()
    pid = _fork(lambda: _deliver(case, folder, delivery))
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - started
    written = tree(folder) - before
    if case.whole_run:
        written = {path for path in written if "/tmp/torchinductor" not in path}  # a folder that torch keeps among the temporary ones
    (folder / "record" / "outside").write_text("\n".join(sorted(written)))
    base = 0 if case.whole_run else int((folder / "record" / "base").read_text())
    taken = folder / "record" / "taken.json"
    return Run(
        exit_code=os.waitstatus_to_exitcode(status),
        output=(folder / "record" / "output").read_text(encoding="utf-8", errors="replace"),
        seconds=round(seconds, 2),
        processor_seconds=round(usage.ru_utime + usage.ru_stime, 2),
        memory_mb=round(max(0, usage.ru_maxrss - base) / 1000, 1),
        taken=json.loads(taken.read_text(encoding="utf-8")) if taken.exists() else None,
        delivered=delivery.name,
    )


def tree(folder: Path) -> set[str]:
    """All that lies below a case's folder but for its home and its record."""
    found = (Path(root) / name for root, folders, files in os.walk(folder) for name in (*folders, *files))
    inside = (folder / "home", folder / "record")
    return {os.fsencode(path).decode(errors="replace") for path in found if not any(path.is_relative_to(place) for place in inside)}


def _fork(work: Callable[[], int]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = work()
    except typer.Exit as end:
        code = end.exit_code
    except BaseException:  # noqa: BLE001 - a child must never return into its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _made(case: Case, folder: Path) -> int:
    delivery = case.make(folder / "in")
    (folder / "record" / "delivery").write_bytes(os.fsencode(delivery))
    return 0


def _bounded(case: Case, folder: Path, addresses: int) -> None:
    """Sets the limits of this process. The processor time has a margin, so that exceeding is reported as such and not as a kill."""
    os.chdir(folder / "work")
    os.environ["TMPDIR"] = str(folder / "tmp")
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CPU, (int(case.seconds * 2) + 2, int(case.seconds * 2) + 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(_WALL_SECONDS)


def _deliver(case: Case, folder: Path, delivery: Path) -> int:
    output = os.open(folder / "record" / "output", os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    (folder / "record" / "base").write_text(str(_resident()))
    record = os.open(folder / "record" / "taken.json.part", os.O_WRONLY | os.O_CREAT)
    if case.as_nobody and os.getuid() == 0:
        os.chown(folder / "home", NOBODY, NOBODY)
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if case.whole_run:
        _bounded(case, folder, _ADDRESSES_OF_A_RUN)
        _command(folder, delivery)
    _bounded(case, folder, int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + _SPARE_ADDRESSES)
    return _take_in(folder, delivery, record)


def _take_in(folder: Path, delivery: Path, record: int) -> int:
    """Takes a delivery in and prints what `nkd run` prints of that; the stages are left out."""
    workspace = open_workspace(folder / "home", "sketch")
    with input_errors():
        taken = ingest(workspace, delivery)
    for note in taken.notes:
        out.print(note, markup=False, soft_wrap=True)
    print_quarantined(quarantined_rows(workspace, taken.catalog))
    with os.fdopen(record, "w", encoding="utf-8") as stream:
        json.dump(asdict(taken), stream)
    os.rename(folder / "record" / "taken.json.part", folder / "record" / "taken.json")
    return 0


def _resident() -> int:
    """Kilobytes of memory that this process has now, which is what its peak begins from."""
    with open("/proc/self/status", encoding="ascii") as lines:
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def _command(folder: Path, delivery: Path) -> None:
    """Becomes `nkd run`."""
    home = folder / "home"
    os.environ.update(NKD_HOME=str(home), DAGSTER_HOME=str(home / "dagster"), NKD_DEVICES="")
    os.execv(sys.executable, [sys.executable, "-m", "nkd_pipeline.cli", "run", str(delivery)])
