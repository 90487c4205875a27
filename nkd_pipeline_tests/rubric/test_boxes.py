"""Where a deviation is: the box lies on what was planted, and inside the picture."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nkd_pipeline.execution.judge_bench.damage import blurred, gradient_background, moved, shaded_background, with_second_object
from nkd_pipeline.rubric.pixel_checks.boxes import around, cut_off
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline.rubric.pixel_judge import judge_pixels
from nkd_pipeline.rubric.rules import load_rubric
from nkd_pipeline_tests.rubric.pictures import SIZE, attributes, draw, prompt
from nkd_pipeline_tests.rubric.test_figures import printed
from nkd_pipeline_tests.rubric.test_measures import truth

SHIRT = attributes("t-shirt")
BAND = 26  # pixels along the border: what stands for a cut
MOON = (0.3375, 0.4375, 0.4625, 0.5625)
MASKS = arrays.arrays(np.bool_, st.tuples(st.integers(3, 40), st.integers(3, 40)))


def places(image, stated="blue", article=SHIRT, second=()):
    """The boxes of the picture's deviations, by cause."""
    findings = judge_pixels(from_bgr(image), prompt(stated, *second), article, load_rubric())
    return {deviation.measure: deviation.box for deviation in findings.deviations}


def box_of(mask):
    """The box around a planted thing, as the record has it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def shirt(**move):
    return box_of(moved(truth("t-shirt") * 255, **move) > 127)


def area(box):
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def agreement(one, other):
    """Intersection over union of two boxes, 0..1."""
    shared = area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))
    return shared / (area(one) + area(other) - shared)


def with_hand(x, y):
    image = draw()
    cv2.ellipse(image, (x, y), (26, 44), 0, 0, 360, (140, 172, 224), -1, cv2.LINE_AA)
    return image


def hand(x, y):
    shape = np.zeros((SIZE, SIZE), np.uint8)
    cv2.ellipse(shape, (x, y), (26, 44), 0, 0, 360, 1, -1)
    return box_of(shape & (1 - truth("t-shirt")))


@pytest.mark.parametrize(
    ("cause", "image", "stated", "article", "planted"),
    [
        pytest.param("main_colour", draw(), "red", SHIRT, shirt(), id="wrong colour: all of the garment"),
        pytest.param("few_colours", draw(), "multicolour", SHIRT, shirt(), id="too few colours: the same"),
        pytest.param("tilted", moved(draw(), turn=12, scale=0.85), "blue", SHIRT, shirt(turn=12, scale=0.85), id="tilted garment"),
        pytest.param("off_centre", moved(draw(), across=0.14, scale=0.7), "blue", SHIRT, shirt(across=0.14, scale=0.7), id="garment off its centre"),
        pytest.param("too_small", moved(draw(), scale=0.45), "blue", SHIRT, shirt(scale=0.45), id="small garment"),
        pytest.param("print_place", printed(-0.1), "blue", attributes(motifs=("moon",)), MOON, id="print beside its place"),
        pytest.param("person", with_hand(96, 260), "blue", SHIRT, hand(96, 260), id="left hand"),
        pytest.param("person", with_hand(SIZE - 96, 260), "blue", SHIRT, hand(SIZE - 96, 260), id="right hand"),
    ],
)
def test_the_box_lies_on_what_was_planted(cause, image, stated, article, planted):
    assert agreement(places(image, stated, article)[cause], planted) > 0.8


def test_the_second_object_is_shown_and_not_the_garment():
    alone, both = moved(draw(), scale=0.75, across=0.045), with_second_object(draw())
    planted = box_of(np.abs(both.astype(np.int16) - alone).max(axis=2) > 40)
    assert agreement(places(both)["second_object"], planted) > 0.8


@pytest.mark.parametrize(
    ("move", "band"),
    [
        pytest.param({"down": -0.3}, np.s_[:BAND], id="top"),
        pytest.param({"down": 0.3}, np.s_[-BAND:], id="bottom"),
        pytest.param({"across": -0.3}, np.s_[:, :BAND], id="left"),
        pytest.param({"across": 0.3}, np.s_[:, -BAND:], id="right"),
    ],
)
def test_a_cut_garment_is_shown_where_the_border_cuts_it(move, band):
    cut = np.zeros((SIZE, SIZE), np.bool_)
    cut[band] = moved(truth("t-shirt") * 255, **move)[band] > 127
    assert agreement(places(moved(draw(), **move))["cropped"], box_of(cut)) > 0.8


@pytest.mark.parametrize(
    ("cause", "stated", "article", "second"),
    [
        pytest.param("print_missing", "blue", attributes(motifs=("moon",)), (), id="no print: the front where it should be"),
        pytest.param("pattern_missing", "blue", attributes(patterns=("striped",)), ("white",), id="no pattern: the cloth that was looked at"),
    ],
)
def test_what_is_missing_is_shown_where_it_was_looked_for(cause, stated, article, second):
    box, around_all = places(draw(), stated, article, second)[cause], shirt()
    assert all(around_all[side] <= box[side] < 0.5 < box[side + 2] <= around_all[side + 2] for side in (0, 1))


def test_unstated_stripes_are_shown_on_the_cloth():
    box, around_all = places(draw(second="cream"))["pattern_unstated"], shirt()
    assert all(around_all[side] < box[side] < 0.5 < box[side + 2] < around_all[side + 2] for side in (0, 1))


def test_an_uneven_background_is_shown_at_its_other_end():
    box = places(gradient_background(draw()))["background_uneven"]
    assert box[2] <= 0.05
    assert box[3] - box[1] > 0.9


def test_clutter_is_shown_in_its_worst_corner():
    image = draw()
    for corner, size in (((0, 0), 40), ((SIZE, 0), 64), ((0, SIZE), 30)):
        cv2.circle(image, corner, size, (60, 120, 60), -1)
    left, top, right, bottom = places(image)["background_busy"]
    assert left > 0.85
    assert (top, right) == (0, 1)
    assert bottom < 0.15


@pytest.mark.parametrize(
    ("image", "cause"),
    [
        pytest.param(blurred(draw(), 0.005), "blurred", id="a blur lies over all of it"),
        pytest.param(shaded_background(draw(), 0.72), "background_lightness", id="so does a grey background"),
        pytest.param(np.full((SIZE, SIZE, 3), 250, np.uint8), "not_isolated", id="nothing is nowhere"),
    ],
)
def test_what_has_no_place_has_no_box(image, cause):
    assert places(image)[cause] == ()


moves = st.fixed_dictionaries(
    {
        "turn": st.floats(-20, 20),
        "across": st.floats(-0.5, 0.5),
        "down": st.floats(-0.5, 0.5),
        "scale": st.floats(0.1, 2.5),
    }
)


@settings(max_examples=25)
@given(moves, st.sampled_from(["t-shirt", "dress", "trousers"]), st.sampled_from(["blue", "red"]), st.integers(64, 300), st.integers(64, 300))
def test_every_box_lies_inside_the_picture(move, kind, stated, width, height):
    """Pictures of any format, with garments anywhere: also half outside, tiny, or larger than the picture."""
    picture = cv2.resize(moved(draw(kind), **move), (width, height), interpolation=cv2.INTER_AREA)
    for box in places(picture, stated, attributes(kind)).values():
        assert box == () or (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1)


@given(MASKS)
def test_a_box_is_as_tight_around_its_mask_as_can_be(mask):
    assert around(mask) == (pytest.approx(box_of(mask), abs=1e-4) if mask.any() else ())


@given(MASKS)
def test_a_cut_is_shown_on_the_side_where_most_is_cut_off(mask):
    height, width = mask.shape
    box, most = cut_off(mask), max(side.sum() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    assert (box == ()) == (most == 0)
    if box:
        wide, high = (box[2] - box[0]) * width, (box[3] - box[1]) * height
        assert max(wide, high) >= most - 0.01
        assert 0 in box[:2] or 1 in box[2:]
