"""Every finding names its kind, its place and what was done about it."""

import pytest

from nkd_pipeline.text.lint import findings_of
from nkd_pipeline_tests.text.rows import described, prompt

RESOLUTIONS = {
    "ambiguous_term": "glossary_expansion",
    "missing_attribute": "catalog_default",
    "conflicting_features": "emphasis",
    "cultural_mismatch": "localisation_rule",
}


@pytest.mark.parametrize(
    ("texts", "kind", "text"),
    [
        pytest.param({"name": "Jungen-Shirt mit Tasche"}, "ambiguous_term", "Tasche", id="a pocket, not a bag"),
        pytest.param({"name": "T-Shirt", "model_descr": "r-neck,blue"}, "ambiguous_term", "r-neck", id="buyers' shorthand"),
        pytest.param({"name": "Basic-T-Shirt mit großem Frontdruck"}, "conflicting_features", "basic", id="basic but loud"),
        pytest.param(
            {"name": "Damen-T-Shirt", "description": "Das Herren-T-Shirt von Reward"}, "conflicting_features", "men", id="two target groups"
        ),
        pytest.param({"name": "Bluse, große Größen"}, "cultural_mismatch", "grosse grössen", id="German plus sizes"),
        pytest.param({"name": "T-Shirt"}, "missing_attribute", "", id="for whom is not said"),
    ],
)
def test_findings(texts, kind, text):
    found = [finding for finding in findings_of(described(**texts), "us") if finding.kind == kind]
    assert any(text.lower() in finding.text.lower() for finding in found), found
    assert {finding.resolution for finding in found} == {RESOLUTIONS[kind]}
    assert all(finding.says and finding.place for finding in found)


def test_a_bag_is_no_ambiguous_word():
    assert not [finding for finding in findings_of(described("Tasche aus Leder"), "us") if finding.text == "Tasche"]


def test_a_clear_article_has_no_findings():
    assert prompt("Damen-Bluse mit V-Ausschnitt", color="rot").findings == ()


def test_the_market_is_reported():
    found = findings_of(described("Damen-Pullover", color="rot"), "uk")
    assert [finding.says for finding in found if finding.place == "garment"] == ["called “jumper” for the UK market"]
