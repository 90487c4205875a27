"""White parts of coloured garments: cut out of the mask, they would make a garment look off-centre, misshapen or in pieces."""

import cv2
import numpy as np
import pytest

from nkd_pipeline.records import ImageOrder
from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.outlines import filled
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline.sketch.canvas import Canvas
from nkd_pipeline.sketch.colour import grey_of_lightness
from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import GARMENTS
from nkd_pipeline.sketch.painter import Painter
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.sketch.render import _placed, render
from nkd_pipeline_tests.rubric.pictures import attributes, prompt
from nkd_pipeline_tests.rubric.studio import overlap

SIZE = 640


def order(kind, pattern, *colours, seed=7, **more):
    return ImageOrder("a1", 1, seed, prompt(*colours), attributes(kind, patterns=(pattern,), **more))


def true_mask(spec):
    drawing = Drawing(np.random.default_rng([spec.seed, 1]))
    GARMENTS[spec.kind](spec, drawing)
    canvas = Canvas(SIZE, _placed(drawing, SIZE), (grey_of_lightness(spec.background),) * 3)
    Painter(canvas, drawing, spec.cloth, spec.seed).paint()
    return filled((canvas.covered > 0.5).astype(np.uint8))


def found_overlap(spec):
    picture = from_bgr(np.ascontiguousarray(render(spec, SIZE)[..., ::-1]))
    garment = find_garment(picture, fit_background(picture))
    return overlap(garment.mask, cv2.resize(255 * true_mask(spec), picture.lab.shape[1::-1], interpolation=cv2.INTER_AREA) > 127)


@pytest.mark.parametrize(
    "ordered",
    [
        pytest.param(order("sweater", "striped", "white", "red", "blue", "pink", "teal", neckline="turtleneck"), id="white stripes, cuffs and hem"),
        pytest.param(order("sweater", "norwegian pattern", "graphite", "white"), id="white figures on the outline"),
        pytest.param(order("sweater", "colour block", "cognac", "white"), id="a white yoke, touched on three sides"),
        pytest.param(order("tunic", "block stripes", "graphite", "white", "gold"), id="white stripes as wide as the garment"),
        pytest.param(order("dress", "colour block", "taupe", "off-white", "aubergine"), id="an off-white bodice"),
        pytest.param(order("shirt", "colour block", "petrol", "white", "yellow"), id="a white chest between coloured sleeves"),
        pytest.param(order("longsleeve", "block stripes", "denim blue", "off-white", "pink"), id="off-white hem"),
    ],
)
def test_white_parts_belong_to_the_garment(ordered):
    assert found_overlap(garment_spec(ordered)) >= 0.93


def test_a_soft_shadow_stays_background():
    shape = np.zeros((SIZE, SIZE), dtype=np.uint8)
    cv2.rectangle(shape, (200, 150), (440, 450), 255, -1)
    shadow = cv2.GaussianBlur(np.roll(shape, (30, 24), (0, 1)), (0, 0), 18).astype(np.float32) / 255
    picture = np.repeat((248 * (1 - 0.2 * shadow))[..., None], 3, axis=2)
    picture[shape > 0] = (60, 40, 190)
    small = from_bgr(picture.astype(np.uint8))
    garment = find_garment(small, fit_background(small))
    assert overlap(garment.mask, cv2.resize(shape, small.lab.shape[1::-1], interpolation=cv2.INTER_AREA) > 127) >= 0.97
