"""Waivers: an article without a picture is somebody's decision, with a reason that everybody sees, and it can be taken back."""

import pytest

from nkd_pipeline.assets.partitions import failed_articles
from nkd_pipeline.automation.instance import open_instance

FAULT = '[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n[faults]\ngenerated_images = ["T-2"]\n'
SHARD = "herbst.000"


@pytest.fixture
def held_back(nkd, delivery, home):
    """A home whose shard is held back by one article."""
    (home / "settings.toml").write_text(FAULT)
    assert nkd("run", delivery, "--home", home).exit_code == 3
    return home


def failed_partitions(workspace):
    with open_instance(workspace.home) as instance:
        return instance.get_dynamic_partitions(failed_articles.name)


def test_a_waived_article_no_longer_holds_its_shard_back(nkd, delivery, held_back, workspace):
    assert failed_partitions(workspace) == [f"{SHARD}/T-2"]
    result = nkd("waive", "T-2", "--reason", "photo comes from the <studio>", "--person", "Erika", "--home", held_back)
    assert (result.exit_code, f"shard {SHARD} is released" in result.output) == (0, True)
    assert failed_partitions(workspace) == []
    again = nkd("run", delivery, "--home", held_back)
    assert again.exit_code == 0
    assert "3 of 4 articles released, 1 waived, 0 rows quarantined." in again.output
    assert "No article has failed" in nkd("failed", "--home", held_back).output
    page = (held_back / "galleries" / f"{SHARD}.html").read_text(encoding="utf-8")
    assert "Waived: <bdi>photo comes from the &lt;studio&gt; (Erika, " in page
    assert sorted(path.name for path in (held_back / "released" / SHARD / "images").iterdir()) == ["T-1.png", "T-3.png", "T-4.png"]


def test_a_withdrawn_waiver_holds_the_shard_back_again(nkd, held_back, workspace):
    nkd("waive", "T-2", "--reason", "studio", "--home", held_back)
    result = nkd("waive", "T-2", "--withdraw", "--home", held_back)
    assert (result.exit_code, f"shard {SHARD} still has articles" in result.output) == (0, True)
    assert failed_partitions(workspace) == [f"{SHARD}/T-2"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["T-9", "--reason", "studio"], "There is no article T-9", id="unknown article"),
        pytest.param(["T-2"], "A waiver needs a reason", id="no reason"),
        pytest.param(["T-2", "--withdraw"], "Article T-2 is not waived", id="nothing to withdraw"),
    ],
)
def test_wrong_input_is_refused_with_the_cure(nkd, held_back, words, says):
    result = nkd("waive", *words, "--home", held_back)
    assert (result.exit_code, says in result.output) == (2, True)


def test_a_database_that_is_away_is_said_and_nothing_is_waived(nkd, held_back, workspace, monkeypatch):
    monkeypatch.setenv("NKD_POSTGRES_URL", "postgresql://nkd@127.0.0.1:1/nkd")
    result = nkd("waive", "T-2", "--reason", "studio", "--home", held_back)
    assert (result.exit_code, workspace.waivers(SHARD)) == (2, {})
    assert "NKD_POSTGRES_URL" in result.output  # what is wrong, in one line and not as a traceback


def test_an_article_that_becomes_good_is_released_in_spite_of_its_waiver(nkd, held_back, workspace):
    nkd("waive", "T-2", "--reason", "studio", "--home", held_back)
    (held_back / "settings.toml").write_text(FAULT.partition("[faults]")[0])
    assert "1 of 1 articles are released now." in nkd("retry", "--article", "T-2", "--home", held_back).output
