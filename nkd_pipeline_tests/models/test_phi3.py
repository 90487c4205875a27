"""A chat model on this machine extracts attributes: the same ones in any batch, from any article, with any causal chat model."""

import json
import shutil
import sys

import pytest

from nkd_pipeline.execution.engine import LoadError, load
from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.models.extraction_prompt import messages, schema
from nkd_pipeline.models.phi3 import Phi3Extractor, Phi3Settings
from nkd_pipeline.records import Article, TranslatedArticle, Translation
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.chat_models import save_qwen
from nkd_pipeline_tests.tiny.builders.conversations import row
from nkd_pipeline_tests.tiny.builders.corpus import samples

KEYS = list(schema()["properties"])


def loaded(folder, **settings):
    stage = Phi3Extractor(Phi3Settings(**{"model": str(folder), "dtype": "float32", "max_new_tokens": 48} | settings))
    stage.load()
    return stage


def conversations():
    """24 questions of the kind that the tiny model has learnt to answer, in different forms and lengths."""
    return [messages(row(sample)) for sample in samples(24, seed=5)]


def article(number=1, description=""):
    told = {"name": "Ladies' blouse", "description": description, "model_descr": "lsr, white"}
    source = Article(f"A-{number}", source_file="", source_sheet="", source_row=number, name="Damen-Bluse", description=description)
    return TranslatedArticle(source, Translation(f"A-{number}", model_name="", **told))


def copied(folder, target, file, **changes):
    """A copy of a checkpoint with changes in one of its JSON files."""
    shutil.copytree(folder, target)
    path = target / file
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return target


@pytest.mark.parametrize("constrained", ["on", "off"])
def test_a_reply_is_the_same_in_any_batch(tiny, constrained):
    """Padding, neighbours that end earlier and the mask of other rows must not show in a row's reply."""
    stage, questions = loaded(tiny / "phi3", constrained=constrained), conversations()
    single, eight, all_at_once = (
        [reply for start in range(0, 24, size) for reply in stage.complete(questions[start : start + size])] for size in (1, 8, 24)
    )
    assert single == eight == all_at_once
    assert len(set(single)) > 3  # the model does not say the same to all
    if constrained == "on":
        assert [list(json.loads(reply)) for reply in single] == [KEYS] * 24
        assert {type(value) for reply in single for value in json.loads(reply).values()} == {str}


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_side_that_a_tokenizer_was_saved_with_makes_no_difference(tiny, tmp_path, side):
    """Padded on the right, the model would go on from padding instead of the question."""
    stage = loaded(copied(tiny / "phi3", tmp_path / "phi3", "tokenizer_config.json", padding_side=side))
    questions = [*conversations()[:3], [{"role": "user", "content": "Short?"}]]
    assert stage.complete(questions) == [stage.complete([question])[0] for question in questions]


@pytest.mark.parametrize("constrained", ["on", "off"])
def test_a_model_of_another_family_follows_the_same_schema(tmp_path, constrained):
    """Another template, vocabulary and padding, and generation settings that ask for sampling; it has learnt nothing, so the mask does all."""
    stage, questions = loaded(save_qwen(tmp_path / "qwen"), max_new_tokens=160, constrained=constrained), conversations()[:3]
    together = stage.complete(questions)
    assert together == [stage.complete([question])[0] for question in questions]
    if constrained == "on":
        assert [list(json.loads(reply)) for reply in together] == [KEYS] * 3


def test_rows_become_attributes_with_the_models_own_words(tiny):
    (first, second) = loaded(tiny / "phi3", constrained="on", max_new_tokens=256)([article(1), article(2, "With lace on the sleeves.")])
    assert (first.article_id, second.article_id) == ("A-1", "A-2")
    assert list(json.loads(first.reply)) == KEYS


def test_an_article_of_any_length_gets_a_reply(tiny):
    """Within its column's limit this one has 14,000 tokens still."""
    (attributes,) = loaded(tiny / "phi3", constrained="on")([article(description="😀" * 50_000)])
    assert list(json.loads(attributes.reply)) == KEYS


def test_a_question_that_does_not_fit_fails_alone(tiny):
    stage, good = loaded(tiny / "phi3"), conversations()[0]
    endless = [{"role": "user", "content": "x" * 50_000}, {"role": "assistant", "content": "{}"}, *good]
    first, lost, last = stage.complete([good, endless, good])
    assert isinstance(lost, RowError)
    assert lost.kind == "prompt_too_long"
    assert first == last == stage.complete([good])[0]


def test_code_that_a_checkpoint_brings_is_not_run(tiny, tmp_path):
    """As in the hub's Phi-3, whose config names model classes of its own."""
    names = {"AutoConfig": "configuration_phi3.Phi3Config", "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}
    folder = copied(tiny / "phi3", tmp_path / "phi3", "config.json", auto_map=names)
    for module in ("configuration_phi3", "modeling_phi3"):
        (folder / f"{module}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit\n")
    questions = conversations()[:2]
    assert loaded(folder).complete(questions) == loaded(tiny / "phi3").complete(questions)
    assert not (tmp_path / "ran").exists()


def test_a_model_without_chat_template_is_refused(tiny, tmp_path):
    folder = shutil.copytree(tiny / "phi3", tmp_path / "phi3")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(LoadError, match="has no chat template"):
        load(Phi3Extractor(Phi3Settings(model=str(folder))))


def test_weights_that_are_missing_are_not_made_up(tiny, tmp_path):
    """The library fills them with random numbers and only logs it."""
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "phi3", tmp_path / "phi3")
    weights = load_file(folder / "model.safetensors")
    del weights["lm_head.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(LoadError, match=r"1 weights are missing, the first is lm_head\.weight"):
        load(Phi3Extractor(Phi3Settings(model=str(folder))))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param({"max_new_tokens": 8, "constrained": "on"}, "max_new_tokens = 8 is too few", id="no room for the four keys"),
        pytest.param({"max_new_tokens": 2048}, "fills the model's context of 2048", id="no room for the question"),
    ],
)
def test_room_that_cannot_do_is_said_while_loading(tiny, tmp_path, settings, says):
    folder = copied(tiny / "phi3", tmp_path / "phi3", "config.json", max_position_embeddings=2048)
    with pytest.raises(LoadError, match=says):
        load(Phi3Extractor(Phi3Settings(model=str(folder), **settings)))


def test_what_auto_came_to_is_part_of_the_fingerprint(tiny, monkeypatch):
    """A machine without llguidance gives other replies: its rows must not pass for those of one that has it."""

    def stage(**settings):
        return Phi3Extractor(Phi3Settings(model=str(tiny / "phi3"), **settings))

    with_it, on, off = stage(), stage(constrained="on"), stage(constrained="off")
    monkeypatch.setitem(sys.modules, "llguidance", None)
    without_it, wanted = stage(), stage(constrained="on")
    assert fingerprint_of(with_it) == fingerprint_of(on) == fingerprint_of(wanted) == fingerprint_of(stage(constrained="on", batch_size=1))
    assert fingerprint_of(without_it) == fingerprint_of(off) != fingerprint_of(on)
    assert (with_it.backend, without_it.backend) == ("phi3 (constrained)", "phi3 (free)")
    for settled in (with_it, wanted):  # what was promised before the package went away is not quietly broken
        with pytest.raises(LoadError, match="needs llguidance"):
            load(settled)
    load(without_it)
