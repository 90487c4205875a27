"""Any model of open_clip scores as open_clip itself does, and as transformers does with the same weights."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.clip import ClipScorer
from nkd_pipeline.models.open_clip import OpenClipScorer
from nkd_pipeline_tests.models.judged import judged

SIZES = ((224, 224), (512, 512), (256, 192), (300, 500))


def scorer(folder, kind=OpenClipScorer):
    stage = kind(kind.Settings(model=str(folder)))
    stage.load()
    return stage


@pytest.fixture(scope="module")
def open_clip_scorer(tiny):
    return scorer(tiny / "open_clip")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    return [judged(folder, number, SIZES[number % 4]) for number in range(24)]


@pytest.fixture(scope="module")
def reference(tiny, rows):
    """Scores of clip_prompt and prompt as open_clip's own forward pass gives them, one picture and one text at a time."""
    import open_clip
    import torch

    name = f"local-dir:{tiny / 'open_clip'}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    model.eval()
    tokenizer = open_clip.get_tokenizer(name)

    def score(row, text):
        with Image.open(row.image_file) as picture, torch.no_grad():
            pictures, texts, scale = model(preprocess(picture)[None], tokenizer([text]))
        return (scale * pictures @ texts.T).item()

    return [(score(row, row.prompt.clip_prompt), score(row, row.prompt.prompt)) for row in rows]


@pytest.mark.parametrize("size", [1, 8, 24])
def test_a_batch_scores_as_the_library_does_one_by_one(open_clip_scorer, rows, reference, size):
    scores = [score for start in range(0, 24, size) for score in open_clip_scorer(rows[start : start + size])]
    assert [number for score in scores for number in (score.score, score.prompt_score)] == pytest.approx(sum(reference, ()), abs=1e-4)
    assert {score.scorer for score in scores} == {"open_clip"}


@pytest.mark.parametrize("size", [(224, 224), (64, 64), (512, 512), (768, 1024)], ids=str)
def test_the_same_weights_in_transformers_score_the_same(tiny, tmp_path, open_clip_scorer, size):
    rows = [judged(tmp_path, number, size) for number in range(6)]
    twins = list(zip(open_clip_scorer(rows), scorer(tiny / "clip", ClipScorer)(rows), strict=True))
    assert [ours.score for ours, _ in twins] == pytest.approx([theirs.score for _, theirs in twins], abs=1e-4)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("navy " * 75, 0, id="exactly 77 with start and end"),
        pytest.param("navy " * 76, 1, id="one too many"),
        pytest.param("navy " * 20_000, 19_925, id="100,000 characters"),
        pytest.param("qzxvkj" * 16_667, None, id="a word of 100,000 letters, for which open_clip alone needs minutes"),
    ],
)
def test_texts_of_any_length_are_scored_and_what_is_cut_off_is_counted(open_clip_scorer, rows, text, cut):
    row = replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt=text, prompt=text))
    (score,) = open_clip_scorer([row])
    assert abs(score.score) <= 100.01
    assert score.truncated_tokens == cut if cut is not None else score.truncated_tokens > 10_000


def test_a_text_that_is_cut_off_still_has_its_end(open_clip_scorer, rows):
    def scored(text):
        return open_clip_scorer([replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt=text))])[0].score

    assert scored("navy " * 200) == pytest.approx(scored("navy " * 75), abs=1e-4)


@given(st.text(max_size=300))
def test_no_text_is_refused_and_all_its_tokens_are_counted(open_clip_scorer, text):
    model = open_clip_scorer._model
    assert model.texts([text]).isfinite().all()
    assert model.tokens(text) == len(model._tokenizer.encode(text)) + 2


