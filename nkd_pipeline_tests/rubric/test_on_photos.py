"""Masks in pictures like studio photographs: the true outline is known, because sketches were photographed."""

from functools import cache

import cv2
import numpy as np
import pytest

from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline_tests.rubric.studio import overlap, studio

COUNT = 24


@cache
def overlaps(pale):
    return np.array([_overlap(studio(seed, pale)) for seed in range(COUNT)])


def _overlap(photo):
    picture = from_bgr(photo.image)
    garment = find_garment(picture, fit_background(picture))
    true = cv2.resize(255 * photo.mask, picture.lab.shape[1::-1], interpolation=cv2.INTER_AREA) > 127
    return overlap(garment.mask, true) if garment is not None else 0.0


@pytest.mark.parametrize(
    ("pale", "median", "most"),
    [
        pytest.param(False, 0.97, 0.90, id="another colour than the background"),
        pytest.param(True, 0.93, 0.70, id="white on near-white: parts of the outline may be invisible"),
    ],
)
def test_garments_are_outlined(pale, median, most):
    assert np.median(overlaps(pale)) >= median
    assert np.quantile(overlaps(pale), 0.1) >= most
