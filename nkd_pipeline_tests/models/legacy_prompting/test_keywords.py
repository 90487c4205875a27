"""Key phrases by KeyBERT's method: candidates are the text's own phrases, chosen by nearness and difference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.legacy_prompting.keywords import candidates, keywords, marginal_relevance
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder

TEXT = "A women's blouse with a v-neck and long sleeves, made of soft cotton."


def test_candidates_are_phrases_of_one_clause_without_function_words():
    found = candidates("Blouse with long sleeves, soft cotton", 2)
    assert found == ["blouse", "long", "long sleeves", "sleeves", "soft", "soft cotton", "cotton"]


@given(st.text(max_size=200), st.integers(1, 4))
def test_candidates_of_any_text_are_bounded_phrases_each_once(text, longest):
    found = candidates(text, longest)
    assert len(set(found)) == len(found)
    assert all(len(phrase.split()) > 0 for phrase in found)


def test_without_diversity_the_nearest_are_taken_and_with_it_what_repeats_is_not():
    """The second phrase is nearly the first one again, the third says something else."""
    text = np.array([1.0, 0.2], dtype=np.float32) / np.linalg.norm([1.0, 0.2])
    phrases = np.array([[1.0, 0.0], [0.999, 0.0447], [0.0, 1.0]], dtype=np.float32)
    assert set(marginal_relevance(text, phrases, 2, 0.0)) == {0, 1}
    assert set(marginal_relevance(text, phrases, 2, 0.7)) == {1, 2}


def test_no_more_are_chosen_than_there_are():
    assert marginal_relevance(np.ones(1, dtype=np.float32), np.ones((1, 1), dtype=np.float32), 5, 0.5) == [0]


def test_keywords_of_a_text_do_not_depend_on_the_texts_beside_it():
    model = encoder(TextEncoderSettings())
    together = keywords([TEXT, "", "Men's jeans in blue denim."], model, 5, 2, 0.3)
    assert together[0] == keywords([TEXT], model, 5, 2, 0.3)[0]
    assert together[1] == []
    assert len(together[0]) == 5
    assert all(keyword in TEXT.lower() for keyword in together[0])


@pytest.mark.parametrize("count", [1, 3])
def test_at_most_as_many_as_are_wanted(count):
    assert len(keywords([TEXT], encoder(TextEncoderSettings()), count, 3, 0.5)[0]) == count
