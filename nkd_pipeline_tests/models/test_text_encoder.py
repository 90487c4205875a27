"""Encoders give what their models give one text at a time: those of transformers, of sentence-transformers and of open_clip."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nkd_pipeline.metrics.similarity import sentence_similarity
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline_tests.metrics.texts import pairs

TEXTS = [text for text, _ in pairs(16)] + ["navy " * 300, "x" * 5000]
KINDS = ("minilm", "open_clip", "house")


def encoder_of(tiny, name, **settings):
    return encoder(TextEncoderSettings(**settings) if name == "house" else TextEncoderSettings(model=str(tiny / name), **settings))


@pytest.mark.parametrize("layer", [1, None])
def test_tokens_are_those_of_a_plain_loop(tiny, layer):
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(tiny / "minilm"), AutoModel.from_pretrained(tiny / "minilm").eval()
    for text, read in zip(TEXTS, encoder_of(tiny, "minilm", layer=layer).token_states(TEXTS), strict=True):
        inputs = tokenizer(text, truncation=True, max_length=128, return_tensors="pt")
        with torch.no_grad():
            states = model(**inputs, output_hidden_states=True).hidden_states[layer or -1][0]
        assert read.ids.tolist() == inputs.input_ids[0].tolist()
        assert read.states == pytest.approx(states.numpy(), abs=1e-5)
        assert read.special.tolist() == [True, *[False] * (len(read.ids) - 2), True]


def test_sentences_are_means_over_tokens_of_length_1(tiny):
    minilm = encoder_of(tiny, "minilm", layer=1)  # which changes nothing: sentences come from the last layer
    means = np.stack([read.states.mean(axis=0) for read in encoder_of(tiny, "minilm").token_states(TEXTS)])
    assert minilm.sentences(TEXTS) == pytest.approx(means / np.linalg.norm(means, axis=1, keepdims=True), abs=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_batch_gives_what_each_text_alone_gives(tiny, name):
    together, alone = encoder_of(tiny, name, batch_size=16), encoder_of(tiny, name, batch_size=1)
    assert together.sentences(TEXTS) == pytest.approx(alone.sentences(TEXTS), abs=1e-5)
    for one, two in zip(together.token_states(TEXTS), alone.token_states(TEXTS), strict=True):
        assert one.states == pytest.approx(two.states, abs=2e-5)
        assert len(one.ids) == len(one.states) == len(one.special)


def test_open_clip_sentences_are_what_it_compares_with_pictures(tiny):
    import open_clip
    import torch

    name = f"local-dir:{tiny / 'open_clip'}"
    model, tokenizer = open_clip.create_model(name).eval(), open_clip.get_tokenizer(name)
    with torch.no_grad():
        expected = model.encode_text(tokenizer(TEXTS[:-1]), normalize=True).numpy()
    assert encoder_of(tiny, "open_clip").sentences(TEXTS[:-1]) == pytest.approx(expected, abs=1e-5)


def test_open_clip_tokens_end_in_what_makes_the_sentence(tiny):
    # the last layer's state of the end token is the sentence before it is projected; what follows it is padding
    import open_clip

    projection = open_clip.create_model(f"local-dir:{tiny / 'open_clip'}").text_projection.detach().numpy()
    read = encoder_of(tiny, "open_clip").token_states(TEXTS)
    ends = np.stack([one.states[-1] for one in read]) @ projection
    assert encoder_of(tiny, "open_clip").sentences(TEXTS) == pytest.approx(ends / np.linalg.norm(ends, axis=1, keepdims=True), abs=1e-5)
    assert {(one.special[0], one.special[-1]) for one in read} == {(True, True)}
    assert max(len(one.ids) for one in read) == 77
    first = encoder_of(tiny, "open_clip", layer=1).token_states(TEXTS)
    assert all(one.states.shape == two.states.shape and not np.allclose(one.states, two.states) for one, two in zip(first, read, strict=True))


def test_the_house_clip_knows_what_is_another_article_and_what_is_nonsense(tiny):
    prompt = "a product photo of a women's red long-sleeve blouse, round neck"
    others = [
        "a product photo of a women's red long-sleeve blouse, v-neck",
        "a product photo of a women's navy long-sleeve blouse, round neck",
        "a product photo of children's striped shorts in green and white, elastic waistband",
        "the committee will review quarterly budget reports before april",
        "xqz vwk plm oijn wert",
    ]
    near, colour, far, english, letters = sentence_similarity([prompt] * 5, others, encoder_of(tiny, "house"))
    assert 1 > near > 0.8 > colour > 0.4 > max(far, english, letters)
    assert encoder_of(tiny, "house").name == "house-clip, layer 2"


def test_roberta_reads_the_first_word_as_any_other(tiny, tmp_path):
    # as bert-score does, whose published figures for these models rest on it
    import torch
    from open_clip.tokenizer import bytes_to_unicode
    from transformers import RobertaConfig, RobertaModel, RobertaTokenizer

    torch.manual_seed(0)
    words = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *bytes_to_unicode().values(), "Ġb"]
    tokenizer = RobertaTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=[("Ġ", "b")])
    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": len(words)}
    tokenizer.save_pretrained(tmp_path)
    RobertaModel(RobertaConfig(**size, max_position_embeddings=34, pad_token_id=1, bos_token_id=0, eos_token_id=2)).save_pretrained(tmp_path)
    roberta = encoder(TextEncoderSettings(model=str(tmp_path)))
    assert [ids.tolist() for ids in roberta.token_ids(["b", "b b", ""])] == [[0, len(words) - 1, 2], [0, *[len(words) - 1] * 2, 2], [0, 2]]
    # its tokenizer knows no limit; the model's is 34 positions, the first two of which are never used
    assert len(roberta.token_states(["b " * 100])[0].ids) == 32


def test_of_a_model_that_also_writes_the_encoder_reads(tiny, tmp_path):
    import torch
    from transformers import T5Config, T5EncoderModel, T5ForConditionalGeneration

    from nkd_pipeline_tests.tiny.builders.vocabularies import t5_tokenizer

    torch.manual_seed(0)
    tokenizer = t5_tokenizer()
    config = T5Config(vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=16, num_layers=2, num_heads=2, decoder_start_token_id=0)
    T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    (read,) = encoder(TextEncoderSettings(model=str(tmp_path))).token_states(["blouse"])
    with torch.no_grad():
        states = T5EncoderModel.from_pretrained(tmp_path).eval()(torch.from_numpy(read.ids)[None]).last_hidden_state[0]
    assert read.states == pytest.approx(states.numpy(), abs=1e-5)
    assert read.special[-1]


@pytest.mark.parametrize("name", KINDS)
def test_no_texts_and_blank_texts(tiny, name):
    one = encoder_of(tiny, name)
    assert one.token_states([]) == one.token_ids([]) == []
    assert len(one.sentences([])) == 0
    assert np.isfinite(one.sentences(["", "  "])).all()


@given(st.text(max_size=200))
def test_no_text_is_refused(tiny, text):
    for name in ("minilm", "house"):
        (read,) = encoder_of(tiny, name).token_states([text])
        assert np.isfinite(read.states).all()
        assert np.linalg.norm(encoder_of(tiny, name).sentences([text])) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("clip", "is CLIPModel, which reads more than text", id="text and pictures"),
        pytest.param("flux_lora", "is no text encoder that the installed transformers can load", id="no model of its own"),
    ],
)
def test_models_that_are_no_encoders_of_texts_are_refused(tiny, name, says):
    with pytest.raises(CheckpointError, match=says):
        encoder_of(tiny, name)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        pytest.param("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "by Pooling in a way that is not used here", id="the first token"),
        pytest.param("modules.json", [{"type": "x.Dense", "path": "3_Dense"}], "by Dense in a way that is not used here", id="another layer"),
        pytest.param("modules.json", [{"kind": "Pooling"}], "does not say how it makes sentences", id="a list that says nothing"),
    ],
)
def test_sentences_made_in_another_way_are_refused(tiny, tmp_path, file, content, says):
    folder = shutil.copytree(tiny / "minilm", tmp_path / "other")
    (folder / file).write_text(json.dumps(content))
    with pytest.raises(CheckpointError, match=says):
        encoder(TextEncoderSettings(model=str(folder)))


def test_newer_way_to_say_how_sentences_are_made(tiny, tmp_path):
    folder = shutil.copytree(tiny / "minilm", tmp_path / "newer")
    (folder / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode": "mean"}))
    assert encoder(TextEncoderSettings(model=str(folder))).sentences(TEXTS[:1]).shape == (1, 32)


def test_damaged_weights_give_no_figures(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "minilm", tmp_path / "damaged")
    weights = load_file(folder / "model.safetensors")
    weights["encoder.layer.2.output.dense.bias"][0] = float("nan")
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match=r"damaged@.* gave no numbers for some text: its weights are damaged"):
        encoder(TextEncoderSettings(model=str(folder))).sentences(["blouse"])


def test_missing_weights_are_not_made_up_but_the_unused_pooler_may_be_missing(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "minilm", tmp_path / "without pooler")
    weights = load_file(folder / "model.safetensors")
    save_file({name: tensor for name, tensor in weights.items() if "pooler" not in name}, folder / "model.safetensors", {"format": "pt"})
    whole = encoder_of(tiny, "minilm").sentences(TEXTS[:5])
    assert encoder(TextEncoderSettings(model=str(folder))).sentences(TEXTS[:5]) == pytest.approx(whole, abs=1e-6)

    folder = shutil.copytree(tiny / "minilm", tmp_path / "half")
    save_file({name: tensor for name, tensor in weights.items() if "layer.2" not in name}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(CheckpointError, match="lacks 16 weights of its model"):
        encoder(TextEncoderSettings(model=str(folder)))


def test_a_layer_that_is_not_there_is_refused(tiny):
    with pytest.raises(CheckpointError, match=r"minilm@\w+ has 3 layers, there is no layer 4\. Correct `layer` in the profile"):
        encoder_of(tiny, "minilm", layer=4)
    with pytest.raises(ValidationError):
        TextEncoderSettings(layer=0)
