"""Where deviations are shown in a card's picture."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline.report.thumbnails import Thumbnail
from nkd_pipeline.report.views import place

from .examples import card, deviation, picture
from .pages import Page

SHOWN = Thumbnail("data:", 400, 300)
LEFT_SLEEVE = (0.1, 0.3, 0.3, 0.5)  # in the example's picture


def framed(box, thumbnail=SHOWN):
    return place(deviation(box=box), thumbnail)


def page_with(tmp_path, *deviations, broken=False):
    """The page of one article, whose picture may be no picture."""
    file = picture(tmp_path / "images/1.png")
    if broken:
        file.write_bytes(b"no picture")
    return Page(render_gallery("s", [replace(card("a", *deviations), image_file=file)], (), {}, folder=tmp_path / "galleries"))


def test_a_frame_leaves_some_of_the_picture_free_around_the_box():
    frame = framed((0.25, 0.5, 0.5, 0.75))
    assert (frame.x, frame.y, frame.width, frame.height) == (92, 142, 116, 91)


@given(st.lists(st.floats(-1, 2), min_size=4, max_size=4), st.integers(1, 420), st.integers(1, 420))
def test_a_frame_never_leaves_the_picture(box, width, height):
    frame = framed((*map(min, box[:2], box[2:]), *map(max, box[:2], box[2:])), Thumbnail("data:", width, height))
    assert 0 <= frame.x <= frame.x + frame.width <= width + 0.11
    assert 0 <= frame.y <= frame.y + frame.height <= height + 0.11


@pytest.mark.parametrize(
    ("box", "words"),
    [
        pytest.param((0.02, 0.8, 0.15, 0.97), "lower left", id="a second object in a corner"),
        pytest.param((0.96, 0.3, 1.0, 0.7), "right", id="a cut sleeve"),
        pytest.param((0.1, 0.96, 0.9, 1.0), "lower", id="a cut hem"),
        pytest.param((0.4, 0.4, 0.6, 0.6), "", id="a print in the middle"),
        pytest.param((0.0, 0.0, 0.65, 0.9), "", id="most of the picture is nowhere in particular"),
    ],
)
def test_the_place_is_said_in_words_too(box, words):
    assert framed(box).words == words


@pytest.mark.parametrize(
    ("box", "thumbnail"),
    [
        pytest.param((), SHOWN, id="a deviation of the whole picture"),
        pytest.param((0.1, 0.2), SHOWN, id="half a box"),
        pytest.param(LEFT_SLEEVE, None, id="no picture"),
        pytest.param(LEFT_SLEEVE, Thumbnail("", 0, 0, "broken"), id="a picture that cannot be shown"),
    ],
)
def test_what_cannot_be_shown_has_no_frame(box, thumbnail):
    assert framed(box, thumbnail) is None


def test_each_sentence_carries_its_own_frame_over_the_picture(tmp_path):
    page = page_with(tmp_path, deviation(box=LEFT_SLEEVE), deviation("realism"), deviation("pose_framing", box=(0.3, 0.8, 0.7, 1.0)))
    (shown,) = page.all("img")
    assert [svg["viewbox"] for svg in page.all("svg", class_="place")] == [f"0 0 {shown['width']} {shown['height']}"] * 2
    side = int(shown["width"])
    corners = [[float(rect[name]) for name in ("x", "y", "width", "height")] for rect in page.all("rect") if "rx" not in rect and "class" not in rect]
    assert corners[0] == pytest.approx([0.08 * side, 0.28 * side, 0.24 * side, 0.24 * side], abs=0.1)
    assert [line.get("tabindex") for line in page.all("li", class_="slight")] == ["0", None, "0"]
    assert "pixel check in the picture, left Realism" in page.text
    assert "pixel check in the picture, lower" in page.text


def test_a_broken_picture_has_no_frames(tmp_path):
    page = page_with(tmp_path, deviation(box=LEFT_SLEEVE), broken=True)
    assert page.all("svg", class_="place") == []
    assert "in the picture" not in page.text
