"""Which kills there are: every fault point, in chains that come to it; and moments that nobody chose."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from nkd_pipeline.storage.fault_points import POINTS
from nkd_pipeline_tests.crash.harness import Chain, Kill, Site, Toll
from nkd_pipeline_tests.crash.scene import ROWS

RUN, RETRY, RUN_AGAIN = 0, 1, 2
# passed dozens of times in a run, so that one kill says little about them
ANYWHERE = ("file.written", "file.synced", "file.replaced", "lock.taken", "row.stored", "rows.flushed")
# after a kill at these the next run no longer comes to those that follow: each begins a chain of its own
_LAST = {"attempts.chosen": RUN, "backfill.regenerated": RETRY, "backfill.released": RETRY, "backfill.recorded": RETRY}
Progress = Callable[[Toll], None]


def every_point(site: Site, toll: Toll, points: Sequence[str], show: Progress) -> None:
    """Kills once at each of the points, in as few chains as come to all of them."""
    along = [point for point in POINTS if point in points and point not in _LAST]
    lists = [(RUN, along), *((step, [point]) for point, step in _LAST.items() if point in points)]
    for step, wanted in lists:
        chain = Chain(site, toll, step)
        for point in wanted:
            if not chain.strike(step, Kill(point)):
                toll.problems.append(f"nkd {site.commands[step][0]} never came to {point}")
            show(toll)
        _finish(chain, step)


def random_moments(site: Site, toll: Toll, kills: int, chance: random.Random, show: Progress) -> None:
    """Kills at moments that nobody chose, until there have been so many."""
    wanted = toll.kills + kills
    while toll.kills < wanted:
        first = step = chance.choice((RUN, RUN, RETRY))
        chain = Chain(site, toll, first)
        while step <= RUN_AGAIN and toll.kills < wanted:
            if not chain.strike(step, _anything(chance)):
                step += 1
            show(toll)
        _finish(chain, min(step, RUN_AGAIN))


def workers_killed(site: Site, toll: Toll, kills: int, chance: random.Random, show: Progress) -> None:
    """Kills worker processes; their command goes on and makes their rows again."""
    wanted = toll.kills + kills
    while toll.kills < wanted:
        chain = Chain(site, toll, workers=2)
        chain.strike_worker(RUN, chance.randint(1, len(ROWS) - 3))
        show(toll)
        chain.compare(RUN)


def _finish(chain: Chain, step: int) -> None:
    # after a run everything is settled; after a retry that was killed it takes a run to remove the partitions of articles that are good now
    chain.finish(step, RUN if step == RUN else RUN_AGAIN)


def _anything(chance: random.Random) -> Kill:
    group = chance.random() < 0.3
    if chance.random() < 0.4:
        return Kill(chance.choice(ANYWHERE), chance.randint(1, 40), group=group)
    return Kill(moment=chance.random(), group=group)