def home_made(folder: Path, *, merges: int) -> Path:
    """A model as one is trained at home: 32 tokens of context, a small vocabulary of its own, squashed pictures, a bias."""
    import open_clip
    from open_clip.tokenizer import default_bpe
    from safetensors.torch import save_file

    folder.mkdir()
    lines = gzip.decompress(Path(default_bpe()).read_bytes()).decode().split("\n")[: merges + 1]
    (folder / "bpe.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    text = {"context_length": 32, "vocab_size": 512 + merges + 2, "width": 16, "heads": 2, "layers": 1}
    vision = {"image_size": 32, "layers": 1, "width": 16, "head_width": 8, "patch_size": 16}
    model = {"embed_dim": 16, "text_cfg": text, "vision_cfg": vision, "init_logit_bias": -6.0, "init_logit_scale": 3.0}
    config = {"model_cfg": model, "preprocess_cfg": {"resize_mode": "squash", "mean": [0.5] * 3, "std": [0.5] * 3}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    save_file(open_clip.create_model(f"local-dir:{folder}").half().state_dict(), folder / "open_clip_model.safetensors")
    return folder


def test_a_model_trained_at_home_keeps_its_context_vocabulary_and_scale(tmp_path, rows):
    stage = scorer(home_made(tmp_path / "house", merges=100))
    (score,) = stage([replace(rows[2], prompt=replace(rows[2].prompt, clip_prompt="a b " * 20))])
    assert score.truncated_tokens == 10
    # e^3 times a cosine: the bias of -6, by which such models tell yes from no, would shift it out of this range
    assert -20.1 <= score.score <= 20.1
    assert stage._model.scale == pytest.approx(20.08, abs=0.01)
    assert {str(weight.dtype) for weight in stage._model._model.parameters()} == {"torch.float32"}


def without(name):
    return lambda folder: (folder / name).unlink()


def configured(*path, **values):
    def change(folder):
        file = folder / "open_clip_config.json"
        config = json.loads(file.read_text())
        place = config
        for step in path:
            place = place[step]
        place.update(values)
        file.write_text(json.dumps(config))

    return change


def pickled_beside_another_librarys(folder):
    (folder / "open_clip_pytorch_model.bin").touch()
    (folder / "open_clip_model.safetensors").rename(folder / "model.safetensors")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(without("open_clip_config.json"), "no sound open_clip_config.json", id="a checkpoint of another library"),
        pytest.param(configured(model_cfg={}), "no sound open_clip_config.json", id="an empty configuration"),
        pytest.param(pickled_beside_another_librarys, "none of open_clip_model.safetensors", id="pickled weights: open_clip would unpickle them"),
        pytest.param(configured("model_cfg", "text_cfg", hf_model_name="xlm-roberta-base"), "takes its text tower from xlm", id="half a model"),
        pytest.param(configured("model_cfg", "text_cfg", vocab_size=500), "Put the model's own beside it as bpe.txt.gz", id="a foreign vocabulary"),
    ],
)
def test_what_cannot_be_loaded_whole_from_its_own_folder_is_refused(tiny, tmp_path, change, says):
    folder = shutil.copytree(tiny / "open_clip", tmp_path / "model")
    change(folder)
    with pytest.raises(CheckpointError, match=says):
        scorer(folder)


@pytest.mark.parametrize(
    ("tower", "option"),
    [
        pytest.param("text_cfg", {"tokenizer_kwargs": {"reduction_mask": "random"}}, id="long texts are cut off at random"),
        pytest.param("vision_cfg", {"patch_dropout": 0.5}, id="half of each picture is not looked at while training"),
    ],
)
def test_what_a_configuration_asks_for_at_random_is_for_training_alone(tiny, tmp_path, rows, tower, option):
    folder = shutil.copytree(tiny / "open_clip", tmp_path / "random")
    configured("model_cfg", tower, **option)(folder)
    long = [replace(rows[0], prompt=replace(rows[0].prompt, clip_prompt=" ".join(map(str, range(300)))))]
    assert [s.score for s in scorer(folder)(long)] == pytest.approx([s.score for s in scorer(tiny / "open_clip")(long)], abs=1e-4)


def test_a_configuration_cannot_ask_for_code_of_its_own(tiny, tmp_path):
    folder = shutil.copytree(tiny / "open_clip", tmp_path / "hostile")
    options = {"trust_remote_code": True}
    configured("model_cfg", "text_cfg", hf_tokenizer_name="own", tokenizer_kwargs=options)(folder)
    (folder / "tokenizer_config.json").write_text(json.dumps({"auto_map": {"AutoTokenizer": [None, "code.Own"]}}))
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Own: ...\n")
    with pytest.raises(CheckpointError, match="never run"):
        scorer(folder)
    assert not (tmp_path / "ran").exists()


def test_a_tokenizer_of_transformers_beside_the_model_is_used(tiny, tmp_path, rows, open_clip_scorer):
    folder = shutil.copytree(tiny / "open_clip", tmp_path / "with tokenizer")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tiny / "clip" / name, folder)
    configured("model_cfg", "text_cfg", hf_tokenizer_name="openai/clip-vit-large-patch14")(folder)
    long = replace(rows[1], prompt=replace(rows[1].prompt, clip_prompt="navy " * 80))
    (score,), (expected,) = scorer(folder)([long]), open_clip_scorer([long])
    assert score.score == pytest.approx(expected.score, abs=1e-4)
    assert score.truncated_tokens == expected.truncated_tokens == 5
