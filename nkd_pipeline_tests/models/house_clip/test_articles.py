"""The articles that the house CLIP learns from are such as the pipeline draws, and all that it can draw is among them."""

import numpy as np
import pytest

from nkd_pipeline.models.house_clip import articles, visible
from nkd_pipeline.models.house_clip.articles import nouns, random_order
from nkd_pipeline.sketch import motifs
from nkd_pipeline.sketch.garments import GARMENTS, cuts
from nkd_pipeline.sketch.patterns import PATTERNS
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.text.vocabulary import vocabulary


def test_every_kind_and_pattern_of_the_renderer_is_learnt():
    assert set(articles.table()["kinds"]) == set(GARMENTS)
    same = visible.table()["same"]
    assert {same.get(pattern, pattern) for pattern in PATTERNS} == set(articles.table()["patterns"])


@pytest.mark.parametrize("attribute", ["neckline", "collar", "sleeves", "closure"])
def test_forms_are_words_of_the_vocabulary(attribute):
    # a word that the extractor never gives would be learnt in vain
    known = {term.english for term in vocabulary().of_aspect(attribute)}
    for entry in articles.table()["kinds"].values():
        listed = entry.get(attribute, [])
        assert set(articles.table()["forms"][listed] if isinstance(listed, str) else listed) <= known | {""}


def test_motifs_that_are_drawn_more_often_are_known():
    assert set(articles.table()["prints"]["common"]) <= set(motifs.known())


def test_a_word_for_two_kinds_names_neither():
    # "top" is a t-shirt to some texts and a tank top to others
    assert "top" not in {noun for named in nouns().values() for noun in named}
    assert "5-pocket jeans" in nouns()["jeans"]


def test_articles_can_be_drawn_and_their_prompts_are_the_pipelines():
    rng = np.random.default_rng(11)
    for order in (random_order(rng) for _ in range(150)):
        spec = garment_spec(order)
        assert spec.kind == order.attributes.sketch_kind
        assert order.prompt.colours == order.attributes.colours
        assert order.prompt.clip_prompt.startswith("a product photo of")
        assert set(cuts.words(spec.kind)) >= {"fabric"}


def test_no_article_states_what_another_form_hides():
    # texts that contradict themselves teach nothing, and pictures of them are wrong whatever is drawn
    rng = np.random.default_rng(12)
    for order in (random_order(rng) for _ in range(400)):
        stated = order.attributes
        assert not (stated.collar and stated.neckline), stated
        assert not (stated.neckline == "halter neck" and stated.sleeves), stated


def test_the_same_seed_gives_the_same_article():
    assert random_order(np.random.default_rng(5)) == random_order(np.random.default_rng(5))
