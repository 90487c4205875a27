"""A checkpoint is pinned, is found on this machine, and is told from any other by its identity."""

import pytest
from pydantic import ValidationError

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError, folder_digest

COMMIT = "32bd64288804d66eefd0ccbe215aa642df71cc41"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        pytest.param({"model": "openai/clip"}, "full commit hash", id="no revision: tomorrow's weights may be others"),
        pytest.param({"model": "openai/clip", "revision": "main"}, "branches move", id="a branch"),
        pytest.param({"model": "openai/clip", "revision": COMMIT[:8]}, "full commit hash", id="a short hash"),
        pytest.param({"model": "clip", "revision": COMMIT}, r"write \./clip for a folder", id="a bare name could be either"),
        pytest.param({"model": "./clip", "revision": COMMIT}, "belongs to hub ids", id="a folder has no revision"),
        pytest.param({"model": "../../etc", "revision": None, "trust_remote_code": True}, "Extra inputs", id="remote code is no setting"),
    ],
)
def test_what_is_not_pinned_is_refused(entry, says):
    with pytest.raises(ValidationError, match=says):
        Checkpoint(**entry)


def test_missing_weights_name_the_command_that_brings_them(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(CheckpointError, match=r"openai/clip at 32bd6428 is not on this machine\. Run `nkd models fetch`"):
        Checkpoint(model="openai/clip", revision=COMMIT).folder()


def test_a_missing_folder_is_named():
    with pytest.raises(CheckpointError, match=r"no model folder .*nowhere"):
        Checkpoint(model="./nowhere").identity()


def test_a_converted_checkpoint_is_found_where_fetch_puts_it(monkeypatch, tmp_path):
    monkeypatch.setenv("NKD_MODELS", str(tmp_path))
    checkpoint = Checkpoint(model="openai/clip", revision=COMMIT)
    checkpoint.converted.mkdir()
    assert checkpoint.folder() == tmp_path / f"openai--clip@{COMMIT}"


def test_identity_follows_the_weights_and_not_their_place(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "clip").mkdir(parents=True)
        (tmp_path / name / "clip" / "model.safetensors").write_bytes(b"w" * 3_000_000)
    one, two = (Checkpoint(model=str(tmp_path / name / "clip")) for name in ("one", "two"))
    assert one.identity() == two.identity()
    folder_digest.cache_clear()
    with (tmp_path / "two" / "clip" / "model.safetensors").open("r+b") as stream:
        stream.seek(1_500_010)  # in the middle: a fine-tuned file has the same header and size
        stream.write(b"x")
    assert one.identity() != two.identity()
