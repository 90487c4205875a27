"""Named colours, hex codes and CIEDE2000."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.text import colours

# Sharma, Wu and Dalal (2005), table 1: L1 a1 b1 L2 a2 b2 and the distance
SHARMA = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1.0000
50 -1.1848 -84.8006 50 0 -82.7485 1.0000
50 -0.9009 -85.5211 50 0 -82.7485 1.0000
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.4900 -0.0010 50 -2.4900 0.0009 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0010 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0011 7.2195
50 2.4900 -0.0010 50 -2.4900 0.0012 7.2195
50 -0.0010 2.4900 50 0.0009 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0010 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0011 -2.4900 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1.0000
50 2.5 0 50 3.2972 0 1.0000
50 2.5 0 50 1.8634 0.5757 1.0000
50 2.5 0 50 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


def test_delta_e2000_gives_the_published_distances():
    pairs = np.array([[float(cell) for cell in line.split()] for line in SHARMA.strip().splitlines()])
    assert pairs.shape == (34, 7)
    assert np.round(colours.delta_e2000(pairs[:, :3], pairs[:, 3:6]), 4) == pytest.approx(pairs[:, 6], abs=1e-4)
    assert colours.delta_e2000(pairs[:, 3:6], pairs[:, :3]) == pytest.approx(pairs[:, 6], abs=1e-4)


def test_distances_broadcast():
    assert colours.delta_e2000(np.zeros((3, 1, 3)), np.ones((1, 4, 3))).shape == (3, 4)


def test_the_table_is_consistent_and_its_colours_can_be_told_apart():
    table = colours.named_colours()
    labs = np.array([colour.lab for colour in table.values()])
    computed = colours.rgb_to_lab(np.array([colour.rgb for colour in table.values()], dtype=np.uint8))
    assert np.abs(labs - computed).max() < 0.01
    distances = colours.delta_e2000(labs[:, None], labs[None])
    np.fill_diagonal(distances, np.inf)
    assert distances.min() > 2
    assert "multicolour" not in table


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        pytest.param("navy", "navy", id="exact"),
        pytest.param("Dark Blue", "dark blue", id="case does not count"),
        pytest.param("blue melange", "blue", id="modifier behind"),
        pytest.param("very dark blue", "dark blue", id="modifier in front of a two-word name"),
        pytest.param("heather light gray", "light grey", id="American spelling"),
        pytest.param("off-white", "off-white", id="hyphen is part of the name"),
        pytest.param("rose gold", "rose gold", id="two names in one: the longer wins"),
        pytest.param("white navy", "navy", id="two names side by side: the noun stands last"),
        pytest.param("multicolour", None, id="no single colour"),
        pytest.param("redundant", None, id="a colour inside a word is none"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_find(phrase, name):
    colour = colours.find(phrase)
    assert (colour.name if colour else None) == name


@pytest.mark.parametrize("name", list(colours.named_colours()))
def test_every_colour_is_nearest_to_itself(name):
    assert colours.nearest_hex(colours.named_colours()[name].hex) == name


def test_a_customer_table_replaces_ours(tmp_path):
    table = tmp_path / "house.csv"
    table.write_text("name,hex\nHouse Midnight,#101838\nHouse Snow,#fff\n", encoding="utf-8")
    assert colours.nearest_hex("#1d2746", table) == "House Midnight"
    assert colours.nearest_hex("f0f0f0", str(table)) == "House Snow"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("title,hex\nx,#fff\n", "columns name and hex", id="other header"),
        pytest.param("name,hex\n", "at least one row", id="no rows"),
        pytest.param("name,hex\nx,blue\n", '"blue" is no hex colour', id="no code in the row"),
    ],
)
def test_an_unusable_customer_table_says_what_is_wrong(tmp_path, content, says):
    table = tmp_path / "house.csv"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        colours.nearest_hex("#000000", table)


@pytest.mark.parametrize("code", ["", "#12", "#12345", "navy", "#gggggg", "#1234567"])
def test_bad_hex_codes_are_refused(code):
    with pytest.raises(ValueError, match="no hex colour"):
        colours.nearest_hex(code)


def test_large_and_small_pictures_are_converted_alike():
    rgb = np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    assert np.abs(colours.rgb_to_lab(rgb)[:4] - colours.rgb_to_lab(rgb[:4])).max() < 0.3


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_conversion_stays_in_range(rgb):
    light, a, b = colours.rgb_to_lab(np.array([rgb], dtype=np.uint8))[0]
    assert -0.01 <= light <= 100.01
    assert max(abs(a), abs(b)) < 130


def test_conversion_refuses_floats():
    with pytest.raises(ValueError, match="uint8"):
        colours.rgb_to_lab(np.zeros((2, 3), dtype=np.float32))
