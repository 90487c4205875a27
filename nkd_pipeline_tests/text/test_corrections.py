"""A translation's known mistakes are put right, and only where the German shows that they are mistakes."""

import pytest

from nkd_pipeline.text.corrections import correct, traps


@pytest.mark.parametrize(
    ("english", "german", "corrected"),
    [
        pytest.param("Young t-shirt", "Jungen-T-Shirt", "Boys' t-shirt", id="Jungen are boys"),
        pytest.param("for young adventurers", "für die jungen Abenteurer", "for young adventurers", id="jungen is an adjective, Jungen are boys"),
        pytest.param("practical bag", "praktische Tasche", "practical pocket", id="Tasche is a pocket"),
        pytest.param("a young look", "ein frischer Look", "a young look", id="without the German nothing is changed"),
        pytest.param("baggy trousers", "weite Hose mit Tasche", "baggy trousers", id="whole words only"),
    ],
)
def test_traps(english, german, corrected):
    assert correct(english, german) == corrected


def test_a_bag_stays_a_bag():
    assert correct("Leather bag", "Tasche aus Leder", family="accessory") == "Leather bag"


def test_longer_phrases_come_first():
    lengths = [len(trap.wrong.pattern) for trap in traps()]
    assert lengths
    assert correct("breast bag", "Brusttasche") == "chest pocket"
