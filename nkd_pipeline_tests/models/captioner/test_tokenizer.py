"""Prompts survive the tokenizer of a small captioner."""

import pytest

from nkd_pipeline.models.captioner.tokenizer import made_tokenizer, tidied

TEXTS = [
    "a product photo of a women's t-shirt in rose gold, crew neck",
    "girls' 5-pocket jeans, long",
    'a pair of kids\' v-neck pyjamas, motif print showing flower and reading "GOOD VIBES", 3/4 length',
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_prompt_comes_back_in_lower_case(text):
    tokenizer = made_tokenizer(TEXTS, 100, 64)
    assert tidied(tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True)) == text.lower()


def test_words_that_are_not_among_the_frequent_ones_are_spelled():
    tokenizer = made_tokenizer(TEXTS, 5, 64)
    assert tidied(tokenizer.decode(tokenizer("unicorn in pink").input_ids, skip_special_tokens=True)) == "unicorn in pink"


def test_the_same_texts_give_the_same_tokenizer_in_any_order():
    assert made_tokenizer(TEXTS, 20, 64).get_vocab() == made_tokenizer(TEXTS[::-1], 20, 64).get_vocab()
