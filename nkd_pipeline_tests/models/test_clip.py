"""CLIP scores are those of the model's own forward pass, whatever the batch and however long the texts."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.clip import ClipScorer
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.judged import judged

SIZES = ((224, 224), (512, 512), (256, 192), (300, 500))


def scorer(folder, **settings):
    stage = ClipScorer(ClipScorer.Settings(model=str(folder), **settings))
    stage.load()
    return stage


@pytest.fixture(scope="module")
def clip(tiny):
    return scorer(tiny / "clip")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """24 pictures of four shapes, each with two texts of its own."""
    folder = tmp_path_factory.mktemp("pictures")
    return [judged(folder, number, SIZES[number % 4]) for number in range(24)]


@pytest.fixture(scope="module")
def reference(tiny, rows):
    """Scores of clip_prompt and prompt as the library itself computes them, one picture and one text at a time."""
    import torch
    from transformers import CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

    model = CLIPModel.from_pretrained(tiny / "clip")
    # as transformers 4 composed it, with which the paper's scores were measured
    processor = CLIPProcessor(CLIPImageProcessorPil.from_pretrained(tiny / "clip"), CLIPTokenizer.from_pretrained(tiny / "clip"))

    def score(row, text):
        with Image.open(row.image_file) as picture, torch.no_grad():
            return model(**processor(text=[text], images=picture, return_tensors="pt")).logits_per_image.item()

    return [(score(row, row.prompt.clip_prompt), score(row, row.prompt.prompt)) for row in rows]


@pytest.mark.parametrize("size", [1, 8, 24])
def test_a_batch_scores_as_the_library_does_one_by_one(clip, rows, reference, size):
    scores = [score for start in range(0, 24, size) for score in clip(rows[start : start + size])]
    assert [score.article_id for score in scores] == [row.article_id for row in rows]
    assert [number for score in scores for number in (score.score, score.prompt_score)] == pytest.approx(sum(reference, ()), abs=1e-4)
    assert max(score.score for score in scores) - min(score.score for score in scores) > 1  # or everything would pass


def test_a_row_says_who_scored_it(clip, rows):
    (score,) = clip(rows[:1])
    assert (score.article_id, score.attempt, score.scorer, score.truncated_tokens, score.reason) == ("A-0", 1, "clip", 0, "")
    pinned = ClipScorer(ClipScorer.Settings(model="openai/clip-vit-large-patch14", revision="32bd64288804d66eefd0ccbe215aa642df71cc41"))
    assert pinned.backend == "clip-vit-large-patch14@32bd6428"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("navy " * 75, 0, id="exactly 77 with start and end"),
        pytest.param("navy " * 76, 1, id="one too many"),
        pytest.param("navy " * 20_000, 19_925, id="100,000 characters"),
        pytest.param("x" * 100_000, None, id="a word of 100,000 letters"),
        pytest.param("Größe 🧥 ＸＸＬ \u202e\0 <|endoftext|>", 0, id="umlauts, emoji, marks that nobody sees"),
    ],
)
def test_texts_of_any_length_are_scored_and_what_is_cut_off_is_counted(clip, rows, text, cut):
    row = replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt=text, prompt=text))
    (score,) = clip([row])
    assert abs(score.score) <= 100.01
    assert score.prompt_score == pytest.approx(score.score)
    assert score.truncated_tokens == cut if cut is not None else score.truncated_tokens > 10_000


def test_a_text_that_is_cut_off_still_has_its_end(clip, rows):
    # CLIP reads a text's meaning at the token for the end: cutting that off gives another score altogether
    def scored(text):
        return clip([replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt=text))])[0].score

    assert scored("navy " * 200) == pytest.approx(scored("navy " * 75), abs=1e-4)


def test_the_context_is_the_models_own(tiny, tmp_path, rows):
    folder = shutil.copytree(tiny / "clip", tmp_path / "short")
    shrink_context(folder, 20)
    (score,) = scorer(folder)([replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt="navy " * 30))])
    assert score.truncated_tokens == 12


def shrink_context(folder, context):
    """Makes the model in a folder read so many tokens only."""
    from safetensors.torch import load_file, save_file

    config = json.loads((folder / "config.json").read_text())
    config["text_config"]["max_position_embeddings"] = context
    (folder / "config.json").write_text(json.dumps(config))
    weights = load_file(folder / "model.safetensors")
    name = "text_model.embeddings.position_embedding.weight"
    save_file({**weights, name: weights[name][:context].clone()}, folder / "model.safetensors", {"format": "pt"})


@given(st.text(max_size=300))
def test_no_text_is_refused(clip, text):
    assert clip._model.tokens(text) >= 2
    assert clip._model.texts([text]).isfinite().all()


def test_identical_texts_are_encoded_once_also_when_a_batch_is_halved(tiny, rows, monkeypatch):
    stage, encoded = scorer(tiny / "clip"), []
    encode = stage._model.texts
    monkeypatch.setattr(stage._model, "texts", lambda texts: encoded.extend(texts) or encode(texts))
    same = [replace(row, prompt=rows[0].prompt) for row in rows[:4]]
    missing = replace(rows[5], image_file="nowhere.png")
    with pytest.raises(RowError):
        stage([*same, rows[4], missing])
    stage(same)
    stage([rows[4]])
    with pytest.raises(RowError):
        stage([missing])
    assert sorted(encoded) == sorted(text for row in (rows[0], rows[4], rows[5]) for text in (row.prompt.clip_prompt, row.prompt.prompt))


def test_the_published_configuration_with_its_wrong_end_token_scores_the_same(tiny, tmp_path, clip, rows):
    # openai/clip-vit-large-patch14 says eos_token_id 2; the library then looks for the largest token instead
    folder = shutil.copytree(tiny / "clip", tmp_path / "published")
    config = json.loads((folder / "config.json").read_text())
    config["text_config"]["eos_token_id"] = 2
    (folder / "config.json").write_text(json.dumps(config))
    assert [s.score for s in scorer(folder)(rows[:8])] == pytest.approx([s.score for s in clip(rows[:8])], abs=1e-4)


def test_weights_kept_in_half_precision_are_computed_in_float32(tiny, tmp_path, rows):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "clip", tmp_path / "half")
    weights = load_file(folder / "model.safetensors")
    save_file({name: tensor.half() for name, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "dtype": "float16"}))
    stage = scorer(folder)
    assert {str(weight.dtype) for weight in stage._model._model.parameters()} == {"torch.float32"}
    assert abs(stage(rows[:1])[0].score) <= 100.1


def test_number_formats_are_no_choice_and_the_processs_choice_comes_back(clip, rows):
    import torch

    with pytest.raises(ValidationError, match="float32"):
        ClipScorer.Settings(model="./clip", dtype="bfloat16")
    torch.set_float32_matmul_precision("high")
    try:
        clip(rows[:1])
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_the_fingerprint_follows_the_weights_and_not_the_batch(tiny, tmp_path):
    def fingerprint(folder, **settings):
        return ClipScorer(ClipScorer.Settings(model=str(folder), **settings)).fingerprint()

    folder = shutil.copytree(tiny / "clip", tmp_path / "clip")
    assert fingerprint(tiny / "clip") == fingerprint(folder, batch_size=3)
    other = shutil.copytree(tiny / "clip", tmp_path / "other" / "clip")
    shrink_context(other, 40)
    assert fingerprint(folder) != fingerprint(other)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("open_clip", "OpenClipScorer for one of open_clip", id="a model of the other library"),
        pytest.param("marian", "type marian, not clip", id="no CLIP at all: transformers would make one up"),
    ],
)
def test_another_kind_of_model_is_refused(tiny, name, says):
    with pytest.raises(CheckpointError, match=says):
        scorer(tiny / name)


def test_a_folder_without_all_weights_is_refused(tiny, tmp_path):
    # transformers only warns, and makes up the rest
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "clip", tmp_path / "half a model")
    weights = load_file(folder / "model.safetensors")
    save_file({name: tensor for name, tensor in weights.items() if "projection" not in name}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match="lacks 2 weights of its model, the first is text_projection"):
        scorer(folder)


def test_damaged_weights_give_no_score_instead_of_a_strange_one(tiny, tmp_path, rows):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "clip", tmp_path / "damaged")
    weights = load_file(folder / "model.safetensors")
    weights["visual_projection.weight"][0, 0] = float("nan")
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(RowError, match="weights are damaged"):
        scorer(folder)(rows[:1])


def test_a_damaged_picture_costs_its_row_and_the_cure_works(tiny, home, delivery):
    settings = f'{{ stage = "nkd_pipeline.models.clip:ClipScorer", model = "{tiny / "clip"}" }}'
    (home / "settings.toml").write_text(f"[run]\nworkers = 1\n[stages]\ngenerated_images = {{ size = 256 }}\nclip_scores = {settings}\n")
    workspace, shard = Workspace.open(str(home)), "herbst.000"
    ingest(workspace, delivery)
    for asset in list(STEPS)[:5]:
        run_step(workspace, asset, shard)
    file = Path(read_rows(workspace, "generated_images", shard)["T-2"].record.image_path)
    (home / file).write_bytes((home / file).read_bytes()[:-100])

    counts = run_step(workspace, "clip_scores", shard).counts
    assert (counts.computed, counts.failed) == (3, 1)
    failed = read_rows(workspace, "clip_scores", shard)["T-2"].state
    assert failed.error_kind == "unreadable_image"
    assert "Delete the file and materialize generated_images again" in failed.error

    (home / file).unlink()
    assert run_step(workspace, "generated_images", shard).counts.computed == 1
    assert run_step(workspace, "clip_scores", shard).counts.computed == 1
    assert all(row.record.score is not None for row in read_rows(workspace, "clip_scores", shard).values())
