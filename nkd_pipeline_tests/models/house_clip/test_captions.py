"""Captions say what is so, or one thing that is not, in the words of the pipeline and of the judge."""

import numpy as np
import pytest

from nkd_pipeline.models.house_clip import captions, truth
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.values import values
from nkd_pipeline.models.house_clip.visible import seen
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline.sketch.read import garment_spec


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(2)
    orders = [random_order(rng) for _ in range(200)]
    return [(order, seen(order, garment_spec(order))) for order in orders]


def test_right_captions_are_true_and_wrong_ones_never(drawn):
    rng = np.random.default_rng(0)
    for _, shown in drawn:
        stated = captions.some_of(shown, rng)
        codes = truth.codes([stated, captions.with_one_wrong(stated, rng)])
        right, wrong = truth.agreement(codes, truth.codes([shown]))[:, 0]
        assert right == 1
        # a wrong colour may be near the right one, and a broad word may hold for a narrow one
        assert wrong != 1 or len(set(map(tuple, codes))) == 2


def test_captions_say_what_they_state(drawn):
    rng = np.random.default_rng(0)
    for order, shown in drawn:
        stated = captions.some_of(shown, rng)
        text = captions.caption(order, stated, rng)
        assert "{" not in text
        assert stated.get("colour", "") in text
        assert "  " not in text


@pytest.mark.parametrize("attribute", values())
def test_statements_have_no_slots_left(attribute):
    for value in values()[attribute].values():
        for statement in value.statements:
            assert "{" not in captions.filled(statement, "pair of jeans", "navy"), statement


@pytest.mark.parametrize(
    ("statement", "noun", "text"),
    [
        ("a product photo of {garment} with a zip", "jacket", "a product photo of a jacket with a zip"),
        ("{garment} with a zip", "trousers", "a pair of trousers with a zip"),
        ("{a} {bare} {noun}".replace("{bare}", "orange"), "dress", "an orange dress"),
        ("{garment} in navy and {colour}", "dress", "a dress in navy and red"),
    ],
)
def test_slots_are_filled_grammatically(statement, noun, text):
    assert captions.filled(statement, noun, "red") == text


def test_the_judges_own_words_are_learnt():
    # what is asked in other words than those of the training is answered worse
    necklines = {text for value in values()["neckline"].values() for text in value.statements}
    topic = topics()["neckline"]
    assert topic.statement.replace("{says}", topic.entries["v-neck"].says) in necklines
