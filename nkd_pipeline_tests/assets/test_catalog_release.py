"""What the UI shows of a release."""

import base64
import io
import re

import pytest
from PIL import Image

from nkd_pipeline.assets.catalog_release import release_metadata
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.regeneration import regenerate_failing
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.report.release import release_shard

SHARD = "herbst.000"


@pytest.fixture
def metadata(workspace, delivery):
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    regenerate_failing(workspace, SHARD)
    return release_metadata(workspace, release_shard(workspace, SHARD))


def test_the_quality_report_and_its_files_are_one_click_away(metadata, home):
    assert metadata["quality_report"].url == (home / "statistics" / SHARD / "report.html").as_uri()
    assert metadata["plots"].path == str(home / "statistics" / SHARD)


def test_plots_are_shown_small_enough_for_the_event_log(metadata):
    shown = metadata["plots_shown"].md_str
    assert len(shown) < 40_000  # the event log keeps it several times
    (data,) = re.findall(r"^!\[accuracy_by_category, rubric_scores, [a-z_, ]+\]\(data:image/webp;base64,(.+)\)$", shown)
    assert Image.open(io.BytesIO(base64.b64decode(data))).width == 800
