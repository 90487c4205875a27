"""How time, memory and Dagster's events grow with the catalog: `python -m benchmarks.scale [--texts N ...] [--chain N ...] [--size PIXELS]`.

Each number of articles is a process and a home of its own. Defaults take about an hour on two cores. Prints tables in Markdown, row by row.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks.chain import prepare, run_dagster
from benchmarks.user_interface import QUERIES, served, timed
from nkd_pipeline.execution.stage_runs import Cost, stage_runs
from nkd_pipeline.execution.workspace import Workspace

TEXTS = ("articles", "translated_descriptions", "extracted_attributes", "prompts")
PER_SHARD = 256


def measured(count: int, size: int, assets: tuple[str, ...]) -> dict[str, Any]:
    """One catalog of `count` articles through the assets (all, if none is named), once and again with nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, shards = prepare(folder, count, size)
        seconds = run_dagster(workspace, shards, assets)["all"]
        again = run_dagster(workspace, shards, assets)["all"]
        # of this process alone: what the kernel reports for children is what they inherited at the fork
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with served(workspace.home.root) as address:
            answers = {name: timed(address, query) for name, query in QUERIES.items()}
        cost = sum((Cost.of(stage_runs(workspace, shard)) for shard in shards), Cost())
        run = {"seconds": seconds, "processor": cost.processor_seconds, "again": again, "peak_mb": peak}
        return run | {"events": events(workspace), "shards": len(shards), "answers": answers}


def events(workspace: Workspace) -> tuple[int, int]:
    """Fewest and most Dagster events of a run; runs of full shards alone where there are any, for the last one is smaller."""
    from nkd_pipeline.automation.instance import open_instance

    with open_instance(workspace.home) as instance:
        full = {shard for shard in workspace.shards() if len(workspace.delivered(shard)) == PER_SHARD}
        runs = instance.get_runs()
        counts = [len(instance.all_logs(run.run_id)) for run in runs if not full or run.tags["dagster/partition"] in full]
    return min(counts), max(counts)


def print_table(title: str, counts: list[int], size: int, kind: str) -> None:
    """A row for each number of articles."""
    heads = [f"articles ({title})", "seconds", "ms per article", "processor ms per article, stages alone", "nothing to do, s", "peak MB"]
    heads += ["events per shard", *(f"{name}, ms" for name in QUERIES)]
    print(f"\n| {' | '.join(heads)} |\n|{' ---: |' * len(heads)}", flush=True)
    for count in counts:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", "--one", str(count), kind, "--size", str(size)], check=True, stdout=subprocess.PIPE, text=True
        )
        run = json.loads(done.stdout.splitlines()[-1])
        few, many = run["events"]
        counted = str(few) if few == many else f"{few} to {many}"
        cells = [f"{count:,}", f"{run['seconds']:.0f}", f"{1000 * run['seconds'] / count:.1f}", f"{1000 * run['processor'] / count:.1f}"]
        cells += [f"{run['again']:.1f}", f"{run['peak_mb']:.0f}", counted, *(f"{1000 * seconds:.0f}" for seconds in run["answers"].values())]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Prints both tables, or measures one catalog for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, nargs="*", default=[250, 1000, 10_000, 100_000], help="articles through the text stages")
    parser.add_argument("--chain", type=int, nargs="*", default=[250, 1000, 10_000], help="articles through all stages")
    parser.add_argument("--size", type=int, default=256, help="width of the pictures")
    parser.add_argument("--one", nargs=2, metavar=("COUNT", "KIND"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        count, kind = options.one
        print(json.dumps(measured(int(count), options.size, TEXTS if kind == "texts" else ())))
        return
    started = time.monotonic()
    print_table("text stages", options.texts, options.size, "texts")
    print_table(f"all stages, {options.size} x {options.size}", options.chain, options.size, "chain")
    print(f"\n{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
