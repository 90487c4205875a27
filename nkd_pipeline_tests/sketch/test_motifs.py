"""The motif library and lettering."""

import numpy as np
import pytest

from nkd_pipeline.sketch import lettering, motifs

RED, WHITE = (200, 30, 40), (250, 250, 250)


@pytest.mark.parametrize("name", motifs.known())
def test_every_motif_stays_near_its_field_and_has_a_body(name):
    shapes = motifs.shapes_of(name, RED, WHITE)
    points = np.concatenate([outline for outline, _ in shapes])
    assert np.abs(points).max() < 0.60
    assert np.ptp(points, axis=0).min() > 0.3


@pytest.mark.parametrize(
    ("words", "motif"),
    [
        pytest.param("dinosaur", "dinosaur", id="exact"),
        pytest.param("Cute Dinosaurs", "dinosaur", id="adjective, plural, capitals"),
        pytest.param("t-rex", "dinosaur", id="alias"),
        pytest.param("strawberries", "strawberry", id="irregular plural"),
        pytest.param("carpet", "", id="a motif inside a word is none"),
        pytest.param("quantum field", "", id="unknown"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_words_are_resolved(words, motif):
    assert motifs.resolved(words) == motif


def test_unknown_motifs_become_emblems_that_differ_by_name():
    first, again, other = (motifs.shapes_of(words, RED, WHITE) for words in ("gizmo", "gizmo", "widget"))
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(first, again, strict=True))
    assert any(a.shape != b.shape or not np.allclose(a, b) for (a, _), (b, _) in zip(first, other, strict=True))


def test_umlauts_and_eszett_are_drawn():
    missing = lettering.coverage(("\uffff",))
    for letter, base in (("Ä", "A"), ("ö", "o"), ("Ü", "U"), ("ß", "s")):
        drawn = lettering.coverage((letter,))
        assert drawn.max() == 1.0
        assert drawn.shape != missing.shape or not np.array_equal(drawn, missing), "not the box of a missing letter"
        plain = lettering.coverage((base,))
        assert drawn.shape != plain.shape, "the dots make it taller, or it is another letter"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("Größe", ["Größe"], id="one word"),
        pytest.param("Abenteuer im Dschungel", ["Abenteuer im", "Dschungel"], id="broken at a space"),
        pytest.param("a b c d e f g h i j k l m n o p q r s t u v w x y z " * 3, 3, id="never more than three lines"),
        pytest.param("   ", [], id="blank"),
    ],
)
def test_long_lettering_is_wrapped(text, lines):
    wrapped = lettering.wrapped(text)
    assert (len(wrapped) if isinstance(lines, int) else wrapped) == lines
