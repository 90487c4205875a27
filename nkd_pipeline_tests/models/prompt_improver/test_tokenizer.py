"""The tokenizer made from nothing: T5's special tokens, words whole, and everything else spelled."""

import pytest
from transformers import AutoTokenizer

from nkd_pipeline.models.prompt_improver.tokenizer import made_tokenizer

TEXTS = ["women's t-shirt, pink", 'print reading "BE HAPPY", pink', "men's coat"]


@pytest.fixture(scope="module")
def tokenizer():
    return made_tokenizer(TEXTS, 100)


def test_special_tokens_are_those_of_t5(tokenizer):
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) == (0, 1, 2)
    assert tokenizer("pink").input_ids[-1] == 1
    last = len(tokenizer) - 1
    assert tokenizer.convert_tokens_to_ids(["<extra_id_0>", "<extra_id_99>"]) == [last, last - 99]


def test_words_of_the_texts_are_whole(tokenizer):
    pieces = tokenizer.convert_ids_to_tokens(tokenizer('women\'s t-shirt, pink "BE HAPPY"').input_ids)
    assert pieces == ["▁women's", "▁t-shirt", ",", "▁pink", '▁"', "BE", "▁HAPPY", '"', "</s>"]


@pytest.mark.parametrize("text", [*TEXTS, "an unheard-of word", "ZEBRA 2000 (new)", "50% off_now"])
def test_texts_come_back_as_they_were(tokenizer, text):
    assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True) == text


def test_most_frequent_words_are_chosen(tokenizer):
    few = made_tokenizer(TEXTS, 2)
    assert few.convert_ids_to_tokens(few("pink coat").input_ids)[0] == "▁pink"
    assert len(few) < len(tokenizer)


def test_loaded_one_reads_alike(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    assert (tmp_path / "tokenizer.json").exists()  # what the library reads without SentencePiece and protobuf
    loaded = AutoTokenizer.from_pretrained(tmp_path, local_files_only=True)
    for text in (*TEXTS, "an unheard-of word"):
        assert loaded(text).input_ids == tokenizer(text).input_ids


def test_same_texts_give_the_same_tokenizer(tokenizer):
    assert made_tokenizer(TEXTS, 100).get_vocab() == tokenizer.get_vocab()
