"""Pairs from the project's own articles: always the same, and the long text says what the short one says."""

import pytest

from nkd_pipeline.models.prompt_improver.article_pairs import article_pairs, is_held_out
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.styles import invented_styles


@pytest.fixture(scope="module")
def pairs():
    return article_pairs(300, seed=3, held_out_share=0.2, style_share=0.4)


def test_same_arguments_give_the_same_pairs(pairs):
    assert article_pairs(300, seed=3, held_out_share=0.2, style_share=0.4) == pairs
    assert article_pairs(300, seed=4, held_out_share=0.2, style_share=0.4) != pairs


def test_no_short_prompt_is_on_both_sides(pairs):
    assert len({pair.basic for pair in pairs}) == 300
    assert 40 <= sum(pair.held_out for pair in pairs) <= 80
    assert all(pair.held_out == is_held_out(pair.basic.upper() + " ", 0.2) for pair in pairs)


def test_long_text_says_all_that_the_short_one_says(pairs):
    for pair in pairs:
        _, *phrases = pair.basic.split(", ")
        # garments have other names in prompts: a jersey shirt, a sweater
        assert all(content(phrase) <= content(pair.improved) for phrase in phrases), pair
        assert pair.improved.startswith("Professional product photography of")


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.4, 80, 160), (1.0, 300, 300)])
def test_share_of_texts_with_invented_styles(share, least, most):
    pairs = article_pairs(300, seed=3, style_share=share)
    assert least <= sum(bool(invented_styles(pair.basic, pair.improved)) for pair in pairs) <= most


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match=r"within 0\.\.1"):
        article_pairs(1, 0, style_share=share)
