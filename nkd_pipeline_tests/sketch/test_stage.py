"""The renderer as a stage of the pipeline."""

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.sketch.makers import order


def artist(size=96):
    return SketchArtist(SketchSettings(size=size))


def test_results_belong_to_their_orders():
    orders = [order(seed=1, attempt=1), order(seed=2, attempt=2, sketch_kind="jeans")]
    results = artist()(orders)
    assert [(r.article_id, r.attempt, r.seed, r.width, r.height) for r in results] == [("A-1", 1, 1, 96, 96), ("A-1", 2, 2, 96, 96)]


def test_same_order_same_bytes_and_another_attempt_differs():
    first, again, other = (artist()([order(seed=seed)])[0].png for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_png_shows_the_garment_and_names_its_maker():
    png = artist()([order(colours=("red",))])[0].png
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    blue, green, red = picture[48, 48].astype(int)
    assert red > blue + 60
    assert red > green + 60
    assert b"nkd-sketch/2" in png
    assert b"algorithmicMedia" in png
    assert b"trainedAlgorithmicMedia" not in png


def test_an_undrawable_row_is_raised_for_the_runner_to_isolate():
    with pytest.raises(RowError):
        artist()([order(), order(sketch_kind="")])


def test_settings_and_version_are_part_of_the_fingerprint():
    assert artist(96).fingerprint() != artist(128).fingerprint()


def test_unknown_and_absurd_settings_are_refused():
    with pytest.raises(ValidationError):
        SketchSettings(sise=96)
    with pytest.raises(ValidationError):
        SketchSettings(size=8)
