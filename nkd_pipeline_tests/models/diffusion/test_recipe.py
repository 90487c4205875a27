"""A profile may ask of a model only what it can do; what is left out takes the family's default."""

import inspect
import json

import pytest
from pydantic import ValidationError

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.families import table
from nkd_pipeline.models.diffusion.recipe import recipe_of
from nkd_pipeline.models.diffusion.recognition import CheckpointFiles, family_of
from nkd_pipeline.models.diffusion.settings import DiffusionSettings

TABLE_ONE = {"scheduler": "ddim", "steps": 35, "guidance": 7.5, "eta": 0.8}  # of the paper


def resolved(tiny, model, refiner_model=None, **changes):
    if refiner_model:
        changes["refiner"] = {"model": str(tiny / refiner_model), **changes.get("refiner", {})}
    settings = DiffusionSettings(model=str(tiny / model), **changes)
    return recipe_of(settings, tiny / model, tiny / refiner_model if refiner_model else None)[1]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param("flux", (4, 0.0, "FlowMatchEulerDiscreteScheduler", 256), id="schnell: 4 steps without guidance"),
        pytest.param("flux_dev", (50, 3.5, "FlowMatchEulerDiscreteScheduler", 512), id="dev: guidance as a number, longer prompts"),
        pytest.param("sd15", (50, 7.5, "PNDMScheduler", None), id="1.5 with its own scheduler"),
        pytest.param("sd21", (50, 7.5, "DDIMScheduler", None), id="2.1 with its own scheduler"),
        pytest.param("sdxl_base", (40, 5.0, "EulerDiscreteScheduler", None), id="XL"),
    ],
)
def test_defaults_are_those_of_the_family(tiny, model, expected):
    recipe = resolved(tiny, model)
    assert (recipe.steps, recipe.guidance, recipe.scheduler, recipe.max_sequence_length) == expected


def test_pictures_are_as_large_as_those_the_model_learned_from(tiny):
    assert [(resolved(tiny, model).width, resolved(tiny, model).height) for model in ("flux", "sd21")] == [(64, 64), (96, 96)]


def test_table_one_of_the_paper_can_be_had_from_stable_diffusion(tiny):
    recipe = resolved(tiny, "sd15", **TABLE_ONE)
    assert (recipe.scheduler, recipe.steps, recipe.guidance, recipe.eta) == ("DDIMScheduler", 35, 7.5, 0.8)


def test_table_one_of_the_paper_is_refused_by_flux_with_every_reason(tiny):
    with pytest.raises(CheckpointError) as refusal:
        resolved(tiny, "flux", **TABLE_ONE)
    message = str(refusal.value)
    for part in ("FLUX.1-schnell (flux)", "steps = 35, legal is 1 to 8", "guidance = 7.5, legal is 0", 'scheduler = "ddim"', "eta = 0.8"):
        assert part in message


@pytest.mark.parametrize(
    ("model", "changes", "says"),
    [
        pytest.param("flux", {"guidance": 7.5}, "FLUX.1-schnell .* guidance = 7.5, legal is 0", id="guidance was distilled away"),
        pytest.param("flux", {"max_sequence_length": 512}, "max_sequence_length = 512, legal is 16 to 256", id="schnell reads 256 tokens"),
        pytest.param("flux", {"negative_prompt": "blurry"}, 'negative_prompt = "blurry", but it knows no negative prompts', id="negative prompt"),
        pytest.param("flux_dev", {"scheduler": "ddim"}, "FLUX.1-dev .* runs with its own FlowMatchEuler", id="another kind of noise"),
        pytest.param("flux_dev", {"guidance": 0.5}, "guidance = 0.5, legal is 1 to 10", id="dev has never seen less than 1"),
        pytest.param("flux", {"width": 60}, "width = 60, legal are multiples of 16 from 16 to 128", id="the library would make 48 of it"),
        pytest.param("flux", {"width": 128, "height": 128}, "width x height = 128 x 128, legal are up to", id="each edge is legal, both are not"),
        pytest.param("sd15", {"height": 60}, "height = 60, legal are multiples of 8 from 32 to 128 pixels", id="60 pixels"),
        pytest.param("sd15", {"height": 512}, "height = 512", id="eight times the native edge: two heads"),
        pytest.param("sd15", {"eta": 0.8}, 'Stable Diffusion 1.5 .* eta = 0.8 needs scheduler = "ddim"', id="PNDM would ignore eta"),
        pytest.param("sd15", {"eta": 1.5, "scheduler": "ddim"}, "eta = 1.5, legal is 0 to 1", id="more noise than there is"),
        pytest.param("sd15", {"scheduler": "lms"}, 'scheduler = "lms", legal is ddim, pndm', id="a scheduler nobody knows"),
        pytest.param("sd15", {"guidance": float("nan")}, "guidance = nan, legal is 0 to 20", id="no number"),
        pytest.param("sd15", {"steps": 0}, "steps = 0, legal is 1 to 150", id="no step"),
        pytest.param("sd15", {"max_sequence_length": 77}, "max_sequence_length = 77, but it has no T5 encoder", id="CLIP reads any length in chunks"),
        pytest.param("sd15", {"refiner": {}}, "refiner = .* is not for Stable Diffusion 1.5", id="only XL has a refiner"),
        pytest.param("sdxl_base", {"refiner": {"split": 1.5}}, "XL .* refiner.split = 1.5, legal is 0.1 to 0.95", id="more than all of the noise"),
        pytest.param("sdxl_refiner", {}, "it only finishes pictures", id="a refiner cannot begin"),
        pytest.param("clip", {}, "is no image model known here: FLUX.1-schnell, FLUX.1-dev, Stable", id="another kind of model"),
    ],
)
def test_what_the_model_cannot_do_is_refused(tiny, model, changes, says):
    with pytest.raises(CheckpointError, match=says):
        resolved(tiny, model, "sdxl_refiner" if "refiner" in changes else None, **changes)


