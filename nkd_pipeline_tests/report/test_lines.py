"""Curves over a measure: what is drawn on a page and as a PNG file."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nkd_pipeline.report import plots
from nkd_pipeline.report.lines import TONES, lines

LOSSES = {"training": [(1, 3.2), (2, 1.1), (3, 0.6)], "held out": [(1, 3.0), (2, 1.4), (3, 0.9)]}


def figure(curves, **given):
    return lines("Loss", curves, axis="nats", steps="epoch", empty="Nothing was trained.", **given)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        pytest.param([0.6, 3.2], (0.0, 1.0, 2.0, 3.0, 4.0), id="round numbers around the values"),
        pytest.param([0.71, 0.74], (0.71, 0.72, 0.73, 0.74), id="a narrow range is not squeezed flat"),
        pytest.param([0.0, 0.0], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), id="a score that is always 0 stands on the ground"),
        pytest.param([5.0], (0.0, 1.0, 2.0, 3.0, 4.0, 5.0), id="one value"),
        pytest.param([-0.2, 0.3], (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3), id="below zero"),
    ],
)
def test_the_scale_has_round_numbers(values, ticks):
    assert figure({"a": list(enumerate(values))}).ticks == pytest.approx(ticks)


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=9))
def test_the_scale_spans_every_value_with_few_steps(values):
    found = figure({"a": list(enumerate(values))}).ticks
    width = found[-1] - found[0]
    assert found[0] <= min(values) + 1e-9 * width
    assert found[-1] >= max(values) - 1e-9 * width
    assert 2 <= len(found) <= 8


def test_what_is_no_number_is_left_out():
    made = figure({"a": [(1, float("nan")), (2, 0.5)], "b": [(1, float("inf"))]})
    assert [(line.name, line.points) for line in made.lines] == [("a", ((2, 0.5),))]


def test_more_lines_than_anybody_tells_apart_are_refused():
    with pytest.raises(ValueError, match="at most 5 lines"):
        figure({str(number): [(1, 1.0)] for number in range(len(TONES) + 1)})


def test_screen_readers_get_the_numbers():
    assert figure(LOSSES).spoken == "Loss: training 1: 3.2, 2: 1.1, 3: 0.6; held out 1: 3, 2: 1.4, 3: 0.9"


@pytest.mark.parametrize("curves", [pytest.param(LOSSES, id="curves"), pytest.param({}, id="nothing"), pytest.param({"a": [(4, 1.0)]}, id="a point")])
def test_they_become_a_picture(curves):
    image = Image.open(io.BytesIO(plots.plot_png(figure(curves))))
    assert (image.format, image.width) == ("PNG", 792)


def test_lines_are_told_apart_by_name_too():
    assert [line.name for line in figure(LOSSES).legend] == ["training", "held out"]
    assert figure({"a": [(1, 1.0)]}).legend == ()
