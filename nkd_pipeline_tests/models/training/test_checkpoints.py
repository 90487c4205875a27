"""Which checkpoints are whole, which one a training goes on from, and which ones stay."""

import pytest

from nkd_pipeline.models.training import checkpoints

FILES = ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")


def written(folder, step, *, sealed=True):
    path = folder / f"checkpoint-{step}"
    path.mkdir()
    for name in (*FILES, "training_args.bin"):
        (path / name).write_bytes(name.encode() * 3)
    if sealed:
        checkpoints.seal(path)
    return path


def steps(folder):
    return sorted(checkpoints.step_of(path) for path in folder.glob("checkpoint-*"))


def test_newest_is_the_latest_by_number_not_by_name(tmp_path):
    for step in (9, 100, 20):
        written(tmp_path, step)
    assert checkpoints.newest(tmp_path).name == "checkpoint-100"


def test_pickle_that_nobody_reads_is_removed(tmp_path):
    assert not (written(tmp_path, 1) / "training_args.bin").exists()


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: (path / "complete.json").unlink(), id="never declared whole"),
        pytest.param(lambda path: (path / "complete.json").write_text("{"), id="list cut off"),
        pytest.param(lambda path: (path / "complete.json").write_text("[]"), id="list of another kind"),
        pytest.param(lambda path: (path / "optimizer.pt").write_bytes(b"half"), id="file cut off, as after a power cut"),
        pytest.param(lambda path: (path / "rng_state.pth").unlink(), id="file gone, as when it was being removed"),
    ],
)
def test_what_is_not_whole_is_recognised_and_removed(tmp_path, harm):
    written(tmp_path, 2)
    harm(written(tmp_path, 4))
    assert checkpoints.newest(tmp_path).name == "checkpoint-2"
    assert checkpoints.remove_broken(tmp_path) == ["checkpoint-4"]
    assert steps(tmp_path) == [2]


def test_folders_of_others_are_left_alone(tmp_path):
    (tmp_path / "checkpoint-mine").mkdir()
    assert checkpoints.remove_broken(tmp_path) == []
    assert checkpoints.newest(tmp_path) is None
    assert (tmp_path / "checkpoint-mine").exists()


def test_best_ones_and_the_newest_stay(tmp_path):
    losses = {10: 0.5, 20: 0.3, 30: 0.4, 40: 0.6}
    for step in (*losses, 45):
        written(tmp_path, step)
    checkpoints.prune(tmp_path, losses, keep=2)
    assert steps(tmp_path) == [20, 30, 45]
    assert checkpoints.best(tmp_path, losses).name == "checkpoint-20"
    # what is kept for its weights alone is whole, and nothing goes on from it
    assert not (tmp_path / "checkpoint-20" / "optimizer.pt").exists()
    assert checkpoints.remove_broken(tmp_path) == []
    assert checkpoints.newest(tmp_path).name == "checkpoint-45"


def test_of_two_alike_the_earlier_is_best(tmp_path):
    for step in (10, 20):
        written(tmp_path, step)
    assert checkpoints.best(tmp_path, {10: 0.5, 20: 0.5}).name == "checkpoint-10"
