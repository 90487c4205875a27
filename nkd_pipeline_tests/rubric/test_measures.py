"""Single measures on drawn shapes whose true values are known."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nkd_pipeline.execution.judge_bench.damage import gradient_background, moved
from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.garment_colours import colour_distance, find_palette, main_colour, other_share, sample_colours
from nkd_pipeline.rubric.pixel_checks.geometry import measure_geometry
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr, read_picture
from nkd_pipeline.rubric.pixel_checks.sharpness import measure_sharpness
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.rubric.pictures import HALVES, SIZE, draw, outline
from nkd_pipeline_tests.rubric.studio import overlap


def truth(kind):
    shape = np.zeros((SIZE, SIZE), dtype=np.uint8)
    cv2.fillPoly(shape, [outline(kind)], 1)
    return shape


def found(image):
    picture = from_bgr(image)
    garment = find_garment(picture, fit_background(picture))
    assert garment is not None
    return picture, garment


@pytest.mark.parametrize("kind", HALVES)
@pytest.mark.parametrize(
    ("colour", "background"),
    [
        pytest.param("blue", 250, id="easy"),
        pytest.param("white", 250, id="white on white"),
        pytest.param("white", 228, id="white on light grey"),
        pytest.param("light grey", 228, id="light grey on light grey"),
        pytest.param("black", 250, id="black: shadows look alike"),
    ],
)
def test_the_outline_is_found(kind, colour, background):
    _, garment = found(draw(kind, colour, background=background))
    true = cv2.resize(truth(kind), garment.mask.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    assert (garment.mask & true).sum() / (garment.mask | true).sum() > 0.94
    assert len(garment.areas) == 1


@pytest.mark.parametrize("angle", [-20, -12, -6, -3, 0, 3, 6, 12, 20])
@pytest.mark.parametrize("kind", HALVES)
def test_tilt_is_measured_within_a_degree(kind, angle):
    mask = moved(truth(kind) * 255, turn=angle, scale=0.8) > 127
    assert measure_geometry(mask, upright=True)["tilt"] == pytest.approx(angle, abs=1.01)


@pytest.mark.parametrize(("across", "down"), [(0.1, 0), (-0.08, 0.06), (0, 0)])
def test_offset_is_a_share_of_the_side(across, down):
    measures = measure_geometry(moved(truth("dress") * 255, across=across, down=down, scale=0.6) > 127, upright=False)
    assert (measures["offset_x"], measures["offset_y"]) == pytest.approx((across, down), abs=0.01)
    assert measures["span"] == pytest.approx(0.48, abs=0.01)
    assert "tilt" not in measures


def test_a_scarf_thin_as_a_line_can_be_measured():
    mask = np.zeros((384, 384), dtype=np.bool_)
    mask[200, 20:360] = True
    assert measure_geometry(mask, upright=True)["span"] > 0.8


def test_sharpness_falls_with_blur():
    image = draw()
    values = []
    for sigma in (0, 1.5, 3, 6):
        blurred = cv2.GaussianBlur(image, (0, 0), sigma) if sigma else image
        picture, garment = found(blurred)
        values.append(measure_sharpness(picture, garment.mask)["sharpness"])
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.5
    assert values[2] < 0.3


@pytest.mark.parametrize("level", [235, 250])
def test_the_background_is_measured_behind_the_garment(level):
    background = fit_background(from_bgr(draw(background=level)))
    assert background.chroma < 1
    assert background.unevenness < 2
    assert background.touching == 0
    assert background.lightness == pytest.approx(93.2 if level == 235 else 98.3, abs=0.5)


def test_a_gradient_is_unevenness_and_no_object():
    background = fit_background(from_bgr(gradient_background(draw())))
    assert background.unevenness > 15
    assert background.touching == 0
    assert background.clutter == 0


@pytest.mark.parametrize(
    ("colour", "second", "least", "most"),
    [
        pytest.param("navy", "", 0, 0.03, id="shading is no other colour"),
        pytest.param("white", "", 0, 0.03, id="nor on white"),
        pytest.param("navy", "white", 0.35, 0.65, id="half of it is stripes"),
    ],
)
def test_share_of_other_colours(colour, second, least, most):
    picture, garment = found(draw("dress", colour, second))
    assert least <= other_share(sample_colours(picture, garment.mask)) <= most


@pytest.mark.parametrize("colour", ["black", "white", "red", "petrol", "beige", "neon yellow", "light grey"])
def test_the_drawn_colour_is_the_nearest(colour):
    picture, garment = found(draw("t-shirt", colour, background=235))
    palette = find_palette(sample_colours(picture, garment.mask))
    assert colour_distance(palette, colour, 0.25) < 4
    assert palette.shares.sum() == pytest.approx(1)
    others = [colour_distance(palette, other, 0.25) for other in ("black", "white", "red", "petrol", "beige", "neon yellow") if other != colour]
    assert min(others) > 7


@pytest.mark.parametrize("level", [0, 128, 250])
def test_nothing_is_found_where_nothing_is(level):
    picture = from_bgr(np.full((300, 200, 3), level, np.uint8))
    assert find_garment(picture, fit_background(picture)) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "No such file", id="missing"),
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(b"<html>404</html>", "no picture", id="not a picture"),
        pytest.param(cv2.imencode(".png", draw())[1].tobytes()[:30], "cut-off", id="cut off"),
        pytest.param(cv2.imencode(".png", np.zeros((20, 900, 3), np.uint8))[1].tobytes(), "900 x 20 pixels", id="too small to judge"),
    ],
)
def test_unreadable_pictures_are_row_errors(tmp_path, content, says):
    file = tmp_path / "1.png"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RowError, match=says) as caught:
        read_picture(file)
    assert caught.value.kind == "unreadable_image"
    assert str(file) in str(caught.value)


def _saved(folder, mode):
    image = Image.fromarray(np.full((200, 100, 3), (200, 60, 40), np.uint8))
    image.paste((250, 250, 250), (0, 0, 100, 50))
    file = folder / ("1.jpg" if mode in ("CMYK", "grey JPEG") else "1.png")
    if mode == "palette":
        image = image.quantize(16)
        image.info["transparency"] = image.getpixel((50, 150))
        image.save(file, transparency=image.getpixel((50, 150)))
    elif mode == "transparent":
        image.putalpha(Image.fromarray(np.repeat(np.uint8([255, 0]), 100)[:, None].repeat(100, axis=1)))
        image.save(file)
    else:
        image.convert("L" if "grey" in mode else mode).save(file)
    return file


@pytest.mark.parametrize(
    ("mode", "lower"),
    [
        pytest.param("RGB", (45, 55, 45), id="the plain case"),
        pytest.param("L", (42, 0, 0), id="grey"),
        pytest.param("grey JPEG", (42, 0, 0), id="grey JPEG"),
        pytest.param("CMYK", (45, 55, 45), id="CMYK, as printers send it"),
        pytest.param("transparent", (100, 0, 0), id="transparent: shops show it on white"),
        pytest.param("palette", (100, 0, 0), id="a transparent colour of a palette"),
    ],
)
def test_every_kind_of_picture_file_is_read_as_a_person_sees_it(tmp_path, mode, lower):
    lab = read_picture(_saved(tmp_path, mode)).lab
    assert lab.shape == (384, 192, 3)
    assert np.abs(lab[300, 96] - lower).max() < 5
    assert lab[40, 96, 0] == pytest.approx(98, abs=2)


@pytest.mark.parametrize("kind", HALVES)
@pytest.mark.parametrize("scale", [0.25, 0.4])
def test_small_garments_are_outlined_as_well_as_large_ones(kind, scale):
    _, garment = found(moved(draw(kind, "blue"), scale=scale))
    true = cv2.resize(moved(truth(kind) * 255, scale=scale), garment.mask.shape[::-1], interpolation=cv2.INTER_AREA) > 127
    assert overlap(garment.mask, true) > 0.93


def test_two_colours_in_equal_parts_are_not_mixed():
    half = np.repeat([[20.0, 10.0, -30.0], [90.0, 0.0, 5.0]], [100, 99], axis=0)
    assert main_colour(half) == pytest.approx(half[0])
