"""The model's own vocabulary, as open_clip reads it."""

from collections import Counter

import open_clip
import pytest

from nkd_pipeline.models.house_clip import byte_pairs

SAID = ["a red dress with a v-neck", "a red t-shirt", "a dress in dusty pink", "dresses"] * 3


@pytest.fixture
def tokenizer(tmp_path):
    path = tmp_path / "bpe.txt.gz"
    path.write_bytes(byte_pairs.written(byte_pairs.learnt(SAID)))
    return open_clip.tokenizer.SimpleTokenizer(str(path))


def test_frequent_words_are_one_token_and_all_others_still_readable(tokenizer):
    assert [len(tokenizer.encode(word)) for word in ("dress", "red", "pink")] == [1, 1, 1]
    for text in ("zebra", "größe 42 & “x”", "DRESS"):
        assert tokenizer.decode(tokenizer.encode(text)).replace(" ", "") == text.lower().replace(" ", "").replace("“", '"').replace("”", '"')


def test_the_same_captions_give_the_same_bytes_in_any_order():
    assert byte_pairs.written(byte_pairs.learnt(SAID)) == byte_pairs.written(byte_pairs.learnt(SAID[::-1]))


def test_merges_are_learnt_in_the_order_of_their_use():
    (first, *_) = byte_pairs.learnt(["aa ab ab ab"], merges=1)
    assert first == ("a", "b</w>")
    assert Counter(byte_pairs.learnt(SAID)).most_common(1)[0][1] == 1
