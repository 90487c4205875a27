"""Attributes are typed, come from all columns, and each says where it stood."""

import pytest

from nkd_pipeline.records import TARGET_GROUPS
from nkd_pipeline.stage import RowError, StageSettings
from nkd_pipeline.text.extraction import RuleExtractor
from nkd_pipeline_tests.text.rows import attributes


def test_facts_carry_their_column_and_words():
    found = attributes("Damen-Bluse mit V-Ausschnitt", model_descr="dunkelblau, Knopf")
    by_aspect = {fact.aspect: (fact.value, fact.column, fact.source) for fact in found.facts}
    assert by_aspect["colour"] == ("dark blue", "model_descr", "dunkelblau")
    assert by_aspect["neckline"] == ("v-neck", "name", "V-Ausschnitt")
    assert by_aspect["target_group"][1] == "name"


@pytest.mark.parametrize(
    ("texts", "group"),
    [
        pytest.param({"name": "Kinder-Jungen-T-Shirt"}, "boys", id="boys beat kids"),
        pytest.param({"name": "Damen-T-Shirt", "description": "Das Herren-T-Shirt von Reward"}, "women", id="the name beats the prose"),
        pytest.param({"name": "T-Shirt für Damen und Herren"}, "unisex", id="both are unisex"),
        pytest.param({"name": "T-Shirt", "gender": "m"}, "men", id="column gender"),
        pytest.param({"name": "Mädchen & Jungen Mütze"}, "kids", id="girls and boys are kids"),
        pytest.param({"name": "T-Shirt"}, "", id="nothing says it"),
    ],
)
def test_target_groups(texts, group):
    found = attributes(**texts)
    assert found.target_group == group
    assert found.target_group in TARGET_GROUPS


@pytest.mark.parametrize(
    ("texts", "garment"),
    [
        pytest.param({"name": "Damen-Strickpullover mit Polokragen", "model_name": "Langarmshirt"}, "sweater", id="the name beats the buyer"),
        pytest.param({"name": "Bluse", "description": "Ein T-Shirt dazu macht den Look komplett."}, "blouse", id="not what is worn with it"),
        pytest.param({"name": "Modell Anna", "model_name": "Rock"}, "skirt", id="the buyer's column when the name is silent"),
        pytest.param({"name": "Firlefanzjacke"}, "jacket", id="an unknown kind of a known garment"),
        pytest.param({"name": "Anna", "category": "Women>Clothing>Jackets"}, "jacket", id="the category last"),
    ],
)
def test_the_garment_is_what_the_article_is(texts, garment):
    assert garment in attributes(**texts).garment


def test_a_garment_that_nobody_knows_is_refused_with_the_cure():
    with pytest.raises(RowError, match=r'name "Xyzzy Plugh".*garments\.csv') as caught:
        attributes("Xyzzy Plugh")
    assert caught.value.kind == "no_garment"


def test_non_visual_claims_are_set_apart():
    found = attributes("T-Shirt", description="OEKO-TEX zertifiziert und atmungsaktiv.")
    assert found.non_visual
    assert not {fact.value for fact in found.facts} & set(found.non_visual)


def test_kids_are_said_beside_girls():
    assert [fact.value for fact in attributes("Kinder-Mädchen-T-Shirt").facts if fact.aspect == "target_group"] == ["girls", "kids"]


def test_the_four_keys_are_phrases():
    found = attributes("Herren-T-Shirt mit großem Frontdruck", model_descr="r-neck,blue 3 mel")
    assert found.product_type == "men's t-shirt"
    assert "crew neck" in found.key_visual_features
    assert found.color_material_details.startswith("blue, melange")
    assert "large front print" in found.design_aspects


def test_bare_features_say_nothing():
    found = attributes("Rock mit Saum und Ärmeln")
    assert found.hem == ""
    assert not found.details


def test_batches_keep_their_order_and_the_vocabulary_is_in_the_fingerprint():
    assert RuleExtractor(StageSettings())([]) == []
    assert "vocabulary" in RuleExtractor(StageSettings()).fingerprint()
