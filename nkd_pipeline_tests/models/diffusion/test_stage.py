"""One seed, one picture: whatever else is in the batch, whenever it is made, and as the library itself would make it."""

import json

import pytest
import torch

from nkd_pipeline.execution.profile import ProfileError, load_profile
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.rendering import decode, denoise
from nkd_pipeline.models.diffusion.stage import DiffusionArtist
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.diffusion.orders import FAMILIES, artist, difference, order, orders, pixels, provenance, settings
from nkd_pipeline_tests.models.diffusion.without_numbers import POISON, poisoned


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_paints_what_single_rows_paint(tiny, family):
    stage, rows = artist(tiny, family), orders(4)
    stage.prepare(rows)
    together, alone = stage(rows), [stage([row])[0] for row in rows]
    assert max(map(difference, together, alone)) <= 1
    assert min(difference(together[0], other) for other in together[1:]) > 10


@pytest.mark.parametrize("family", FAMILIES)
def test_latents_of_a_batch_are_those_of_single_rows(tiny, family):
    stage, rows = artist(tiny, family), orders(3)
    stage.prepare(rows)
    conditionings, seeds = [stage._book.conditioning(*stage._pair(row)) for row in rows], [row.seed for row in rows]
    together = denoise(stage._pipelines, stage._plan[1], conditionings, seeds)
    alone = torch.cat([denoise(stage._pipelines, stage._plan[1], [conditionings[i]], [seeds[i]]) for i in range(3)])
    assert (together - alone).abs().max() <= 1e-4 * together.abs().max()


@pytest.mark.parametrize("family", ["flux", "sd15_ddim", "sdxl_refined"])
def test_a_run_that_goes_on_paints_the_same_bytes(tiny, family):
    """Another stage object, loaded anew, with other rows to prepare."""
    first = artist(tiny, family)
    first.prepare(orders(3))
    pictures = [first([row])[0] for row in orders(3)]
    release_all()
    second = artist(tiny, family)
    second.prepare(orders(3)[2:])
    assert second([orders(3)[2]])[0].png == pictures[2].png


@pytest.mark.parametrize("family", ["flux", "sd15", "sdxl"])
def test_preparing_saves_time_and_changes_nothing(tiny, family):
    prepared, unprepared, rows = artist(tiny, family), artist(tiny, family), orders(2)
    prepared.prepare(rows)
    assert [picture.png for picture in prepared(rows)] == [picture.png for picture in unprepared(rows)]


@pytest.mark.parametrize("family", ["flux", "flux_dev", "sd15_ddim", "sd21", "sdxl"])
def test_pictures_are_those_of_the_library(tiny, family):
    stage, wanted = artist(tiny, family), order()
    (picture,) = stage([wanted])
    pipe, recipe = stage._pipelines.base, stage._plan[1]
    options = {"num_inference_steps": recipe.steps, "guidance_scale": recipe.guidance, "height": recipe.height, "width": recipe.width}
    if family.startswith("flux"):
        options["max_sequence_length"] = recipe.max_sequence_length
    else:
        options |= {"negative_prompt": wanted.prompt.negative_prompt, "eta": recipe.eta or 0.0}
    expected = pipe(wanted.prompt.prompt, generator=torch.Generator().manual_seed(wanted.seed), output_type="np", **options).images[0]
    assert abs((expected * 255).round() - pixels(picture)).max() <= 1


def test_rows_of_other_length_do_not_change_a_row(tiny):
    stage = artist(tiny, "sd15")
    long, short = order(1, ", ".join(["blouse with lace and long sleeves"] * 12)), order(2)
    assert difference(stage([long, short])[1], stage([short])[0]) <= 1


def test_each_scheduler_of_the_table_paints(tiny):
    from nkd_pipeline.models.diffusion.families import table

    pictures = {name: artist(tiny, "sd15", scheduler=name)(orders(2)) for name in table().families["sd15"].schedulers}
    assert all(len(found) == 2 for found in pictures.values())
    assert difference(pictures["ddim"][0], pictures["euler_ancestral"][0]) > 3


def test_stages_that_share_a_model_keep_their_own_schedulers(tiny):
    ddim, own = artist(tiny, "sd15_ddim"), artist(tiny, "sd15")
    assert ddim._pipelines is own._pipelines
    before = ddim(orders(1))
    own(orders(1))
    assert ddim(orders(1))[0].png == before[0].png


