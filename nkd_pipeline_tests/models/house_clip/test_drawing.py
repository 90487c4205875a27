"""The training data looks as the model will see the pipeline's pictures."""

import numpy as np
import pytest
from PIL import Image

from nkd_pipeline.models.house_clip import augmenting, drawing
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.split import HELD_OUT, TRAINING, split_of
from nkd_pipeline.models.house_clip.stages import CHECKPOINT
from nkd_pipeline.models.open_clip import OpenClipModel
from nkd_pipeline_tests.models.house_clip.sketches import drawn


@pytest.fixture(scope="module")
def model():
    return OpenClipModel(CHECKPOINT, "cpu")


def test_pixels_are_those_that_the_shipped_preprocessing_makes_of_a_stored_picture(model, tmp_path):
    rng = np.random.default_rng(4)
    for size in (1024, 1024, 512, 256):
        with Image.open(drawn(tmp_path, random_order(rng), size).image_file) as picture:
            learnt = augmenting.normalised(drawing.reduced(np.asarray(picture))[None])[0]
            assert np.abs(model.pixels(picture).numpy() - learnt.numpy()).max() < 1e-6


def test_sketches_belong_to_their_part_and_come_with_order_and_truth():
    sketches = drawing.draw(HELD_OUT, 6, 1, {64: 1.0})
    assert sketches.pixels.shape == (6, drawing.EDGE, drawing.EDGE, 3)
    assert {split_of(truth) for truth in sketches.truths} == {HELD_OUT}
    assert [truth["type"] for truth in sketches.truths] == [order.attributes.sketch_kind for order in sketches.orders]
    assert sketches.pixels.std(axis=(1, 2, 3)).min() > 1  # none is blank


def test_the_same_seed_draws_the_same_and_parts_differ():
    first, again, other = (drawing.draw(part, 3, 9, {64: 1.0}) for part in (TRAINING, TRAINING, HELD_OUT))
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


def test_more_workers_draw_the_same(monkeypatch):
    told = []
    monkeypatch.setattr(drawing, "CHUNK", 2)  # three tasks for the pool
    many = drawing.draw(TRAINING, 5, 9, {64: 1.0}, told.append)
    assert told == [2, 4, 5]
    alone = [drawing._chunk((TRAINING, min(2, 5 - start), [9, 0, start], {64: 1.0})).pixels for start in (0, 2, 4)]
    assert np.array_equal(many.pixels, np.concatenate(alone))


def test_variations_keep_the_picture_recognisable():
    sketches = drawing.draw(TRAINING, 8, 2, {64: 1.0})
    plain = augmenting.normalised(sketches.pixels)
    varied = augmenting.varied(plain, np.random.default_rng(0))
    assert varied.shape == plain.shape
    recoloured = augmenting.recoloured(plain, np.random.default_rng(0))
    corner = np.s_[:, :, :4, :4]  # of the background, which is grey
    assert (recoloured[corner] - plain[corner]).abs().max() < 0.02
    assert (recoloured - plain).abs().mean() > 0.01
    # mirrored ones are compared with their mirror image
    apart = [min((one - other).abs().mean().item(), (one - other.flip(-1)).abs().mean().item()) for one, other in zip(varied, plain, strict=True)]
    assert 0 < max(apart) < 0.25
