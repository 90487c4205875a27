"""Questions of yes and no: answers are those of the library's own model, whatever else is asked in the same batch."""

import functools
import json
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from nkd_pipeline.models.blip_vqa import BlipVqa
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.image_text import ImageTextVqa
from nkd_pipeline.records import Attributes
from nkd_pipeline.rubric.questions import ask
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.judged import judged
from nkd_pipeline_tests.models.test_probe import described

KINDS = {"blip_vqa": BlipVqa, "blip2": ImageTextVqa, "llava": ImageTextVqa}


def judge(folder, kind, **settings):
    stage = kind(kind.Settings(model=str(folder), **settings))
    stage.load()
    return stage


@pytest.fixture(scope="module", params=sorted(KINDS))
def vqa(request, tiny):
    return judge(tiny / request.param, KINDS[request.param])


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Pictures of several shapes, with questions of several lengths."""
    folder = tmp_path_factory.mktemp("pictures")
    return [described(judged(folder, number, ((224, 224), (256, 192), (100, 140))[number % 3]), number) for number in range(9)]


@functools.cache
def loaded(folder, *names):
    """Classes of transformers, loaded from a folder as its documentation says."""
    import transformers

    return [getattr(transformers, name).from_pretrained(folder) for name in names]


def blip_reference(folder, row, question):
    """Log-odds by the library's parts, one picture and one question; the first word's likelihood is that of its `generate`."""
    import torch

    model, processor = loaded(folder, "BlipForQuestionAnswering", "BlipProcessor")
    with Image.open(row.image_file) as picture, torch.no_grad():
        inputs = processor(images=picture.convert("RGB"), text=question, return_tensors="pt")
        first = model.generate(**inputs, max_new_tokens=1, output_logits=True, return_dict_in_generate=True).logits[0][0].log_softmax(-1)
        seen = model.vision_model(pixel_values=inputs.pixel_values)[0]
        told = model.text_encoder(input_ids=inputs.input_ids, attention_mask=inputs.attention_mask, encoder_hidden_states=seen)[0]
        scores = []
        for word in ("yes", "no"):
            token, end = processor.tokenizer.convert_tokens_to_ids([word, "[SEP]"])
            start = model.config.text_config.bos_token_id
            second = model.text_decoder(input_ids=torch.tensor([[start, token]]), encoder_hidden_states=told).logits[0, -1].log_softmax(-1)
            scores.append((first[token] + second[end]).item())
    return scores[0] - scores[1]


def blip2_reference(folder, row, question):
    import torch

    model, processor = loaded(folder, "Blip2ForConditionalGeneration", "Blip2Processor")
    with Image.open(row.image_file) as picture, torch.no_grad():
        inputs = processor(images=picture.convert("RGB"), text=f"Question: {question} Answer:", return_tensors="pt")
        logits = model(**inputs, decoder_input_ids=torch.zeros((1, 1), dtype=torch.long)).logits[0, 0]
    yes, no = processor.tokenizer.convert_tokens_to_ids(["yes", "no"])
    return (logits[yes] - logits[no]).item()


def llava_reference(folder, row, question):
    import torch

    model, processor = loaded(folder, "LlavaForConditionalGeneration", "LlavaProcessor")
    text = f"USER: <image>\n{question} Answer with yes or no only. ASSISTANT:"
    with Image.open(row.image_file) as picture, torch.no_grad():
        logits = model(**processor(images=picture.convert("RGB"), text=text, return_tensors="pt")).logits[0, -1]
    yes, no = processor.tokenizer.convert_tokens_to_ids(["yes", "no"])
    return (logits[yes] - logits[no]).item()


@pytest.mark.parametrize(("name", "reference"), [("blip_vqa", blip_reference), ("blip2", blip2_reference), ("llava", llava_reference)])
def test_answers_are_those_of_the_library(tiny, rows, name, reference):
    records = judge(tiny / name, KINDS[name])(rows[1:3])
    asked = [(row, answer) for row, record in zip(rows[1:3], records, strict=True) for answer in record.answers]
    assert [answer.margin for _, answer in asked] == pytest.approx([reference(tiny / name, row, answer.question) for row, answer in asked], abs=1e-3)


@pytest.mark.parametrize("size", [1, 4])
def test_a_batch_answers_as_its_rows_alone(vqa, rows, size):
    """With questions of mixed length in one batch BLIP answers wrongly, so they are grouped by wording."""
    whole = [answer for record in vqa(rows) for answer in record.answers]
    parts = [answer for start in range(0, 9, size) for record in vqa(rows[start : start + size]) for answer in record.answers]
    assert [answer.margin for answer in parts] == pytest.approx([answer.margin for answer in whole], abs=1e-4)
    assert len({round(answer.margin, 2) for answer in whole}) > 10


def test_each_question_is_put_to_all_its_pictures_at_once(vqa, rows, monkeypatch):
    calls, ask_model = [], vqa._model.log_odds
    monkeypatch.setattr(
        vqa._model, "log_odds", lambda seen, places, question: calls.append((question, tuple(places))) or ask_model(seen, places, question)
    )
    vqa(rows)
    expected = {}
    for place, row in enumerate(rows):
        for question in ask(row.attributes, row.prompt).questions:
            expected.setdefault(question.yes_no, []).append(place)
    assert dict(calls) == {vqa.asked(question): tuple(places) for question, places in expected.items()}
    assert len(calls) == len(expected)


def test_an_answer_keeps_the_probability_of_yes(vqa, rows):
    (record,) = vqa([rows[1]])
    assert (record.article_id, record.judge, record.model) == ("A-1", "vqa", vqa.backend)
    for answer in record.answers:
        assert (answer.probability > 0.5) == (answer.margin > 0)
        assert answer.question.endswith("?")
        assert answer.best == ""
    assert "neckline" in {answer.cause for answer in record.answers}


def test_what_is_not_asked_about_is_named(vqa, rows):
    assert "neckline: open back" in vqa([rows[3]])[0].reason
    silent = replace(rows[0], attributes=Attributes("A-0", "", "", ""), prompt=replace(rows[0].prompt, colours=()))
    (record,) = vqa([silent])
    assert (record.answers, record.model, record.reason) == ((), "", "")


def test_damaged_weights_give_no_answer(tiny, tmp_path, rows):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "blip_vqa", tmp_path / "damaged")
    weights = load_file(folder / "model.safetensors")
    weights["vision_model.post_layernorm.weight"][0] = float("nan")
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(RowError, match="weights are damaged"):
        judge(folder, BlipVqa)(rows[:1])


@pytest.mark.parametrize("name", ["blip2", "blip_vqa"])
def test_a_folder_without_all_weights_is_refused(tiny, tmp_path, name):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / name, tmp_path / "half a model")
    weights = load_file(folder / "model.safetensors")
    save_file(
        {key: value for key, value in weights.items() if "vision_model.post_layernorm" not in key}, folder / "model.safetensors", {"format": "pt"}
    )
    with pytest.raises(CheckpointError, match="lacks 2 weights of its model, the first is vision_model"):
        judge(folder, KINDS[name])


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        pytest.param("blip2", BlipVqa, "is Blip2ForConditionalGeneration, not BlipForQuestionAnswering", id="another of the family"),
        pytest.param("clip", BlipVqa, "is CLIPModel, not", id="no model that answers"),
        pytest.param("open_clip", BlipVqa, "no sound config.json", id="another library's"),
        pytest.param("marian", ImageTextVqa, "no vision-language model", id="a model without eyes"),
        pytest.param("blip_vqa", ImageTextVqa, "which writes no free answers", id="loaded without its head"),
    ],
)
def test_another_kind_of_model_is_refused(tiny, name, kind, says):
    with pytest.raises(CheckpointError, match=says):
        judge(tiny / name, kind)


def test_a_model_whose_yes_and_no_begin_alike_is_refused(tiny, tmp_path):
    folder = shutil.copytree(tiny / "blip2", tmp_path / "stammerer")
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    tokenizer["added_tokens"] = [token for token in tokenizer["added_tokens"] if token["content"] not in ("yes", "no")]
    file.write_text(json.dumps(tokenizer))
    with pytest.raises(CheckpointError, match="same first token"):
        judge(folder, ImageTextVqa)


def test_a_model_with_a_chat_template_is_asked_in_it(tiny):
    asked = judge(tiny / "llava", ImageTextVqa, chat="{question} Yes or no?").asked("Is it red?")
    assert asked == "USER: <image>\nIs it red? Yes or no? ASSISTANT:"
    assert judge(tiny / "blip2", ImageTextVqa).asked("Is it red?") == "Question: Is it red? Answer:"


def test_stages_that_share_a_model_keep_their_own_wordings(tiny):
    one, other = (judge(tiny / "blip2", ImageTextVqa, plain=wording) for wording in ("{question} Answer:", "Q: {question} A:"))
    assert one._model is other._model
    assert (one.asked("Red?"), other.asked("Red?")) == ("Red? Answer:", "Q: Red? A:")


@pytest.mark.parametrize("wording", ["no slot", "{question} and {question}", "{question} {answer}"])
def test_a_wording_must_hold_the_question(wording):
    with pytest.raises(ValueError, match=r"\{question\} once"):
        ImageTextVqa.Settings(model="./x", plain=wording)


def test_the_fingerprint_follows_the_wording_and_not_the_batch(tiny):
    def fingerprint(**settings):
        return ImageTextVqa(ImageTextVqa.Settings(model=str(tiny / "blip2"), **settings)).fingerprint()

    assert fingerprint() == fingerprint(batch_size=3)
    assert fingerprint() != fingerprint(plain="{question}")
