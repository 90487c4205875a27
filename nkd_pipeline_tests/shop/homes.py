"""A home whose articles have gone through all stages: three released, one failed. Made once and copied, since making it is what takes time."""

import shutil

import pytest

from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Waiver
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery
from nkd_pipeline_tests.shop.certificates import Authority

SHARD, RELEASED, FAILED = "herbst.000", ["T-1", "T-2", "T-3"], "T-4"
# nobody looks at scores here: without a model the home is made in a tenth of the time
SETTINGS = f"""
[run]
workers = 1
[stages.generated_images]
size = 512
[stages.clip_scores]
stage = "nkd_pipeline.metrics.not_scored:NotScored"
[stages.probe_answers]
stage = "nkd_pipeline.rubric.not_asked:NotAsked"
[faults]
rubric_reports = ["{FAILED}"]
"""


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    home = folder / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    workspace = Workspace.open(str(home))
    ingest(workspace, write_delivery(folder / "herbst.csv", ARTICLES))
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    return home


@pytest.fixture
def shop_home(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "home")


@pytest.fixture
def opened(shop_home):
    """Opens the home with a table [shop]; pictures are small unless it says otherwise."""

    def open_with(shop="", sizes="[256, 128]"):
        (shop_home / "settings.toml").write_text(f"{SETTINGS}[shop]\nsizes = {sizes}\n{shop}")
        return Workspace.open(str(shop_home))

    return open_with


@pytest.fixture
def waive(shop_home):
    def store(article_id):
        waiver = Waiver(article_id, "studio", "Erika", "2026-11-21T12:00:00+00:00")
        Workspace.open(str(shop_home)).tables.write_records("waivers", Waiver, SHARD, [waiver])

    return store


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def out(tmp_path):
    """Where the pack goes."""
    return tmp_path / "pack"


def state(folder):
    """Everything that a run could have changed."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in [folder, *folder.rglob("*")]}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
