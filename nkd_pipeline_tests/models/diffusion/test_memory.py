"""When memory runs out: several rows go back to be halved, a single one is painted with the next memory plan."""

import contextlib

import pytest
import torch

from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.diffusion.memory_plan import MemoryPlan, Placement
from nkd_pipeline.models.diffusion.optimise import denoiser_of
from nkd_pipeline_tests.models.diffusion.orders import artist, difference, order, orders, provenance

NO_SUCH_MEMORY = "the test's device is full"


@contextlib.contextmanager
def full(stage, when):
    """The denoiser finds the device full while `when(rows)` holds; with guidance each row counts twice."""

    def refuse(_model, arguments, named):
        rows = len(named["hidden_states"] if "hidden_states" in named else arguments[0])
        if when(rows // (2 if stage._pair(order())[1] is not None else 1)):
            raise torch.OutOfMemoryError(NO_SUCH_MEMORY)

    hook = denoiser_of(stage._pipelines.base).register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize("family", ["flux", "sd15"])
def test_what_does_not_fit_together_is_painted_in_smaller_batches(tiny, family):
    stage, rows = artist(tiny, family, batch_size=4), orders(5)
    expected = [stage([row])[0] for row in rows]
    painted = {}
    with full(stage, lambda rows: rows > 2):
        outcome = run_stage(stage, rows, {}, lambda _: None, store=lambda picture: painted.setdefault(picture.article_id, picture))
    assert (outcome.counts.computed, outcome.counts.failed) == (5, 0)
    assert max(difference(painted[row.article_id], picture) for row, picture in zip(rows, expected, strict=True)) <= 1
    assert stage._pipelines.plan.placement is Placement.RESIDENT  # nobody had to make room


def test_a_batch_that_does_not_fit_goes_up(tiny):
    stage = artist(tiny, "sd15", steps=2, loras=[{"model": "sd15_lora", "scale": 0.1}])  # pipelines of its own: they remember
    with full(stage, lambda rows: rows > 1), pytest.raises(torch.OutOfMemoryError):
        stage(orders(2))
    assert stage._pipelines.image_batch == 1
    with full(stage, lambda rows: rows > 1):
        assert len(stage(orders(2))) == 2


def planned(tiny, family, number, *placements):
    """A stage with pipelines of its own, and memory plans before it."""
    stage = artist(tiny, family, loras=[{"model": {"flux": "flux_lora", "sd15": "sd15_lora"}[family], "scale": number / 1000}])
    stage._pipelines._plans = [MemoryPlan(placement, 1, 4, "a test's plan") for placement in (Placement.RESIDENT, *placements)]
    return stage


@pytest.mark.parametrize("family", ["flux", "sd15"])
def test_a_single_row_that_does_not_fit_gets_the_next_plan(tiny, family):
    """Taking turns on the device changes nothing about a picture."""
    stage = planned(tiny, family, 1, Placement.ENCODE_FIRST)
    (before,) = stage([order()])
    failures = iter([True])
    with full(stage, lambda _: next(failures, False)):
        (picture,) = stage([order()])
    assert stage._pipelines.plan.placement is Placement.ENCODE_FIRST
    assert picture.png == before.png
    assert stage([order(2)])  # prompts that come later still find the text encoders


def test_eight_bits_are_told(tiny, tmp_path):
    """They round the weights, for good: what is painted with a later plan says so too."""
    stage = planned(tiny, "flux", 2, Placement.FP8, Placement.OFFLOAD)
    for placement in (Placement.FP8, Placement.OFFLOAD):
        failures = iter([True])
        with full(stage, lambda _, failures=failures: next(failures, False)):
            (picture,) = stage([order()])
        assert stage._pipelines.plan.placement is placement
        assert provenance(picture, tmp_path).settings["dtype"] == "float32, denoiser stored in float8"


def test_when_no_plan_is_left_the_row_fails(tiny):
    stage = planned(tiny, "sd15", 3, Placement.OFFLOAD)
    with full(stage, lambda _: True), pytest.raises(torch.OutOfMemoryError, match=NO_SUCH_MEMORY):
        stage([order()])
    assert stage._pipelines.plan.placement is Placement.OFFLOAD


def test_preparing_that_fails_costs_no_row(tiny, monkeypatch):
    stage = artist(tiny, "sd15")
    encoder, failures = stage._pipelines.base.text_encoder, iter([True])

    def refuse(*_):
        if next(failures, False):
            raise torch.OutOfMemoryError(NO_SUCH_MEMORY)

    hook = encoder.register_forward_pre_hook(refuse)
    outcome = run_stage(stage, orders(2), {}, lambda _: None)
    hook.remove()
    assert (outcome.counts.computed, outcome.counts.failed) == (2, 0)


def test_prompts_beyond_the_hosts_memory_wait_for_their_turn(tiny, monkeypatch, caplog):
    stage = artist(tiny, "flux")
    monkeypatch.setattr("nkd_pipeline.models.diffusion.stage.KEPT_SHARE", 0.0)
    stage.prepare(orders(3))
    assert "3 prompts are encoded when their turn comes" in caplog.text
    assert len(stage(orders(3))) == 3
