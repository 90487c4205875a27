"""Training: it learns, it is repeatable, and what it writes is what open_clip reads."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from nkd_pipeline.models.house_clip import augmenting, byte_pairs
from nkd_pipeline.models.house_clip.drawing import draw
from nkd_pipeline.models.house_clip.making import _said
from nkd_pipeline.models.house_clip.network import Network
from nkd_pipeline.models.house_clip.reading import learn_to_read
from nkd_pipeline.models.house_clip.seeing import learn_to_see
from nkd_pipeline.models.house_clip.split import TRAINING
from nkd_pipeline.models.house_clip.training import batches, by_clock, by_steps, cross_entropy
from nkd_pipeline.models.open_clip import MERGES, OpenClipModel

TEXTS = ["a red dress", "a product photo of a striped t-shirt with a v-neck", "blue " * 70]


@pytest.fixture(scope="module")
def sketches():
    return draw(TRAINING, 24, 0, {64: 1.0})


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sketches):
    folder = tmp_path_factory.mktemp("house")
    (folder / MERGES).write_bytes(byte_pairs.written(byte_pairs.learnt(_said(sketches, 0)[:500], merges=300)))
    return folder


def trained(folder, sketches, steps, losses=None):
    network = Network(folder, 1, "cpu")
    for learn in (learn_to_see, learn_to_read):
        learn(network, sketches, 1, by_steps(steps), lambda step, share, loss: losses.append(loss) if losses is not None else None)
    return network


def test_both_parts_learn_and_give_the_same_weights_again(folder, sketches):
    losses = []
    first, again = trained(folder, sketches, 3, losses), trained(folder, sketches, 3)
    assert len(losses) == 6
    assert losses[2] < losses[0]
    assert losses[5] < losses[3]
    weights = again.model.state_dict()
    assert all(torch.equal(weight, weights[name]) for name, weight in first.model.state_dict().items())


def test_reading_leaves_what_was_seen_as_it_was(folder, sketches):
    network = Network(folder, 1, "cpu")
    before = {name: weight.clone() for name, weight in network.model.visual.state_dict().items()}
    learn_to_read(network, sketches, 1, by_steps(2), lambda *_: None)
    assert all(torch.equal(weight, before[name]) for name, weight in network.model.visual.state_dict().items())


def test_short_and_long_texts_are_encoded_as_open_clip_does_it_alone(folder, sketches):
    network = trained(folder, sketches, 1)
    with torch.inference_mode():
        tokens = network.tokenizer(TEXTS)
        alone = network.model.encode_text(tokens, normalize=True)
        assert (network.texts(TEXTS) - alone).abs().max() < 0.02  # bfloat16


def test_a_batch_takes_every_sketch_once_before_any_comes_again():
    queue = batches(10, 4, np.random.default_rng(0))
    places = np.concatenate([next(queue) for _ in range(2)])
    assert len(set(places)) == 8
    assert len(next(batches(3, 4, np.random.default_rng(0)))) == 3


def test_a_clock_ends_after_one_step_at_least():
    pace = by_clock(1e-9)
    assert pace(0) == 0
    assert pace(1) > 1


@pytest.mark.parametrize(
    ("held", "loss"),
    [
        pytest.param([[1, 0]], math.log(1 + math.exp(-2)), id="one right among wrong ones"),
        pytest.param([[1, 1]], 0.0, id="nothing is wrong"),
        pytest.param([[1, -1]], 0.0, id="what is neither does not count"),
        pytest.param([[1, 0], [0, 0]], math.log(1 + math.exp(-2)), id="nor does a row without anything right"),
        pytest.param([[0, 0]], 0.0, id="nor a batch of such"),
    ],
)
def test_cross_entropy(held, loss):
    logits = torch.tensor([[2.0, 0.0], [5.0, 1.0]][: len(held)])
    assert cross_entropy(logits, torch.tensor(held)).item() == pytest.approx(loss, abs=1e-5)


def test_what_is_written_is_loaded_as_it_was_trained(folder, sketches):
    network = trained(folder, sketches, 1)
    network.save(folder)
    loaded = OpenClipModel(folder, "cpu")
    assert loaded.scale == pytest.approx(100)
    assert loaded.context == 77
    pictures = [Image.fromarray(pixels) for pixels in sketches.pixels[:3]]
    with torch.inference_mode():
        ours = network.pictures(augmenting.normalised(sketches.pixels[:3])) @ network.texts(TEXTS).T
        theirs = loaded.pictures(torch.stack([loaded.pixels(picture) for picture in pictures])) @ loaded.texts(TEXTS).T
    assert np.abs((ours - theirs).numpy()).max() < 0.01  # half precision in between
    assert torch.isfinite(ours).all()


def test_scale_and_bias_are_fixed_so_that_scores_read_like_those_of_clip(folder, sketches):
    model = trained(folder, sketches, 2).model
    assert model.logit_scale.item() == pytest.approx(math.log(100))
    assert model.logit_bias.item() == -25
