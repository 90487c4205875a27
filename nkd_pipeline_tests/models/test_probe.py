"""The probe judge: its numbers are those of the model's own forward pass, and one copy of the model serves score and probe."""

import json
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.clip import ClipScorer
from nkd_pipeline.models.probe import ClipProbe, OpenClipProbe
from nkd_pipeline.records import Attributes
from nkd_pipeline.rubric.questions import ask
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.judged import judged
from nkd_pipeline_tests.models.test_open_clip import home_made

NECKS = ("crew neck", "v-neck", "turtleneck", "open back")


def described(row, number, **more):
    """The row with an article that states something; texts differ in number and length."""
    known = {"neckline": NECKS[number % 4], "sleeves": "short sleeves" if number % 2 else "", "motifs": ("cat",) if number % 3 else ()} | more
    return replace(row, attributes=Attributes(row.article_id, "t-shirt", "t-shirt", "women", **known))


def probe(folder, kind=ClipProbe, **settings):
    stage = kind(kind.Settings(model=str(folder), **settings))
    stage.load()
    return stage


@pytest.fixture(scope="module")
def clip(tiny):
    return probe(tiny / "clip")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    return [described(judged(folder, number, ((224, 224), (256, 192))[number % 2]), number) for number in range(8)]


@pytest.fixture(scope="module")
def reference(tiny, rows):
    """Probability and margin of every question as the library computes them, one picture and its statements at a time."""
    import torch
    from transformers import CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

    model = CLIPModel.from_pretrained(tiny / "clip")
    processor = CLIPProcessor(CLIPImageProcessorPil.from_pretrained(tiny / "clip"), CLIPTokenizer.from_pretrained(tiny / "clip"))
    numbers = []
    for row in rows[:3]:
        for question in ask(row.attributes, row.prompt).questions:
            statements = [question.stated.statement, *(choice.statement for choice in question.alternatives)]
            with Image.open(row.image_file) as picture, torch.no_grad():
                logits = model(**processor(text=statements, images=picture, return_tensors="pt", padding=True)).logits_per_image[0]
            numbers.append((logits.softmax(-1)[0].item(), (logits[0] - logits[1:].max()).item()))
    return numbers


@pytest.mark.parametrize("size", [1, 3, 8])
def test_a_batch_is_judged_as_the_library_does_one_by_one(clip, rows, reference, size):
    records = [record for start in range(0, 8, size) for record in clip(rows[start : start + size])]
    assert [(record.article_id, record.judge, record.model) for record in records] == [(row.article_id, "probe", "clip") for row in rows]
    answers = [answer for record in records[:3] for answer in record.answers]
    assert [answer.probability for answer in answers] == pytest.approx([probability for probability, _ in reference], abs=1e-4)
    assert [answer.margin for answer in answers] == pytest.approx([margin for _, margin in reference], abs=1e-3)
    assert len({round(answer.margin, 2) for answer in answers}) > 10  # or everything would pass


def test_an_answer_names_what_was_asked_and_what_fits_best(clip, rows):
    (record,) = clip([rows[1]])
    (neckline,) = [answer for answer in record.answers if answer.cause == "neckline"]
    assert (neckline.aspect, neckline.stated) == ("construction", "v-neck")
    assert neckline.question == "a product photo of a t-shirt with a v-shaped neckline"
    assert (neckline.best == "v-neck") == (neckline.margin > 0)
    assert 0 <= neckline.probability <= 1


def test_what_is_not_asked_about_is_named(clip, rows):
    assert "neckline: open back" in clip([rows[3]])[0].reason
    silent = replace(rows[0], attributes=Attributes("A-0", "", "", ""), prompt=replace(rows[0].prompt, colours=("multicolour",)))
    (record,) = clip([silent])
    assert (record.answers, record.model, record.reason) == ((), "", "nothing is asked about main_colour: multicolour")


def test_a_value_without_an_alternative_is_named_instead_of_approved(clip, rows):
    (record,) = clip([described(rows[0], 0, closure="elastic waistband")])
    assert "closure: elastic waistband" in record.reason
    assert "closure" not in {answer.cause for answer in record.answers}


def test_score_and_probe_share_one_copy_of_the_model(tiny, clip):
    scorer = ClipScorer(ClipScorer.Settings(model=str(tiny / "clip")))
    scorer.load()
    assert scorer._model is clip._model


def test_a_statement_is_encoded_once(clip, rows, monkeypatch):
    encoded, encode = [], clip._model.texts
    monkeypatch.setattr(clip, "_known", {})
    monkeypatch.setattr(clip._model, "texts", lambda texts: encoded.extend(texts) or encode(texts))
    clip(rows[:4])
    clip(rows)
    assert len(encoded) == len(set(encoded))


def test_the_same_weights_in_open_clip_judge_the_same(tiny, clip, tmp_path):
    square = [described(judged(tmp_path, number), number) for number in range(4)]
    twins = zip(clip(square), probe(tiny / "open_clip", OpenClipProbe)(square), strict=True)
    pairs = [(ours.margin, theirs.margin) for one, other in twins for ours, theirs in zip(one.answers, other.answers, strict=True)]
    assert [ours for ours, _ in pairs] == pytest.approx([theirs for _, theirs in pairs], abs=1e-3)


def test_a_model_trained_at_home_is_asked_about_its_claims_alone(tmp_path, rows):
    folder = home_made(tmp_path / "house", merges=100)
    (folder / "claims.toml").write_text('[neckline]\naccuracy = 0.97\nn = 400\nvalues = ["crew neck", "v-neck"]\n')
    stage = probe(folder, OpenClipProbe)
    first, _, third = stage(rows[:3])
    assert [answer.cause for answer in first.answers] == ["neckline"]
    assert "sleeves" not in first.reason
    assert (third.answers, third.model) == ((), "")
    assert "neckline: turtleneck" in third.reason


def test_claims_that_cannot_be_read_are_told_when_the_model_is_loaded(tmp_path):
    folder = home_made(tmp_path / "house", merges=100)
    (folder / "claims.toml").write_text("[hat]\n")
    with pytest.raises(CheckpointError, match="hat is no topic"):
        probe(folder, OpenClipProbe)


def test_the_fingerprint_follows_weights_claims_and_questions(tmp_path, monkeypatch):
    folder = home_made(tmp_path / "house", merges=100)
    other = shutil.copytree(folder, tmp_path / "other" / "house")
    (other / "claims.toml").write_text("")

    def fingerprint(path):
        return json.dumps(OpenClipProbe(OpenClipProbe.Settings(model=str(path))).fingerprint(), sort_keys=True)

    before = fingerprint(folder)
    assert before != fingerprint(other)
    monkeypatch.setattr("nkd_pipeline.models.probe.digest", lambda: "other words")
    assert before != fingerprint(folder)


def test_damaged_weights_give_no_answer(tiny, tmp_path, rows):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "clip", tmp_path / "damaged")
    weights = load_file(folder / "model.safetensors")
    weights["visual_projection.weight"][0, 0] = float("nan")
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(RowError, match="weights are damaged"):
        probe(folder)(rows[:1])


def test_a_missing_picture_is_a_row_error(clip, rows):
    with pytest.raises(RowError) as caught:
        clip([rows[0], replace(rows[1], image_file="nowhere.png")])
    assert caught.value.kind == "missing_image"
