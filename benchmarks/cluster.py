"""What more workers of a Ray cluster bring: `python -m benchmarks.cluster [--articles N] [--seconds S]`.

The stage sleeps, as one does whose work a GPU does, so that two cores are enough for driver, cluster and all its nodes. Needs nkd_pipeline[ray].
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Sequence
from typing import ClassVar

from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.ray_cluster import end_idle
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.records import DeliveryRow
from nkd_pipeline.stage import Stage, StageSettings

WORKERS = (1, 2, 4)
NODES = 4  # with a CPU each


class SleepingSettings(StageSettings):
    """`seconds` an article takes."""

    seconds: float


class Sleeping(Stage[DeliveryRow, DeliveryRow]):
    """Gives back what it gets, after a while."""

    batch_size = 4
    parallel: ClassVar[bool] = True
    _settings: SleepingSettings

    def __call__(self, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
        time.sleep(self._settings.seconds * len(rows))
        return list(rows)


def measured(rows: Sequence[DeliveryRow], seconds: float, workers: int) -> tuple[float, float]:
    """Seconds of a run whose workers must be started first, and of one that finds them waiting."""
    stage = Sleeping(SleepingSettings(seconds=seconds))
    took = []
    for _ in range(2):
        started = time.perf_counter()
        outcome = run_stage(stage, rows, {}, lambda _: None, options=RunOptions(engine="ray", workers=workers))
        took.append(time.perf_counter() - started)
        assert outcome.counts.computed == len(rows)
    end_idle()
    return took[0], took[1]


def main() -> None:
    """Starts a cluster of four nodes on this machine, measures and prints a table in Markdown."""
    from ray.cluster_utils import Cluster

    from benchmarks.articles import articles

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=240)
    parser.add_argument("--seconds", type=float, default=0.1, help="that the stage takes for an article")
    options = parser.parse_args()
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    for _ in range(NODES - 1):
        cluster.add_node(num_cpus=1)
    os.environ["RAY_ADDRESS"] = cluster.address
    rows = list(articles(options.articles))
    least = options.articles * options.seconds
    print(f"| workers ({options.articles} articles of {options.seconds} s, one node each) | seconds | times faster | of the ideal | started first |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    alone = math.nan
    for workers in WORKERS:
        cold, warm = measured(rows, options.seconds, workers)
        alone = warm if workers == 1 else alone
        print(f"| {workers} | {warm:.2f} | {alone / warm:.2f} | {100 * least / workers / warm:.0f} % | {cold:.2f} |", flush=True)


if __name__ == "__main__":
    main()
