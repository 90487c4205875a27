"""kill -9 at any moment: what was flushed is not computed twice, no file is torn, the next run ends as if nothing had happened."""

import random
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from nkd_pipeline.execution.catalog_view import view_shard
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

SHARD = "gross.000"
COMMAND = [sys.executable, "-m", "nkd_pipeline.cli", "run"]


@pytest.fixture
def large_delivery(tmp_path):
    """Forty articles: long enough that a kill meets every stage."""
    rows = [{**ARTICLES[i % 4], "article_id": f"K-{i:02d}", "name": f"{ARTICLES[i % 4]['name']} Modell {i}"} for i in range(40)]
    return write_delivery(tmp_path / "gross.csv", rows)


def stored(workspace):
    """Every row that is on disk; reading it proves that no table is torn."""
    return {(asset, key): row for asset in STEPS for key, row in read_rows(workspace, asset, SHARD).items() if row.ok}


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_flushed_is_computed_twice(workspace, home, large_delivery, seed):
    # one attempt: a picture that is made again on purpose is no flushed row computed twice
    (home / "settings.toml").write_text("[run]\nworkers = 1\nflush_seconds = 0.05\nmax_attempts = 1\n[stages.generated_images]\nsize = 256\n")
    chance = random.Random(seed)
    command = [*COMMAND, str(large_delivery), "--home", str(home)]
    before = {}
    kills = 0
    for _ in range(4):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        # waits for the process to get somewhere new, then strikes after a random moment: never at the same place
        while process.poll() is None and len(stored(workspace)) <= len(before) + chance.randrange(40):
            time.sleep(0.02)  # how often this test looks, not a guess how long something takes
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait(60)
        after = stored(workspace)
        assert {key: row for key, row in after.items() if key in before} == before  # not one was computed again: times would differ
        before = after
    assert kills >= 2

    finished = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert finished.returncode in (0, 3), finished.stderr
    after = stored(workspace)
    assert {key: row for key, row in after.items() if key in before} == before
    assert len(after) == 40 * len(STEPS)
    for view in view_shard(workspace, SHARD):
        with Image.open(home / view.decision.image_path) as image:
            image.load()  # raises on a torn file
    assert [path for path in home.rglob("*.tmp") if "dagster" not in path.parts] == []
