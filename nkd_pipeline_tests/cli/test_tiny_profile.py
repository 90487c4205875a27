"""The whole flow with neural models: the real commands, the real loading code, weights small enough for a test."""

import math
from pathlib import Path

from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.images import read_provenance

SAMPLE = Path(__file__).parents[2] / "data" / "deliveries" / "sample_catalog.xlsx"
SHARD = "sample_catalog.000"


def test_the_sample_delivery_goes_through_marian_phi3_flux_with_lora_and_clip(nkd, tiny, tmp_path):
    home, profile = tmp_path / "home", tiny / "tiny.toml"
    result = nkd("run", SAMPLE, "--home", home, "--profile", profile)
    assert result.exit_code == 3, result.output  # what weights made at random paint is noise, and the rubric says so
    assert "of 46 articles released, 2 rows quarantined." in result.output

    workspace = Workspace(Home.of(home), load_profile(str(profile)))
    tables = {asset: read_rows(workspace, asset, SHARD) for asset in STEPS}
    assert {asset: {row.state.status for row in rows.values()} for asset, rows in tables.items()} == {asset: {"ok"} for asset in STEPS}
    assert {asset: len(rows) for asset, rows in tables.items()} == dict.fromkeys(STEPS, 46)
    backends = {asset: {row.state.backend for row in rows.values()} for asset, rows in tables.items()}
    assert (backends["translated_descriptions"], backends["clip_scores"]) == ({"marian"}, {"clip"})
    assert all(backend.startswith("phi3") for backend in backends["extracted_attributes"])

    attributes = [row.record for row in tables["extracted_attributes"].values()]
    assert {origin.source for each in attributes for origin in each.origins} & {"json", "repaired", "lines"}  # the model has its say
    assert all(math.isfinite(row.record.score) and math.isfinite(row.record.prompt_score) for row in tables["clip_scores"].values())
    first = read_provenance(workspace.images.path(next(iter(tables["generated_images"].values())).record))
    assert first.source_type == "trainedAlgorithmicMedia"
    assert [model.split("@")[0] for model in first.models] == ["flux", "flux_lora"]

    nkd("run", SAMPLE, "--home", home, "--profile", profile)
    assert {asset: read_rows(workspace, asset, SHARD) for asset in STEPS} == tables  # nothing is computed twice
