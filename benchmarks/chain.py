"""One timed run of the whole chain in a process of its own, so that time and peak memory are nobody else's.

Run as `python -m benchmarks.chain COUNT [--dagster] [--size PIXELS] [--again]`; prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.articles import articles
from nkd_pipeline.catalog.shards import assign_shards
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import DeliveryRow


def prepare(folder: str, count: int, size: int) -> tuple[Workspace, list[str]]:
    """A home with `count` delivered articles whose pictures will be `size` pixels wide."""
    (Path(folder) / "settings.toml").write_text(f"[stages.generated_images]\nsize = {size}\n", encoding="utf-8")
    workspace = Workspace.open(folder)
    return workspace, store(workspace, articles(count))


def store(workspace: Workspace, delivered: Iterable[DeliveryRow]) -> list[str]:
    """Puts articles into a home as taking in a delivery does; returns their shards."""
    rows = {row.article_id: row for row in delivered}
    shards = assign_shards("bench", list(rows), {}, workspace.profile.run.shard_size)
    for shard, ids in shards.items():
        workspace.tables.write_records("delivery_rows", DeliveryRow, shard, [rows[article_id] for article_id in ids])
    return list(shards)


def run_direct(workspace: Workspace, shards: list[str]) -> dict[str, float]:
    """Seconds per step, called without Dagster."""
    from nkd_pipeline.report.release import release_shard

    seconds = dict.fromkeys([*STEPS, "catalog_release"], 0.0)
    for shard in shards:
        for asset in STEPS:
            started = time.perf_counter()
            run_step(workspace, asset, shard)
            seconds[asset] += time.perf_counter() - started
        started = time.perf_counter()
        release_shard(workspace, shard)
        seconds["catalog_release"] += time.perf_counter() - started
    return seconds


def run_dagster(workspace: Workspace, shards: list[str], assets: Sequence[str] = ()) -> dict[str, float]:
    """Seconds in all, as `nkd run` does it, of all assets or of those named; importing Dagster counts."""
    started = time.perf_counter()
    from dagster import AssetKey

    from nkd_pipeline.automation.instance import open_instance
    from nkd_pipeline.cli.running import QUIET
    from nkd_pipeline.definitions import defs

    with open_instance(workspace.home) as instance:
        instance.add_dynamic_partitions("shards", shards)
        job = defs.resolve_job_def("catalog_run")
        for shard in shards:
            chosen = [AssetKey(asset) for asset in assets] or None
            job.execute_in_process(instance=instance, partition_key=shard, asset_selection=chosen, raise_on_error=False, run_config=QUIET)
    return {"all": time.perf_counter() - started}


def main() -> None:
    """Runs once, or twice with `--again`, and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--dagster", action="store_true")
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--again", action="store_true", help="run a second time, with nothing to do, and time that")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace, shards = prepare(folder, options.count, options.size)
        run = run_dagster if options.dagster else run_direct
        seconds = run(workspace, shards)
        again = sum(run(workspace, shards).values()) if options.again else None
        # of this process alone: what the kernel reports for children is what they inherited at the fork
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": options.count, "seconds": seconds, "again": again, "peak_mb": peak}))


if __name__ == "__main__":
    main()
