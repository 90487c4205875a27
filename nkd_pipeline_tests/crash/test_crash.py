"""kill -9 at any moment: what was flushed is not computed twice, no file is torn, the next run ends as if nothing had happened."""

import random

from nkd_pipeline_tests.crash.campaign import every_point, random_moments, workers_killed
from nkd_pipeline_tests.crash.harness import Toll

# of each kind some; `python -m nkd_pipeline_tests.crash` takes all of them, and as many random moments as wanted
SAMPLE = (
    "ingest.rows_written",
    "file.synced",
    "row.stored",
    "attempts.requested",
    "release.pictures_approved",
    "failed_articles.updated",
)


def test_ten_kills_cost_nothing_but_time(site):
    chance, toll = random.Random(7), Toll()
    every_point(site, toll, SAMPLE, _silently)
    workers_killed(site, toll, 1, chance, _silently)
    random_moments(site, toll, 10 - toll.kills, chance, _silently)
    assert toll.problems == []
    assert toll.nothing_lost, str(toll)
    assert toll.kills == 10


def _silently(_):
    pass
