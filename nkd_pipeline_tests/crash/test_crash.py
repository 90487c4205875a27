"""kill -9 at any moment: what was flushed is not computed twice, no file is torn, the next run ends as if nothing had happened."""

import random

from nkd_pipeline_tests.crash.campaign import every_point, random_moments
from nkd_pipeline_tests.crash.harness import Toll

# one after another in one chain of runs; `python -m nkd_pipeline_tests.crash` takes all points, retries, worker processes and the daemon too
SAMPLE = (
    "file.synced",
    "lock.taken",
    "ingest.photos_stored",
    "ingest.rows_written",
    "ingest.partitions_added",
    "row.stored",
    "rows.flushed",
    "attempts.remembered",
    "attempts.requested",
    "attempts.restored",
    "release.decisions_written",
    "release.pictures_approved",
    "release.gallery_written",
    "release.index_written",
    "release.stamped",
    "failed_articles.updated",
)


def test_twenty_kills_cost_nothing_but_time(site):
    toll = Toll()
    every_point(site, toll, SAMPLE, _silently)
    random_moments(site, toll, 20 - toll.kills, random.Random(2), _silently)
    assert toll.problems == []
    assert toll.nothing_lost, str(toll)
    assert toll.kills == 20


def _silently(_):
    pass
