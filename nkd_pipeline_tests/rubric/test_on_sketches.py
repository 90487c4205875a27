"""The judge is itself judged: on the product's own sketches it finds planted defects, and leaves good pictures alone."""

from functools import cache

import cv2
import numpy as np
import pytest

from nkd_pipeline.records import ImageOrder
from nkd_pipeline.rubric.deductions import conclude
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline.rubric.pixel_judge import judge_pixels
from nkd_pipeline.rubric.rules import load_rubric
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.sketch.render import render
from nkd_pipeline_tests.rubric.defects import DEFECTS
from nkd_pipeline_tests.rubric.pictures import attributes, prompt

SIZE = 640
ARTICLES = {
    "white t-shirt": (prompt("white", background="light grey"), attributes("t-shirt")),
    "cream blouse on white": (prompt("cream"), attributes("blouse")),
    "navy striped longsleeve": (prompt("navy", "white"), attributes("longsleeve", patterns=("striped",))),
    "black trousers": (prompt("black"), attributes("trousers")),
    "blue melange hoodie": (prompt("blue"), attributes("hoodie", patterns=("melange",))),
    "red dress with a print": (prompt("red"), attributes("dress", motifs=("butterfly",))),
    "floral skirt": (prompt("pink", "green"), attributes("skirt", patterns=("floral",))),
    "jeans": (prompt("denim blue"), attributes("jeans", materials=("denim",))),
}


@cache
def sketch(name):
    stated, article = ARTICLES[name]
    rgb = render(garment_spec(ImageOrder("a1", 1, 7, stated, article)), SIZE)
    return np.ascontiguousarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def report(name, image=None, stated=None):
    right, article = ARTICLES[name]
    findings = judge_pixels(from_bgr(sketch(name) if image is None else image), stated or right, article, load_rubric())
    return conclude("a1", 1, [findings])


@pytest.mark.parametrize("name", ARTICLES)
def test_a_good_sketch_loses_no_point(name):
    assert report(name).deviations == ()
    assert report(name).verdict == "excellent"


@pytest.mark.parametrize("name", ["white t-shirt", "cream blouse on white", "navy striped longsleeve"])
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_costs_points_in_its_aspect_alone(name, defect):
    aspect, damage = DEFECTS[defect]
    assert {deviation.aspect for deviation in report(name, damage(sketch(name))).deviations} == {aspect}


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        pytest.param("white t-shirt", "black", id="white for black"),
        pytest.param("cream blouse on white", "sky blue", id="pale for pale"),
        pytest.param("navy striped longsleeve", "red", id="neither of the stripes"),
        pytest.param("black trousers", "brown", id="dark for dark"),
        pytest.param("blue melange hoodie", "green", id="mixed yarn is lenient, not blind"),
        pytest.param("red dress with a print", "yellow", id="a print does not excuse the ground"),
        pytest.param("jeans", "grey", id="denim is blue"),
    ],
)
def test_a_wrong_colour_costs_points_under_colour(name, stated):
    right = ARTICLES[name][0]
    deviations = report(name, stated=prompt(stated, *right.colours[1:], background=right.background)).deviations
    assert {(deviation.aspect, deviation.measure) for deviation in deviations} == {("colour", "main_colour")}
