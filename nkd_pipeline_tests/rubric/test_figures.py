"""Patterns, prints and people on drawn garments."""

import cv2
import numpy as np
import pytest

from nkd_pipeline.rubric.pixel_checks.garment_colours import main_colour, sample_colours
from nkd_pipeline.rubric.pixel_checks.patterns import measure_pattern
from nkd_pipeline.rubric.pixel_checks.people import measure_skin
from nkd_pipeline.rubric.pixel_checks.prints import measure_print
from nkd_pipeline_tests.rubric.pictures import SIZE, draw
from nkd_pipeline_tests.rubric.test_measures import found, truth


@pytest.mark.parametrize(
    ("image", "level", "upright"),
    [
        pytest.param(draw("dress", "navy", "white"), (0.7, 1), (0, 0.2), id="stripes"),
        pytest.param(np.rot90(draw("dress", "navy", "white")).copy(), (0, 0.2), (0.7, 1), id="stripes the other way"),
    ],
)
def test_the_way_that_stripes_run(image, level, upright):
    picture, garment = found(image)
    measures, _ = measure_pattern(picture, garment.mask)
    assert level[0] <= measures["lines_across"] <= level[1]
    assert upright[0] <= measures["lines_down"] <= upright[1]


def test_a_plain_garment_has_no_pattern_whose_way_could_be_asked_for():
    picture, garment = found(draw("dress", "navy"))
    measures, _ = measure_pattern(picture, garment.mask)
    assert measures["other_colour_share"] < 0.05
    assert "lines_across" not in measures


def printed(across=0.0):
    image = draw("t-shirt", "blue")
    cv2.circle(image, (round(SIZE * (0.5 + across)), SIZE // 2), 40, (40, 210, 250), -1, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("across", [0, 0.05, -0.1])
def test_a_print_is_found_where_it_lies(across):
    picture, garment = found(printed(across))
    measures, _ = measure_print(picture, garment.mask, main_colour(sample_colours(picture, garment.mask)))
    assert measures["print_share"] == pytest.approx(np.pi * 40**2 / truth("t-shirt").sum(), rel=0.1)
    assert measures["print_sideways"] == pytest.approx(abs(across) / 0.8, abs=0.012)


def test_no_print_is_found_on_a_plain_shirt():
    picture, garment = found(draw("t-shirt", "blue"))
    assert measure_print(picture, garment.mask, main_colour(sample_colours(picture, garment.mask)))[0] == {"print_share": 0}


@pytest.mark.parametrize("skin", [(250, 220, 200), (224, 172, 140), (160, 105, 75), (110, 70, 50)])
def test_hands_below_the_sleeves_are_seen(skin):
    image = draw("t-shirt", "blue")
    for x in (96, SIZE - 96):
        cv2.ellipse(image, (x, 260), (26, 44), 0, 0, 360, skin[::-1], -1, cv2.LINE_AA)
    picture, garment = found(image)
    assert measure_skin(picture, garment.mask, main_colour(sample_colours(picture, garment.mask)))[0]["skin"] > 0.015


@pytest.mark.parametrize("colour", ["blue", "brown", "nude", "beige", "peach", "pink"])
def test_a_garment_alone_has_no_skin_beside_it(colour):
    picture, garment = found(draw("t-shirt", colour))
    assert measure_skin(picture, garment.mask, main_colour(sample_colours(picture, garment.mask)))[0]["skin"] == 0
