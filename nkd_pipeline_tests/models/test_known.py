"""What the package says of the hub's models, and that its profiles name exactly those."""

import dataclasses

import pytest

from nkd_pipeline.execution.checkpoints import stage_checkpoints
from nkd_pipeline.execution.profile import load_profile, profile_names
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.house_clip.stages import CHECKPOINT
from nkd_pipeline.models.known import known, known_models
from nkd_pipeline.studies.catalogue import STUDIES


def test_every_entry_is_pinned_and_says_licence_terms_and_where_its_size_is_from():
    for name, entry in known_models().items():
        Checkpoint(model=name, revision=entry.revision)
        assert entry.licence
        assert entry.terms.startswith("https://")
        assert entry.gigabytes > 0
        assert entry.source


def test_another_revision_of_a_known_model_is_not_known():
    # its licence and its files may be others
    assert known(Checkpoint(model="openai/clip-vit-large-patch14", revision="0" * 40)) is None
    assert known(Checkpoint(model="./clip-vit-large-patch14")) is None


def test_a_licence_that_forbids_the_use_in_a_shop_says_so():
    assert "commercial use" in known_models()["black-forest-labs/FLUX.1-dev"].notes


@pytest.mark.parametrize("name", profile_names())
def test_profiles_name_known_models_at_their_known_revisions(name):
    profile = load_profile(name)
    # the house CLIP comes with the package: nobody has to know where to get it
    checkpoints = [checkpoint for _, checkpoint in stage_checkpoints(profile) if checkpoint.model != str(CHECKPOINT)]
    assert [checkpoint for checkpoint in checkpoints if known(checkpoint) is None] == []
    assert (name == "sketch") == (not checkpoints)


@pytest.mark.parametrize("name", profile_names())
@pytest.mark.parametrize("study", STUDIES)
def test_studies_name_known_models_too(name, study):
    profile, chosen = load_profile(name), STUDIES[study]
    used = [*stage_checkpoints(profile, chosen.stages), *chosen.checkpoints(profile)]
    hub = {checkpoint for _, checkpoint in used if checkpoint.model != str(CHECKPOINT)}
    assert [checkpoint for checkpoint in hub if known(checkpoint) is None] == []
    assert (name == "sketch") == (not hub)


@pytest.mark.parametrize(
    ("name", "checkpoint", "emphasis"),
    [
        pytest.param("flux", "flux", "words", id="flux: no guidance, so weights on words would do nothing"),
        pytest.param("flux-dev", "flux_dev", "words", id="flux-dev"),
        pytest.param("sd15", "sd15", "weights", id="sd15"),
        pytest.param("sd21", "sd21", "weights", id="sd21"),
        pytest.param("sdxl", "sdxl_base", "weights", id="sdxl"),
        pytest.param("paper", "sd15", "weights", id="paper"),
    ],
)
def test_a_model_of_the_profiles_family_can_do_what_the_profile_asks(tiny, name, checkpoint, emphasis):
    profile = load_profile(name)
    assert profile.stages["prompts"]["emphasis"] == emphasis
    entry = dict(profile.stages["generated_images"]) | {"model": str(tiny / checkpoint), "revision": None}
    if "refiner" in entry:
        entry["refiner"] = {"model": str(tiny / "sdxl_refiner")}
    stages = dict(profile.stages) | {"generated_images": entry}
    stage = dataclasses.replace(profile, stages=stages).stage("generated_images")
    stage.load()  # raises for a setting that the family cannot do
    assert ("refiner" in stage.backend) == (name == "sdxl")


def test_the_papers_profile_is_its_table():
    profile = load_profile("paper")
    wanted = {"scheduler": "ddim", "steps": 35, "guidance": 7.5, "eta": 0.8}
    assert {key: profile.stages["generated_images"][key] for key in wanted} == wanted
    assert profile.run.seed_mode == "paper"
