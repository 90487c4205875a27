"""How attributes become something to draw."""

import pytest

from nkd_pipeline.sketch.garments import GARMENTS
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.colours import find
from nkd_pipeline_tests.sketch.makers import order


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        pytest.param({"neckline": "v-neck"}, "neckline", "v-neck", id="as stated"),
        pytest.param({}, "neckline", "crew neck", id="the kind's usual form where the texts are silent"),
        pytest.param(
            {"sketch_kind": "sweater", "sleeves": "dropped shoulders"}, "sleeves", "long sleeves", id="a word that says nothing of the length"
        ),
        pytest.param({"sketch_kind": "shirt", "collar": "kent collar"}, "collar", "shirt collar", id="another name of the same collar"),
        pytest.param({"sketch_kind": "shirt", "collar": "collarless"}, "collar", "", id="no collar although shirts have one"),
        pytest.param({"sketch_kind": "cardigan", "closure": "open front"}, "closure", "", id="no closure although cardigans have one"),
        pytest.param({"sketch_kind": "tank top", "sleeves": "spaghetti straps"}, "sleeves", "wide straps", id="a tank top is no camisole"),
        pytest.param({"sketch_kind": "dress", "sleeves": "straps"}, "sleeves", "spaghetti straps", id="straps of a dress are thin"),
        pytest.param({"sketch_kind": "shirt"}, "hem", "curved hem", id="men's shirts are rounded"),
        pytest.param({"sketch_kind": "shirt", "target_group": "women"}, "hem", "", id="women's shirts are straight"),
        pytest.param({"sketch_kind": "shirt", "target_group": "women", "hem": "curved hem"}, "hem", "curved hem", id="unless the texts say so"),
        pytest.param({"target_group": "girls"}, "group", "kids", id="girls are drawn as kids"),
        pytest.param({"target_group": ""}, "group", "adult", id="unknown group"),
    ],
)
def test_words_become_forms(attributes, field, value):
    assert getattr(garment_spec(order(**attributes)), field) == value


@pytest.mark.parametrize(
    ("attributes", "weave"),
    [
        pytest.param({"sketch_kind": "skirt", "materials": ("denim",)}, "denim", id="material"),
        pytest.param({"sketch_kind": "jeans", "materials": ("cotton",)}, "denim", id="jeans are denim whatever the fibre"),
        pytest.param({"sketch_kind": "coat", "materials": ("wool",)}, "twill", id="wool coats are woven"),
        pytest.param({"sketch_kind": "sweater", "materials": ("cotton",)}, "knit", id="fibre says nothing of the weave"),
        pytest.param({"sketch_kind": "jacket", "details": ("quilted",)}, "quilted", id="a detail goes over the material"),
        pytest.param({"sketch_kind": "trousers", "materials": ("corduroy",)}, "corduroy", id="corduroy"),
    ],
)
def test_materials_become_weaves(attributes, weave):
    assert garment_spec(order(**attributes)).cloth.fabric == weave


@pytest.mark.parametrize(
    ("attributes", "pattern"),
    [
        pytest.param({}, "plain", id="none stated"),
        pytest.param({"patterns": ("melange", "colour block")}, "colour block", id="melange gives way to a stronger pattern"),
        pytest.param({"patterns": ("all-over print", "floral")}, "floral", id="what the all-over print shows"),
        pytest.param({"patterns": ("all-over print",), "motifs": ("dinosaur",)}, "all-over print", id="motif all over"),
        pytest.param({"patterns": ("ikat",)}, "plain", id="a pattern that cannot be drawn"),
        pytest.param({"colours": ("multicolour",)}, "block stripes", id="multicoloured without a pattern"),
        pytest.param({"colours": ("multicolour",), "patterns": ("checked",)}, "checked", id="multicoloured checks"),
    ],
)
def test_patterns(attributes, pattern):
    assert garment_spec(order(**attributes)).cloth.pattern == pattern


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param({"prints": ("large front print",), "motifs": ("cute cats",)}, ("cute cats", "front", 1.0), id="large front print"),
        pytest.param({"prints": ("logo print",)}, (None, "left chest", 1.0), id="a logo is small on the left chest"),
        pytest.param({"prints": ("large front print", "logo print")}, (None, "front", 1.0), id="the large one counts"),
        pytest.param({"prints": ("back print",)}, None, id="nobody sees the back"),
        pytest.param({"motifs": ("dinosaur",)}, ("dinosaur", "front", 1.0), id="a motif without a word about the print"),
        pytest.param({"motifs": ("flower",), "patterns": ("floral",)}, None, id="the pattern already shows the motif"),
        pytest.param({"motifs": ("dinosaur",), "patterns": ("all-over print",)}, None, id="all over, not placed"),
        pytest.param({"lettering": ("Größe",)}, ("", "front", 1.0), id="lettering alone"),
        pytest.param({}, None, id="no print"),
    ],
)
def test_prints(attributes, expected):
    printed = garment_spec(order(**attributes)).printed
    if expected is None:
        assert printed is None
        return
    motif, place, size = expected
    assert (printed.place, printed.size) == (place, size)
    assert motif is None or printed.motif == motif


def test_colours_come_from_the_prompt_main_colour_first():
    spec = garment_spec(order(colours=("blue",), prompt_colours=("mustard", "navy")))
    assert spec.cloth.colour == find("mustard").rgb
    assert spec.cloth.accents == (find("navy").rgb,)
    assert spec.trim == find("navy").rgb


def test_extremes_are_softened_so_that_folds_show():
    assert garment_spec(order(colours=("white",))).cloth.colour == (246, 246, 246)
    assert min(garment_spec(order(colours=("black",))).cloth.colour) >= 27


def test_white_garments_get_a_darker_background():
    assert garment_spec(order(background="light grey")).background < 95
    assert garment_spec(order()).background > 97


@pytest.mark.parametrize("kind", ["", "tent"])
def test_unknown_kind_is_refused_with_the_cure(kind):
    with pytest.raises(RowError, match=r"A-1.*'Zelt'.*flux.*garments\.csv") as caught:
        garment_spec(order(garment="Zelt", sketch_kind=kind))
    assert caught.value.kind == "not_drawable"


@pytest.mark.parametrize("colours", [pytest.param((), id="none"), pytest.param(("colour of magic",), id="unknown")])
def test_missing_colour_is_refused_with_the_cure(colours):
    with pytest.raises(RowError, match="colour policy") as caught:
        garment_spec(order(colours=colours))
    assert caught.value.kind == "no_colour"


@pytest.mark.parametrize("kind", sorted(GARMENTS))
def test_every_kind_can_be_read(kind):
    assert garment_spec(order(sketch_kind=kind)).kind == kind
