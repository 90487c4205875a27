"""A training can be killed at any moment, gives the same model all the same, and is never done twice."""

import csv
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys

import pytest

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.training.fitting import fit
from nkd_pipeline.models.training.task import TrainingError
from nkd_pipeline_tests.models.training.small import LORA, RECIPE, collated, task

SHORT = RECIPE.model_copy(update={"epochs": 2, "accumulation": 5})


def trained(folder, recipe=SHORT, made=task, mark="same"):
    """The reports of a training, and what was told while it ran."""
    told = []
    return fit(mark, made, recipe, folder, told.append), told


def history(folder):
    with (folder / "training" / "history.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def in_a_process(folder, place, *rest):
    command = [sys.executable, "-m", "nkd_pipeline_tests.models.training.small", str(folder), place, *rest]
    return subprocess.run(command, check=False, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"}).returncode


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    trained(folder, RECIPE)
    return folder


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(f"batch:{random.randrange(13, 82)}", id="at any step"),  # 75 batches, and 5 held-out ones at first and after each epoch
        pytest.param("saved:3", id="a checkpoint is written and not declared whole"),
    ],
)
def test_killed_training_ends_where_an_undisturbed_one_does(tmp_path, undisturbed, place):
    assert in_a_process(tmp_path, place) == -signal.SIGKILL, place
    assert (place != "saved:3") or (tmp_path / "training" / "checkpoint-6").exists()  # written, but not to be gone on from
    assert not (tmp_path / "model").exists()
    reports, _ = trained(tmp_path, RECIPE)
    expected, _ = trained(undisturbed, RECIPE)
    assert [report.step for report in reports] == [0, 9, 18, 27]
    for mine, theirs in zip(reports, expected, strict=True):
        assert mine.held_out_loss == pytest.approx(theirs.held_out_loss, abs=1e-3), place
        assert mine.loss == (None if theirs.loss is None else pytest.approx(theirs.loss, abs=1e-3)), place
    assert len(history(tmp_path)) == len(history(undisturbed)) == 31


def test_finished_training_is_not_done_again(tmp_path):
    reports, told = trained(tmp_path)
    assert told == reports
    again, told = trained(tmp_path, made=lambda: pytest.fail("nothing is to be prepared"))
    assert (again, told) == (reports, [])


def test_other_training_starts_anew(tmp_path):
    trained(tmp_path)
    _, told = trained(tmp_path, mark="other")
    assert [report.epoch for report in told] == [0, 1, 2]
    assert json.loads((tmp_path / "model" / "training.json").read_text())["fingerprint"] == "other"


def test_damaged_model_is_made_again_from_the_checkpoints(tmp_path):
    trained(tmp_path)
    weights = tmp_path / "model" / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:100])
    _, told = trained(tmp_path)
    assert told == []
    assert weights.read_bytes() == whole


def test_finished_model_is_one_that_the_pipeline_may_load(tmp_path):
    reports, _ = trained(tmp_path, made=lambda: task(measure=lambda model: {"meteor": 0.25}))
    folder = tmp_path / "model"
    assert checked_folder(Checkpoint(model=str(folder))) == folder
    assert reports[0].metrics == {"meteor": 0.25}
    card = (folder / "MODEL_CARD.md").read_text()
    for part in ("# Repeater", "100 rows, and 20 held out", "`same`", "learning_rate: 0.005", "Seed**: 42", "transformers 5", "| meteor |", "0.2500"):
        assert part in card
    assert not list((tmp_path / "training").rglob("*.bin"))  # pickles


def test_best_epoch_is_the_model_and_only_the_newest_checkpoint_can_be_gone_on_from(tmp_path):
    # so high a rate that the loss rises again
    reports, _ = trained(tmp_path, SHORT.model_copy(update={"learning_rate": 0.3, "epochs": 3, "keep": 1, "seed": 1}))
    best = min(reports, key=lambda report: report.held_out_loss)
    left = {int(path.name.removeprefix("checkpoint-")): path for path in (tmp_path / "training").glob("checkpoint-*")}
    assert set(left) == {best.step, reports[-1].step}
    assert best is not reports[-1]
    assert not (left[best.step] / "optimizer.pt").exists()
    assert (left[best.step] / "model.safetensors").read_bytes() == (tmp_path / "model" / "model.safetensors").read_bytes()


def test_loss_is_per_token_however_many_batches_make_a_step(tmp_path):
    # the library multiplies it by the number of batches for models that take any further argument
    losses = [
        trained(tmp_path / name, SHORT.model_copy(update={"epochs": 1, "batch_size": size, "accumulation": count, "learning_rate": 1e-9}))[0][-1].loss
        for name, size, count in (("one", 20, 1), ("five", 4, 5))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=0.05)  # dropout differs


def test_adapters_are_merged_into_the_model(tmp_path):
    assert in_a_process(tmp_path, "batch:45", "lora") == -signal.SIGKILL
    reports, told = trained(tmp_path, RECIPE.model_copy(update={"lora": LORA}))
    assert [report.epoch for report in told] == [2, 3]
    assert reports[-1].held_out_loss < reports[0].held_out_loss
    assert {path.name for path in (tmp_path / "model").glob("*.safetensors")} == {"model.safetensors"}
    assert checked_folder(Checkpoint(model=str(tmp_path / "model")))
    # the merged weights are those that were measured
    from transformers import T5ForConditionalGeneration

    merged = T5ForConditionalGeneration.from_pretrained(tmp_path / "model", local_files_only=True).eval()
    assert merged(**collated(task().held_out)).loss.item() == pytest.approx(reports[-1].held_out_loss, abs=1e-4)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"held_out": []}, "100 rows to train with, 0 held out", id="nothing held out"),
        pytest.param({"rows": []}, "0 rows to train with, 20 held out", id="nothing to train with"),
    ],
)
def test_training_without_rows_is_refused(tmp_path, changed, says):
    with pytest.raises(TrainingError, match=says):
        trained(tmp_path, made=lambda: dataclasses.replace(task(), **changed))


def test_layer_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"takes no adapters at elbow.*Correct lora\.targets"):
        trained(tmp_path, SHORT.model_copy(update={"lora": LORA.model_copy(update={"targets": ("elbow",)})}))


def test_loss_that_is_no_number_ends_the_training(tmp_path):
    with pytest.raises(TrainingError, match="Set a lower learning_rate"):
        trained(tmp_path, SHORT.model_copy(update={"learning_rate": 1e30}))
