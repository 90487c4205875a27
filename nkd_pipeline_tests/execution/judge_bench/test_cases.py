"""The bench's pictures: good ones are what the pipeline draws, defective ones really have their defect, and all can be made again."""

import cv2
import numpy as np
import pytest

from nkd_pipeline.execution.judge_bench.cases import make_case, make_cases
from nkd_pipeline.execution.judge_bench.defects import DEFECTS, good
from nkd_pipeline.execution.judge_bench.redrawing import is_another
from nkd_pipeline.records import ASPECTS, Attributes, ImageOrder
from nkd_pipeline_tests.rubric.pictures import prompt

SIZE = 256


def pixels(case):
    return cv2.imdecode(np.frombuffer(case.png, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


@pytest.mark.parametrize("place", range(len(DEFECTS)), ids=[defect.name for defect in DEFECTS])
def test_each_defect_can_be_planted_and_shows(place):
    case = make_case(2 * place + 1, seed=5, size=SIZE)
    assert (case.defect, DEFECTS[place].aspect in ASPECTS) == (DEFECTS[place].name, True)
    apart = np.abs(pixels(case).astype(int) - good(case.order, SIZE)).max(axis=2) > 12
    assert apart.mean() > 0.001  # of the picture; a displaced badge is the smallest of them


def test_every_other_case_is_what_the_pipeline_draws():
    case = make_case(4, seed=5, size=SIZE)
    assert case.defect == ""
    assert np.array_equal(pixels(case), good(case.order, SIZE))


@pytest.mark.parametrize(("cause", "stated", "value", "is_wrong"), [
    pytest.param("sleeves", "short sleeves", "cap sleeves", False, id="a word for the same"),
    pytest.param("sleeves", "short sleeves", "long sleeves", True, id="another form"),
    pytest.param("neckline", "crew neck", "boat neck", False, id="no picture tells them apart"),
    pytest.param("garment_type", "tunic", "dress", False, id="a garment with two names"),
    pytest.param("garment_type", "tunic", "jeans", True, id="another garment"),
    pytest.param("neckline", "crew neck", "", False, id="the other article says nothing"),
])  # fmt: skip
def test_only_what_nobody_takes_for_the_stated_value_is_a_wrong_one(cause, stated, value, is_wrong):
    assert is_another(cause, stated, value) is is_wrong


def test_a_seed_gives_the_same_cases_however_many_processes_draw_them():
    alone, shared = list(make_cases(6, 3, SIZE, workers=1)), list(make_cases(6, 3, SIZE, workers=2))
    assert alone == shared
    assert alone != list(make_cases(6, 4, SIZE, workers=1))


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        pytest.param("missing print", {}, id="no print to miss"),
        pytest.param("print beside its place", {}, id="no print to displace"),
        pytest.param("wrong neckline", {}, id="the texts are silent on the neck"),
        pytest.param("wrong colour", {"prints": ("front print",), "motifs": ("heart",)}, id="a print has colours of its own"),
        pytest.param("tilt 4-15°", {"kind": "bag"}, id="a bag has no upright"),
    ],
)
def test_a_defect_is_not_planted_where_nobody_could_call_it_one(name, attributes):
    kind = attributes.pop("kind", "t-shirt")
    order = ImageOrder("a1", 1, 7, prompt("blue"), Attributes("a1", kind, kind, "women", ("blue",), **attributes))
    (defect,) = [defect for defect in DEFECTS if defect.name == name]
    assert defect.plant(order, np.random.default_rng(0), SIZE) is None
