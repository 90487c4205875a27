"""`python -m nkd_pipeline_tests.crash --kills 200`: kills real runs and says what that cost. Exit code 1 when it cost more than time."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from nkd_pipeline.storage.fault_points import POINTS
from nkd_pipeline_tests.crash.campaign import every_point, random_moments, workers_killed
from nkd_pipeline_tests.crash.daemon import daemon_killed
from nkd_pipeline_tests.crash.harness import Site, Toll


def main() -> int:
    """A quarter of the kills goes to fault points, a tenth each to worker processes and to the daemon with its runs; the others strike anywhere."""
    parser = argparse.ArgumentParser(prog="python -m nkd_pipeline_tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="another seed strikes at other moments")
    parser.add_argument("--without-daemon", action="store_true", help="only the command line")
    options = parser.parse_args()
    chance, toll = random.Random(options.seed), Toll()

    def show(now: Toll) -> None:
        sys.stderr.write(f"\r{now.kills:4} kills, {len(now.problems)} problems ")

    with tempfile.TemporaryDirectory(prefix="nkd-crash-") as folder:
        site = Site(Path(folder))
        tenth = options.kills // 10
        if not options.without_daemon:
            daemon_killed(site, toll, tenth, show)
        workers_killed(site, toll, tenth, chance, show)
        every_point(site, toll, chance.sample(list(POINTS), min(len(POINTS), options.kills // 4)), show)
        random_moments(site, toll, max(0, options.kills - toll.kills), chance, show)
    sys.stdout.write("\n".join(["", *toll.problems, f"{toll} (seed {options.seed})", ""]))
    return 0 if toll.nothing_lost else 1


if __name__ == "__main__":
    sys.exit(main())
