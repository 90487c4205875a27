"""What a language model says counts only as far as the article's texts say it of the garment."""

import pytest

from nkd_pipeline.text.claims import noun_of
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.grounding import forms, within
from nkd_pipeline_tests.text.replies import merge, translated


@pytest.mark.parametrize(
    ("phrases", "field"),
    [
        pytest.param(("", "turtleneck"), "neckline", id="a neckline"),
        pytest.param(("", "", "silk"), "materials", id="a material"),
        pytest.param(("", "", "striped"), "patterns", id="a pattern"),
        pytest.param(("", "", "", "butterflies"), "motifs", id="a motif"),
        pytest.param(("", "", "", "large back print"), "prints", id="a print"),
        pytest.param(("", "", "", "sequins on the sleeves"), "details", id="a detail"),
        pytest.param(("", "", "red"), "colours", id="a colour where no text names any"),
    ],
)
def test_what_the_model_makes_up_is_left_out_and_reported(phrases, field):
    row = translated(description="Die Bluse ist bequem.")
    found = merge(row, *phrases)
    assert not getattr(found, field)
    assert [finding.place for finding in found.findings] == [field]
    assert "which no text says of the article" in found.findings[0].says


@pytest.mark.parametrize(
    ("english", "texts", "phrases"),
    [
        pytest.param({"description": "The blouse without hood."}, {"description": "Ohne Kapuze."}, ("", "hood"), id="denied in both languages"),
        pytest.param({"description": "The blouse, hood."}, {"description": "Ohne Kapuze."}, ("", "hood"), id="denied in German, lost in translation"),
        pytest.param({"description": "Goes well with striped trousers."}, {}, ("", "", "striped"), id="said of another garment"),
        pytest.param({"description": "With striped lace trim."}, {}, ("", "", "striped"), id="said of a part"),
        pytest.param({"description": "With a rose at the collar."}, {}, ("", "", "rose"), id="a flower, not a colour"),
        pytest.param({"description": "The lining is made of silk."}, {}, ("", "", "silk"), id="not to be seen"),
        pytest.param(
            {"description": "The blouse by Blue Elephant pleases."},
            {"description": "Die Bluse von Blue Elephant gefällt."},
            ("", "", "", "elephant"),
            id="a brand",
        ),
        pytest.param({"description": "Easy care."}, {}, ("", "", "", "car"), id="a word that only begins alike"),
    ],
)
def test_words_that_stand_in_the_texts_without_being_said_of_the_garment_ground_nothing(english, texts, phrases):
    row = translated(english=english, **texts)
    found = merge(row, *phrases)
    own = attributes_of(row.article)
    for field in ("colours", "materials", "patterns", "motifs", "collar"):
        assert getattr(found, field) == getattr(own, field)


@pytest.mark.parametrize(
    ("product_type", "noun"),
    [
        ("Women's blue cape with hood", "cape"),
        ("men's reversible bucket hat, cotton", "reversible bucket hat"),
        ("Cushion cover (set of 2)", "cushion cover"),
        ("Product", ""),
        ("for women", ""),
        ("V-neck", ""),
        ("pockets", ""),
    ],
)
def test_a_product_type_is_reduced_to_what_the_article_is(product_type, noun):
    assert noun_of(product_type) == noun


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("striped", "stripes", True),
        ("embroidered", "embroidery", True),
        ("dotted", "dots", True),
        ("women's", "women", True),
        ("gray", "grey", True),
        ("car", "care", False),
        ("linen", "line", False),
        ("print", "prince", False),
    ],
)
def test_words_are_compared_whatever_their_ending(one, other, same):
    assert (not set(forms(one)).isdisjoint(forms(other))) is same


def test_small_words_do_not_count():
    assert within("logo on the chest", "a small logo at chest")
    assert not within("on the", "on the chest")
