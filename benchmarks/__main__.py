"""Prints the performance tables: `python -m benchmarks [--growth-size PIXELS] [--growth N ...]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

BASE = 96  # articles of the stage table: two rounds of the sample


def measure(count: int, *options: str) -> dict[str, Any]:
    """One run in its own process."""
    command = [sys.executable, "-m", "benchmarks.chain", str(count), *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def print_stages(direct: dict[str, Any]) -> float:
    """Articles per second by stage; returns the seconds of all."""
    total = sum(direct["seconds"].values())
    print(f"\n| stage ({direct['count']} articles, 1024 x 1024) | seconds | articles/s | share |\n| --- | ---: | ---: | ---: |")
    for asset, seconds in direct["seconds"].items():
        print(f"| {asset} | {seconds:.2f} | {direct['count'] / seconds:.0f} | {100 * seconds / total:.0f} % |")
    print(f"| end to end | {total:.2f} | {direct['count'] / total:.1f} | 100 % |")
    return total


def print_overhead(total: float, dagster: dict[str, Any]) -> None:
    """Dagster against the same steps called directly, and a run with nothing to do."""
    whole = dagster["seconds"]["all"]
    print(f"\n| {dagster['count']} articles | seconds | ratio |\n| --- | ---: | ---: |")
    print(f"| steps called directly | {total:.2f} | 1.00 |\n| the same through Dagster, import included | {whole:.2f} | {whole / total:.2f} |")
    print(f"| once more with nothing to do | {dagster['again']:.2f} | {dagster['again'] / total:.2f} |")


def print_growth(counts: list[int], size: int) -> None:
    """Time and memory against the number of articles."""
    print(f"\n| articles ({size} x {size}, through Dagster) | seconds | ms per article | nothing to do, s | peak MB of the driver |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for count in counts:
        run = measure(count, "--dagster", "--again", "--size", str(size))
        seconds = run["seconds"]["all"]
        print(f"| {count} | {seconds:.1f} | {1000 * seconds / count:.0f} | {run['again']:.1f} | {run['peak_mb']:.0f} |", flush=True)


def main() -> None:
    """Measures and prints, tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--growth", type=int, nargs="*", default=[250, 1000, 4000], help="numbers of articles")
    parser.add_argument("--growth-size", type=int, default=256, help="width of the pictures in the growth table; 1024 for the real thing, 15 min")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, Python {platform.python_version()}, profile sketch")
    total = print_stages(measure(BASE))
    print_overhead(total, measure(BASE, "--dagster", "--again"))
    if options.growth:
        print_growth(options.growth, options.growth_size)


if __name__ == "__main__":
    main()