def test_another_model_is_no_refiner(tiny):
    with pytest.raises(CheckpointError, match=r"sd15 is no Stable Diffusion XL refiner"):
        resolved(tiny, "sdxl_base", "sd15")


def test_own_scheduler_of_a_2_1_may_be_ddim_and_then_eta_needs_no_scheduler(tiny):
    assert resolved(tiny, "sd21", eta=0.3).eta == 0.3


@pytest.mark.parametrize("name", ["custom_pipeline", "custom_revision", "trust_remote_code"])
def test_code_from_elsewhere_is_refused_with_the_reason(name):
    with pytest.raises(ValidationError, match=f"{name}: code that comes with a checkpoint is never run"):
        DiffusionSettings(model="./sd15", **{name: True})


# what tells the published checkpoints apart in their own files
PUBLISHED = [
    ("flux-schnell", "FluxPipeline", {"transformer": {"guidance_embeds": False}, "vae": {"sample_size": 1024}}, 1024),
    ("flux-dev", "FluxPipeline", {"transformer": {"guidance_embeds": True}, "vae": {"sample_size": 1024}}, 1024),
    ("sd15", "StableDiffusionPipeline", {"unet": {"in_channels": 4, "sample_size": 64}, "vae": {"sample_size": 512}}, 512),
    ("sd21", "StableDiffusionPipeline", {"unet": {"in_channels": 4, "sample_size": 96, "use_linear_projection": True}}, 768),
    ("sdxl", "StableDiffusionXLPipeline", {"unet": {"in_channels": 4, "sample_size": 128, "use_linear_projection": True}}, 1024),
]


def checkpoint_files(folder, pipeline, configs):
    for part, values in {"model_index": {"_class_name": pipeline}, **configs}.items():
        path = folder / "model_index.json" if part == "model_index" else folder / part / "config.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(values))
    return CheckpointFiles(folder)


@pytest.mark.parametrize(("name", "pipeline", "configs", "edge"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_published_checkpoints_are_recognised_by_their_files(tmp_path, name, pipeline, configs, edge):
    files = checkpoint_files(tmp_path, pipeline, configs)
    assert family_of(files) == table().families[name]
    assert files.native_edge(family_of(files)) == edge


def test_an_inpainting_model_is_not_taken_for_an_ordinary_one(tmp_path):
    with pytest.raises(CheckpointError, match="no image model known here"):
        family_of(checkpoint_files(tmp_path, "StableDiffusionPipeline", {"unet": {"in_channels": 9, "sample_size": 64}}))


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "model_index.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"model_index\.json is not valid JSON"):
        family_of(CheckpointFiles(tmp_path))


def test_all_that_the_table_names_exists_and_is_legal_itself():
    import diffusers

    for family in table().families.values():
        assert hasattr(diffusers, family.pipeline)
        assert set(family.schedulers) <= set(table().schedulers)
        assert family.refiner is None or family.refiner in table().refiners
        for legal in (family.steps, family.guidance, family.sequence_length):
            assert legal is None or legal.has(legal.default)
    for scheduler in table().schedulers.values():
        step = inspect.signature(getattr(diffusers, scheduler.name).step)
        assert ("eta" in step.parameters) == scheduler.eta
