"""A small reader from nothing: how it begins, and how it learns to see before it learns to answer."""

import pytest
import torch

from nkd_pipeline.models.attribute_reader.products import of_split
from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings, SmallBlip2
from nkd_pipeline.models.attribute_reader.small import made
from nkd_pipeline.models.attribute_reader.starting import starting
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline_tests.models.attribute_reader.conftest import RECIPE, SMALL

UNSEEING = {**RECIPE, "seeing": {"passes": 0}}
SEEING = {**RECIPE, "seeing": {"passes": 20, "batch_size": 6}}


def test_the_same_model_is_made_of_the_same_words():
    first, again, other = (made(["What is the neck?", "V-Neck"], SMALL, seed).model.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["language_projection.weight"], other["language_projection.weight"])


def test_a_small_reader_begins_with_what_differs_between_pictures(pairs, tmp_path):
    """Otherwise it learns the commonest answers, and for a long time nothing else."""
    blip = starting(AttributeReaderSettings(**UNSEEING), pairs, tmp_path)
    pixels = blip.pixels([read_picture(product[0]) for product in of_split(pairs, "train")])
    with torch.inference_mode():
        squares = blip.model.vision_model.embeddings.patch_embedding(pixels).flatten(2).transpose(1, 2).flatten(0, 1)
        said = blip.seen(pixels)
    assert squares.mean(0).abs().max() < 1e-2
    assert squares.std(0).max() < 1.1  # no way of differing drowns the others
    assert said.std(0).mean() > 3 * said.mean(0).abs().mean()  # of a picture, not of every picture


def test_each_query_begins_with_what_lies_near_its_place():
    size = SmallBlip2(edge=64, patch=8, width=64, heads=2, vision_layers=1, queries=4, query_layers=1)
    model = made(["V-Neck"], size, 1).model
    attention = model.qformer.encoder.layer[0].crossattention.attention
    with torch.inference_mode():
        squares = model.vision_model(torch.zeros(1, 3, 64, 64)).last_hidden_state
        queries = attention.query(model.qformer.layernorm(model.query_tokens))[0].unflatten(1, (2, -1))
        keys = attention.key(squares)[0].unflatten(1, (2, -1))
        looked = (torch.einsum("qhd,khd->hqk", queries, keys) / keys.shape[-1] ** 0.5).softmax(-1)[..., 1:].mean(0)
    parts = looked.view(4, 2, 4, 2, 4).sum((2, 4)).flatten(1)  # how much of each quarter of the picture a query looks at
    assert parts.argmax(1).tolist() == [0, 1, 2, 3]


def test_learning_to_see_parts_what_is_asked_and_leaves_the_language_model_alone(pairs, tmp_path):
    before, after = (starting(AttributeReaderSettings(**recipe), pairs, tmp_path / name) for name, recipe in (("a", UNSEEING), ("b", SEEING)))
    same = {name: torch.equal(weights, after.model.state_dict()[name]) for name, weights in before.model.state_dict().items()}
    assert all(same[name] for name in same if name.startswith("language_model."))
    assert not any(same[name] for name in same if name.startswith("vision_model.encoder") and name.endswith("weight"))
    products = of_split(pairs, "train")
    pixels = before.pixels([read_picture(product[0]) for product in products])
    answers = [{pair.attribute: pair.answer for pair in product}["Pattern"] for product in products]
    assert _apart(after.seen(pixels), answers) > _apart(before.seen(pixels), answers) + 0.05


def _apart(seen, answers):
    """How much nearer pictures of the same answer are to each other than to others: the difference of their mean cosines."""
    vectors = torch.nn.functional.normalize((seen - seen.mean(0)).flatten(1).detach(), dim=1)
    alike = torch.tensor([[one == other for other in answers] for one in answers])
    cosines, others = vectors @ vectors.T, ~torch.eye(len(answers), dtype=torch.bool)
    return float(cosines[alike & others].mean() - cosines[~alike].mean())


def test_a_training_that_goes_on_has_not_to_learn_to_see_again(pairs, tmp_path):
    told = []
    first = starting(AttributeReaderSettings(**SEEING), pairs, tmp_path, lambda *steps: told.append(steps))
    assert told == [(step + 1, 60) for step in range(60)]  # 20 passes of 3 batches
    changed = AttributeReaderSettings(**{**SEEING, "seeing": {"passes": 1}})  # would come to other weights, if it learnt
    again = starting(changed, pairs, tmp_path)
    assert all(torch.equal(weights, again.model.state_dict()[name]) for name, weights in first.model.state_dict().items())


@pytest.mark.parametrize("size", [{"edge": 50}, {"width": 36, "heads": 8}, {"text_width": 18}])
def test_sizes_that_do_not_fit_together_are_refused(size):
    with pytest.raises(ValueError, match="must be a multiple"):
        SmallBlip2(**size)
