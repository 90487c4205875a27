"""Times the paper's models on this machine's GPU, in full size with random weights: `python -m benchmarks.gpu [--dry-run] [--out table.md]`.

Needs no network, no Dagster and no checkpoint; the tiny ones, whose tokenizers serve, are built first where they are missing. `--dry-run` does the
same with the tiny models themselves, on whatever device there is. `--parts` chooses, where one command may not run long enough for all.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.articles import articles
from benchmarks.chain import store
from benchmarks.gpu_pictures import print_encoding, print_floor, print_plans, print_variants
from benchmarks.gpu_texts import print_extraction, print_scoring, print_translation
from benchmarks.measuring import DRY, FULL, Report, Sample, Scale, peak_gb, sample
from benchmarks.random_weights import make_profile, pipelines_as_if, random_weights
from nkd_pipeline.execution.profile import Profile, load_profile
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.device import device
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.storage.home import Home

PARTS = ("pictures", "prompts", "texts", "chain", "plans")


def print_chain(report: Report, profile: Profile, scale: Scale, folder: Path) -> None:
    """The whole flow, from delivered rows to judged pictures; a small run before has loaded the models."""
    release_all()
    with pipelines_as_if():
        _run(profile, min(4, scale.count), folder / "before", lambda *_: None)
    peak_gb(reset=True)
    report.table(f"{scale.count} articles, models loaded", "seconds", "articles/s", "rows failed")
    total = _run(profile, scale.count, folder / "home", lambda asset, spent, failed: report.row(asset, spent, scale.count / spent, f"{failed}"))
    report.row("in all", total, scale.count / total, "")
    report.line(f"\nPeak of the device's memory: {peak_gb():.1f} GB.")


def _run(profile: Profile, count: int, folder: Path, tell: Callable[[str, float, int], None]) -> float:
    workspace = Workspace(Home.of(folder), profile)
    shards = store(workspace, articles(count))
    total = 0.0
    for asset in STEPS:
        started = time.perf_counter()
        for shard in shards:
            run_step(workspace, asset, shard)
        spent = time.perf_counter() - started
        total += spent
        tell(asset, spent, sum(not row.ok for shard in shards for row in read_rows(workspace, asset, shard).values()))
    return total


def hardware() -> str:
    """What this ran on."""
    import diffusers
    import torch
    import transformers

    name = torch.cuda.get_device_name(device()) if device().startswith("cuda") else f"{platform.machine()}, no GPU"
    versions = f"torch {torch.__version__}, diffusers {diffusers.__version__}, transformers {transformers.__version__}"
    return f"{name}, {os.cpu_count()} cores; {versions}"


def print_texts(report: Report, profile: Profile, rows: Sample, scale: Scale, folder: Path) -> None:
    """The models that read and write texts, and the one that compares them with pictures."""
    for title, work in (
        ("translation", lambda: print_translation(report, profile, rows, scale)),
        ("extraction", lambda: print_extraction(report, profile, rows, scale)),
        ("scoring", lambda: print_scoring(report, profile, rows, scale, folder)),
    ):
        with report.attempt(title):
            work()


def measure(report: Report, parts: Sequence[str], scale: Scale) -> None:
    """Prints the tables of the parts."""
    report.line(f"{datetime.now(UTC):%Y-%m-%d}, {hardware()}; {'full size' if scale.full_size else 'tiny models: no timing here means anything'}.")
    with tempfile.TemporaryDirectory() as place, random_weights():
        folder = Path(place)
        profile = load_profile(str(make_profile(folder, full_size=scale.full_size)))
        rows = sample(scale.count)
        work: dict[str, Callable[[], None]] = {
            "pictures": lambda: print_variants(report, profile, rows, scale, print_floor(report, folder / "flux", scale)),
            "prompts": lambda: print_encoding(report, profile, rows, scale),
            "texts": lambda: print_texts(report, profile, rows, scale, folder),
            "chain": lambda: print_chain(report, profile, scale, folder),
            "plans": lambda: print_plans(report, profile, rows, scale),
        }
        for part in parts:
            if report.late:
                report.line("\nThe time is up.")
                return
            with report.attempt(part):
                work[part]()


def main(arguments: list[str] | None = None) -> None:
    """Measures and prints, tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="the tiny models, a few articles: does it work at all?")
    parser.add_argument("--out", type=Path, help="file that the tables are written to as they grow")
    parser.add_argument("--seconds", type=float, default=3600, help="begin nothing new after so long")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args(arguments)
    measure(Report(options.out, options.seconds), options.parts, DRY if options.dry_run else FULL)


if __name__ == "__main__":
    main()
