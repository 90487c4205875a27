"""Cosines of sentences: of equal ones 1, of nothing 0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.similarity import sentence_similarity
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline_tests.metrics.texts import pairs


@pytest.fixture(scope="module")
def minilm(tiny):
    return encoder(TextEncoderSettings(model=str(tiny / "minilm")))


def test_cosines_of_the_encoders_sentences(minilm):
    both = [pair for pair in pairs(60) if all(map(str.strip, pair))]
    first, second = ([pair[side] for pair in both] for side in (0, 1))
    expected = np.einsum("ij,ij->i", minilm.sentences(first), minilm.sentences(second))
    assert sentence_similarity(first, second, minilm) == pytest.approx(expected, abs=1e-5)


def test_blank_texts_are_like_none(minilm):
    assert sentence_similarity(["", "blouse", " \n"], ["blouse", "", ""], minilm).tolist() == [0, 0, 0]
    assert sentence_similarity([], [], minilm).shape == (0,)


def test_texts_without_partner_are_refused(minilm):
    with pytest.raises(ValueError, match="1 texts cannot be compared with 2"):
        sentence_similarity(["one"], ["one", "two"], minilm)


@given(st.text(max_size=40), st.text(max_size=40))
def test_identity_range_and_symmetry(minilm, text, other):
    there, back, same = (float(sentence_similarity([one], [two], minilm)[0]) for one, two in ((text, other), (other, text), (text, text)))
    assert same == pytest.approx(1 if text.strip() else 0, abs=1e-5)
    assert -1 - 1e-6 <= there <= 1 + 1e-6
    assert there == pytest.approx(back, abs=1e-5)
