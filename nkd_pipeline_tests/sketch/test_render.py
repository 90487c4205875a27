"""What every picture must be: whole, centred, evenly lit, in the stated colour, and the same each time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nkd_pipeline.sketch.fabric import WEAVES
from nkd_pipeline.sketch.garments import GARMENTS, cuts
from nkd_pipeline.sketch.patterns import PATTERNS
from nkd_pipeline.sketch.render import render
from nkd_pipeline.sketch.spec import Print
from nkd_pipeline.text.colours import delta_e2000, rgb_to_lab
from nkd_pipeline_tests.sketch.makers import covered, garment

KINDS = sorted(GARMENTS)
SMALL = 128


def test_every_cut_is_drawn_and_every_garment_has_a_cut():
    assert set(GARMENTS) == cuts.kinds()


@pytest.mark.parametrize("kind", KINDS)
def test_garment_is_whole_centred_and_on_an_even_background(kind):
    picture = render(garment(kind), SMALL)
    assert picture.shape == (SMALL, SMALL, 3)
    assert picture.dtype == np.uint8
    rows, columns = np.nonzero(covered(picture))
    margin = min(rows.min(), columns.min(), SMALL - 1 - rows.max(), SMALL - 1 - columns.max())
    assert margin >= 0.04 * SMALL
    assert abs((columns.min() + columns.max()) / 2 - SMALL / 2) < 0.03 * SMALL
    assert abs((rows.min() + rows.max()) / 2 - SMALL / 2) < 0.04 * SMALL
    assert max(np.ptp(columns), np.ptp(rows)) > 0.6 * SMALL, "the garment fills the picture"
    border = np.concatenate([picture[:4].reshape(-1, 3), picture[-4:].reshape(-1, 3), picture[:, :4].reshape(-1, 3), picture[:, -4:].reshape(-1, 3)])
    assert border.min() >= 243, "L 97 and more"
    assert np.ptp(border.max(axis=1)) <= 6


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bytes_other_seed_another_picture_of_the_same_garment(kind):
    spec = garment(kind, accents=((240, 240, 240),), seed=3)
    first, again, other = render(spec, SMALL), render(spec, SMALL), render(replace(spec, seed=4), SMALL)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    both, either = covered(first) & covered(other), covered(first) | covered(other)
    assert both.sum() > 0.75 * either.sum()


@pytest.mark.parametrize(
    "colour",
    [
        pytest.param((178, 34, 40), id="red"),
        pytest.param((28, 38, 80), id="navy is dark"),
        pytest.param((244, 218, 120), id="light yellow is near the background"),
        pytest.param((27, 27, 27), id="black must not turn grey"),
        pytest.param((246, 246, 246), id="white must not turn grey"),
    ],
)
@pytest.mark.parametrize("kind", ["t-shirt", "dress", "trousers", "sweater", "jacket", "bodysuit"])
def test_dominant_colour_is_the_stated_one(kind, colour):
    picture = render(garment(kind, colour, background=93.8), SMALL)
    inside = picture[covered(picture, 3)]
    measured = np.median(inside, axis=0)
    both = rgb_to_lab(np.array([[measured, colour]], dtype=np.uint8))[0]
    assert float(delta_e2000(both[0], both[1])) < 7


def test_white_garment_stands_out_from_light_grey():
    picture = render(garment("t-shirt", (246, 246, 246), background=93.8), 256)
    shirt, corner = picture[128, 128].astype(int), picture[3, 3].astype(int)
    assert shirt.min() - corner.max() >= 6


@pytest.mark.parametrize(
    ("place", "inside", "outside"),
    [
        pytest.param("front", (slice(90, 170), slice(100, 156)), None, id="large on the front"),
        pytest.param(
            "left chest", (slice(88, 126), slice(130, 170)), (slice(140, 190), slice(90, 125)), id="small on the wearer's left, the viewer's right"
        ),
    ],
)
def test_print_lies_where_it_is_stated(place, inside, outside):
    plain = garment("t-shirt")
    printed = replace(plain, printed=Print("heart", (), place))
    change = np.abs(render(printed, 256).astype(int) - render(plain, 256).astype(int)).max(axis=2) > 40
    assert change[inside].mean() > 0.12
    if outside:
        assert not change[outside].any()


def test_print_leaves_the_rest_of_the_garment_alone():
    plain = garment("t-shirt")
    change = render(replace(plain, printed=Print("cat")), 256).astype(int) - render(plain, 256)
    assert not change[205:].any()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param("t-shirt", {"neckline": "v-neck"}, id="neckline"),
        pytest.param("t-shirt", {"sleeves": "long sleeves"}, id="sleeves"),
        pytest.param("shirt", {"collar": "stand-up collar"}, id="collar"),
        pytest.param("sweatshirt", {"closure": "zip"}, id="closure"),
        pytest.param("blouse", {"hem": "ruffle hem"}, id="hem"),
        pytest.param("dress", {"length": "maxi"}, id="length"),
        pytest.param("trousers", {"fit": "wide-leg"}, id="fit"),
        pytest.param("trousers", {"details": ("cargo pockets",)}, id="cargo pockets"),
        pytest.param("shirt", {"details": ("chest pocket",)}, id="chest pocket"),
        pytest.param("beanie", {"details": ("pompom",)}, id="pompom"),
        pytest.param("quilted jacket", {"details": ("fur trim",), "collar": "hood"}, id="fur hood"),
        pytest.param("t-shirt", {"group": "baby"}, id="target group"),
        pytest.param("t-shirt", {"fabric": "knit"}, id="fabric"),
    ],
)
def test_a_stated_feature_changes_the_picture(kind, change):
    assert np.abs(render(garment(kind), 200).astype(int) - render(garment(kind, **change), 200)).max() > 12


words = cuts.table()
specs = st.builds(
    lambda kind, colour, accents, forms, print_, seed: garment(kind, colour, tuple(accents), printed=print_, seed=seed, **forms),
    st.sampled_from(KINDS),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.lists(st.tuples(*[st.integers(0, 255)] * 3), max_size=5),
    st.fixed_dictionaries(
        {
            "pattern": st.sampled_from(sorted(PATTERNS)),
            "fabric": st.sampled_from(sorted(WEAVES)),
            "neckline": st.sampled_from(["", *words["necks"], "one-shoulder neck"]),
            "sleeves": st.sampled_from(["", *words["sleeves"], "sheer sleeves"]),
            "collar": st.sampled_from(
                ["", "shirt collar", "polo collar", "hood", "lapel collar", "shawl collar", "fur collar", "peter pan collar", "bow collar"]
            ),
            "closure": st.sampled_from(
                ["", "zip", "half zip", "full button front", "button placket", "drawstring", "tie belt", "laces", "toggle buttons"]
            ),
            "hem": st.sampled_from(
                ["", "ribbed hem", "ruffle hem", "curved hem", "slits", "drawstring hem", "frayed hem", "asymmetric hem", "rolled hem"]
            ),
            "fit": st.sampled_from(["", *words["fits"], *words["leg_fits"], "flared"]),
            "length": st.sampled_from(["", *words["lengths"]["upper"], *words["lengths"]["lower"]]),
            "group": st.sampled_from(sorted(words["groups"])),
            "details": st.lists(
                st.sampled_from(
                    ["ruffles", "lace trim", "bow", "contrast stripes", "contrast sleeves", "pleats", "belt", "fur trim", "raglan", "piping"]
                ),
                max_size=4,
            ).map(tuple),
            "background": st.sampled_from([93.8, 98.4]),
        }
    ),
    st.none()
    | st.builds(
        Print, st.sampled_from(["cat", "", "something unheard of"]), st.tuples(st.text(max_size=30)), st.sampled_from(["front", "left chest"])
    ),
    st.integers(0, 2**31 - 1),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(specs)
def test_any_combination_of_words_can_be_drawn(spec):
    picture = render(spec, 96)
    assert picture.shape == (96, 96, 3)
    assert picture.dtype == np.uint8
    assert picture[1, 1].min() > 225, "the garment never reaches the corner"
