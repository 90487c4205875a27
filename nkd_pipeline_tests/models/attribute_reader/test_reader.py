"""A reader is made, trained, kept and asked; how good a real one is, `nkd study attributes` shows."""

import dataclasses
import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from nkd_pipeline.models.attribute_reader.blip2 import IGNORED, learning, loaded
from nkd_pipeline.models.attribute_reader.merging import merged_difference
from nkd_pipeline.models.attribute_reader.products import of_split
from nkd_pipeline.models.attribute_reader.samples import read_samples
from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings, untrained
from nkd_pipeline.models.attribute_reader.stage import AttributeReader, AttributeReaderStageSettings
from nkd_pipeline.models.attribute_reader.training import train
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.training.fitting import MODEL, TRAINING
from nkd_pipeline.records.photo_attributes import PhotoQuestion
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.attribute_reader.conftest import RECIPE

LONGEST = (64, 16)


def reader(folder, **settings):
    stage = AttributeReader(AttributeReaderStageSettings(model=str(folder), **settings))
    stage.load()
    return stage


def questions(pairs):
    return [PhotoQuestion(pair.article_id, pair.question, pair.attribute, pair.sha256, pair.image_file) for pair in pairs]


def lesson(blip, pairs):
    products = of_split(pairs, "held_out")[:3]
    pixels = blip.pixels([read_picture(product[0]) for product in products])
    return blip.lesson(pixels, [[(pair.question, pair.answer) for pair in product] for product in products], LONGEST)


def test_training_lowers_the_loss_and_counts_right_answers(trained):
    _, reports = trained
    assert [report.epoch for report in reports] == [0, 1, 2, 3]
    assert reports[-1].held_out_loss < 0.8 * reports[0].held_out_loss
    assert reports[0].metrics["answers_right"] == 0  # it cannot write yet
    assert all(set(report.metrics) == {"answers_right", "worst_attribute"} for report in reports)
    assert all(0 <= report.metrics["worst_attribute"] <= report.metrics["answers_right"] <= 1 for report in reports)


def test_some_answers_are_written_down_at_the_end_of_each_epoch(trained, pairs):
    samples = read_samples(trained[0] / TRAINING)
    assert list(samples) == [0, 1, 2, 3]
    asked = {(pair.article_id, pair.question, pair.answer) for pair in pairs if pair.split == "held_out"}
    for rows in samples.values():
        assert len(rows) == 6
        assert {(row["article_id"], row["question"], row["right"]) for row in rows} <= asked
    assert len({row["article_id"] for row in samples[3]}) > 1


def test_what_is_trained_is_not_trained_again(trained, pairs):
    told = []
    assert train(AttributeReaderSettings(**RECIPE), pairs, trained[0], told.append) == trained[0] / MODEL
    assert told == []


def test_pairs_of_an_attribute_that_is_kept_from_training_change_nothing(trained, pairs):
    more = [*pairs, *(dataclasses.replace(pair, split="unseen") for pair in pairs[:5])]
    told = []
    train(AttributeReaderSettings(**RECIPE), more, trained[0], told.append)
    assert told == []


def test_several_questions_about_one_picture_are_learnt_as_the_library_s_own_forward_learns_them(trained, pairs):
    """Ours looks at a picture once for all its questions; the library's is given the picture again for each."""
    blip = loaded(trained[0] / MODEL, torch.float32)
    batch = lesson(blip, pairs)
    repeated = {name: tensor for name, tensor in batch.items() if name != "questions"}
    repeated["pixel_values"] = batch["pixel_values"].repeat_interleave(batch["questions"], 0)
    with torch.inference_mode():
        theirs = blip.model(**repeated).loss
        ours = learning(blip.model)(**batch).loss
    assert batch["pixel_values"].shape[0] == 3 < batch["input_ids"].shape[0]
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-6)


def test_only_the_answer_is_learnt_with_its_end(trained, pairs):
    blip = loaded(trained[0] / MODEL, torch.float32)
    labels = lesson(blip, pairs)["labels"]
    answers = [pair.answer for product in of_split(pairs, "held_out")[:3] for pair in product]
    kept = [row[row != IGNORED] for row in labels]
    assert [blip.processor.tokenizer.decode(row, skip_special_tokens=True) for row in kept] == answers
    assert {row[-1].item() for row in kept} == {blip.model.config.text_config.eos_token_id}


def test_a_batch_answers_what_single_rows_do_and_looks_at_a_picture_once(trained, pairs):
    stage, rows = reader(trained[0] / MODEL), questions(pairs[:8])
    looks = []
    look = stage._reader.model.get_image_features
    stage._reader.model.get_image_features = lambda pixels, **more: looks.append(len(pixels)) or look(pixels, **more)
    together = stage(rows)
    assert looks == [len({row.sha256 for row in rows})] < [8]
    alone = [stage([row])[0] for row in rows]
    del stage._reader.model.get_image_features
    assert [answer.answer for answer in together] == [answer.answer for answer in alone]
    assert [answer.confidence for answer in together] == pytest.approx([answer.confidence for answer in alone], abs=1e-4)
    assert [(answer.article_id, answer.attribute) for answer in together] == [(row.article_id, row.attribute) for row in rows]
    assert all(0 < answer.confidence <= 1 for answer in together)