def test_the_refiner_finishes_what_the_base_began(tiny):
    (plain,), (refined,) = artist(tiny, "sdxl", steps=5)([order()]), artist(tiny, "sdxl_refined")([order()])
    assert difference(plain, refined) > 10
    assert artist(tiny, "sdxl_refined").backend == "sdxl_base + sdxl_refiner"


def test_a_picture_says_how_it_was_made(tiny, tmp_path):
    lora = {"model": "sd15_lora", "scale": 0.8}
    stage = artist(tiny, "sd15_ddim", loras=[lora])
    (picture,) = stage([order()])
    found = provenance(picture, tmp_path)
    assert (found.article_id, found.seed, found.source_type) == ("A-1", 43, "trainedAlgorithmicMedia")
    assert found.models == tuple(checkpoint.identity() for checkpoint in stage.checkpoints())
    expected = {"steps": 3, "guidance": 7.5, "scheduler": "DDIMScheduler", "eta": 0.8, "width": 64, "height": 64, "dtype": "float32"}
    assert expected.items() <= found.settings.items()
    assert found.settings["loras"] == [{"model": found.models[1], "scale": 0.8, "rank": 4, "layers": 16 * 2}]
    assert stage.backend == "sd15 + sd15_lora x 0.8"


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        pytest.param({"batch_size": 2}, True, id="how many at once"),
        pytest.param({"optimise": {"compile": True}}, True, id="what makes it faster"),
        pytest.param({"guidance": 7.5}, True, id="a default that is stated"),
        pytest.param({"guidance": 7.0}, False, id="guidance"),
        pytest.param({"scheduler": "ddim"}, False, id="scheduler"),
        pytest.param({"negative_prompt": "blur"}, False, id="negative prompt"),
        pytest.param({"dtype": "bfloat16"}, False, id="number format"),
        pytest.param({"loras": [{"model": "sd15_lora"}]}, False, id="a LoRA"),
    ],
)
def test_the_fingerprint_follows_what_changes_pictures(tiny, changes, same):
    plain, changed = DiffusionArtist(settings(tiny, "sd15")), DiffusionArtist(settings(tiny, "sd15", **changes))
    assert (json.dumps(plain.fingerprint()) == json.dumps(changed.fingerprint())) == same


def test_the_fingerprint_follows_the_scale_of_a_lora_and_the_split_of_a_refiner(tiny):
    scales = [DiffusionArtist(settings(tiny, "sd15", loras=[{"model": "sd15_lora", "scale": scale}])).fingerprint() for scale in (0.5, 0.6)]
    splits = [
        DiffusionArtist(settings(tiny, "sdxl_refined", refiner={"model": "sdxl_refiner", "split": split})).fingerprint() for split in (0.5, 0.6)
    ]
    assert scales[0] != scales[1]
    assert splits[0] != splits[1]


def test_a_model_that_cannot_do_it_is_refused_when_it_is_loaded_not_when_it_is_looked_at(tiny):
    stage = DiffusionArtist(settings(tiny, "flux", guidance=7.5))
    stage.fingerprint()
    with pytest.raises(CheckpointError, match=r"guidance = 7\.5, legal is 0"):
        stage.load()


def test_a_profile_that_wants_foreign_code_is_refused_by_name(tmp_path):
    profile = tmp_path / "own.toml"
    stage = 'stage = "nkd_pipeline.models.diffusion.stage:DiffusionArtist"\nmodel = "./sd15"\ncustom_pipeline = "lpw"\n'
    profile.write_text(f"[stages.generated_images]\n{stage}")
    with pytest.raises(ProfileError, match=r"\[stages.generated_images\].*custom_pipeline: code that comes with a checkpoint is never run"):
        load_profile(str(profile)).stage("generated_images")


def test_a_black_picture_fails_its_row_only(tiny, tmp_path):
    """The checkpoint's text encoder has a word that is no number; float16 overflows look the same."""
    stage = artist(tiny, "sd15", model=str(poisoned(tiny / "sd15", tmp_path / "sd15")))
    good, bad = order(1), order(2, f"blouse {POISON}")
    with pytest.raises(RowError, match=r"article A-2.*set dtype") as failure:
        stage([good, bad])
    assert failure.value.kind == "black_picture"
    assert difference(stage([good])[0], artist(tiny, "sd15")([good])[0]) <= 1
    with pytest.raises(RowError):
        stage([bad])


def test_a_picture_without_light_is_black(tiny):
    vae = artist(tiny, "sd15")._pipelines.base.vae
    assert decode(vae, torch.full((1, 4, 8, 8), float("nan"))) is None
    assert decode(vae, torch.zeros(1, 4, 8, 8)) is not None
