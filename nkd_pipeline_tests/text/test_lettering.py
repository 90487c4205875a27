"""What is printed on a garment is kept as written; a style's name is not printed on it."""

import pytest

from nkd_pipeline_tests.text.rows import attributes


@pytest.mark.parametrize(
    ("texts", "lettering"),
    [
        pytest.param({"name": "Shirt", "description": 'Mit "cool vibes"-Druck.'}, ("cool vibes",), id="quoted before the print"),
        pytest.param({"name": "Shirt", "description": "Mit dem Spruch „Hör auf dein Herz“."}, ("Hör auf dein Herz",), id="umlauts and German quotes"),
        pytest.param({"name": "Shirt", "description": "Mit Schriftzug ROCK & ROLL vorne."}, ("ROCK & ROLL",), id="capitals without quotes"),
        pytest.param({"name": 'Shorts "College"'}, (), id="a style's name"),
        pytest.param({"name": "Jeans »Chico«", "description": "Die Jeans »Chico« mit Print."}, (), id="a style's name in prose"),
        pytest.param(
            {"name": "Shirt", "model_descr": "grün, Druck Happy Sunday Club"}, ("Happy Sunday Club",), id="foreign words behind a buyer's Druck"
        ),
        pytest.param({"name": "Shirt", "model_descr": "grün, Druck Katze"}, (), id="a motif is no lettering"),
        pytest.param(
            {"name": "Shirt", "description": 'Der Druck "World Journey" gefällt.', "model_descr": "grün, Druck World Journ"},
            ("World Journey",),
            id="the shorthand's cut-off copy is no second text",
        ),
    ],
)
def test_lettering(texts, lettering):
    assert attributes(**texts).lettering == lettering