@pytest.fixture(scope="module")
def taught(pairs, tmp_path_factory):
    """A model folder: it has been told two answers so often that it knows where they end."""
    folder = tmp_path_factory.mktemp("taught")
    first = [pair for pair in pairs if pair.attribute in ("Article Type", "Pattern")][:4]
    rows = [dataclasses.replace(pair, split=split, answer=f"Answer {pair.attribute}") for pair in first for split in ("train", "held_out")]
    recipe = {**RECIPE, "epochs": 40, "learning_rate": 1e-2, "measured": 0}
    return train(AttributeReaderSettings(**recipe), rows, folder, lambda _: None)


def test_what_is_learnt_is_answered_and_ended(taught, pairs):
    (answer,) = reader(taught)(questions(pairs[:1]))
    assert answer.answer == "Answer Article Type"
    assert answer.confidence > 0.5


def test_confidence_is_the_probability_of_just_these_words_and_their_end(taught, pairs):
    stage, row = reader(taught), questions(pairs[:1])[0]
    (answer,) = stage([row])
    blip = loaded(taught, torch.float32)
    batch = blip.lesson(blip.pixels([read_picture(row)]), [[(row.question, answer.answer)]], LONGEST)
    with torch.inference_mode():
        chances = learning(blip.model)(**batch).logits.log_softmax(-1).gather(-1, batch["labels"][..., None]).sum().exp()
    assert answer.confidence == pytest.approx(chances.item(), rel=1e-3)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("<image><image> What is the pattern?", id="the picture's own token would shift what is seen"),
        pytest.param("", id="nothing is asked"),
        pytest.param("Which " + "very " * 500 + "long sleeves?", id="longer than is read"),
        pytest.param("Ärmel\u0000 👕 </s> <pad>", id="signs that the model has never seen"),
    ],
)
def test_any_question_gets_an_answer_and_disturbs_nobody(trained, pairs, question):
    stage, row = reader(trained[0] / MODEL), questions(pairs[:1])[0]
    odd = PhotoQuestion("odd", question, "", row.sha256, row.image_file)
    assert stage([odd, row])[1].answer == stage([row])[0].answer


def test_the_attribute_is_found_in_the_question_where_the_row_does_not_name_it(trained, pairs):
    row = questions(pairs[:1])[0]
    asked = PhotoQuestion("a", "Question: How long are the sleeves? Answer:", "", row.sha256, row.image_file)
    assert reader(trained[0] / MODEL)([asked])[0].attribute == "Sleeve Length"


def test_weights_that_are_no_numbers_fail_the_row(trained, pairs, tmp_path):
    shutil.copytree(trained[0] / MODEL, tmp_path / "damaged")
    file = tmp_path / "damaged" / "model.safetensors"
    weights = load_file(file)
    weights["language_projection.bias"].fill_(float("nan"))
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(RowError, match="its weights are damaged"):
        reader(tmp_path / "damaged")(questions(pairs[:2]))


def test_adapters_are_merged_and_the_model_answers_as_before(trained, pairs, tmp_path):
    base = str(trained[0] / MODEL)
    settings = AttributeReaderSettings(**{**RECIPE, "model": base, "lora": {"r": 2, "alpha": 8, "targets": ["q", "v"]}, "epochs": 1})
    folder = train(settings, pairs, tmp_path, lambda _: None)
    first, second = (loaded(place, torch.float32).model.state_dict() for place in (trained[0] / MODEL, folder))
    changed = {name for name in first if not torch.equal(first[name], second[name])}
    assert set(first) == set(second)
    assert changed
    assert all(name.endswith((".q.weight", ".v.weight")) for name in changed)
    difference = merged_difference(settings, pairs, tmp_path)
    assert difference < 1e-4
    shutil.rmtree(folder)  # measured once: it is kept
    assert merged_difference(settings, pairs, tmp_path) == difference


def test_without_adapters_there_is_nothing_to_compare(trained, pairs):
    assert merged_difference(AttributeReaderSettings(**RECIPE), pairs, trained[0]) is None


def test_before_training_it_answers_something_else(trained, pairs):
    before = reader(untrained(AttributeReaderSettings(**RECIPE), trained[0])["model"])
    rows = questions(pairs[:4])
    assert [answer.answer for answer in before(rows)] != [answer.answer for answer in reader(trained[0] / MODEL)(rows)]
    assert untrained(AttributeReaderSettings(model="owner/blip2", revision="a" * 40), trained[0])["model"] == "owner/blip2"


def test_mirror_images_are_rows_of_their_own(pairs, tmp_path):
    steps = []
    for name, mirrored in (("plain", False), ("mirrored", True)):
        recipe = {**RECIPE, "epochs": 1, "mirrored": mirrored, "measured": 0}
        train(AttributeReaderSettings(**recipe), pairs, tmp_path / name, lambda report: steps.append(report.step))
    assert steps == [0, 5, 0, 9]


def test_a_checkpoint_that_does_not_know_its_picture_token_is_told(tiny, tmp_path):
    """As those that were published before transformers put the token into the vocabulary."""
    shutil.copytree(tiny / "blip2", tmp_path / "older")
    config = json.loads((tmp_path / "older" / "config.json").read_text())
    known = config.pop("image_token_index")
    (tmp_path / "older" / "config.json").write_text(json.dumps(config))
    assert loaded(tmp_path / "older", torch.float32).model.config.image_token_id == known


def test_what_is_no_blip2_is_refused_with_the_cure(tiny):
    with pytest.raises(CheckpointError, match=r"no Blip2ForConditionalGeneration. Name a BLIP-2 model over T5"):
        reader(tiny / "blip_vqa")
