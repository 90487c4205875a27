"""Fetching from a real hub on this machine: what arrives, what is never asked for, and what is said when something is wrong."""

import errno
import os
import shutil
import subprocess
import sys

import pytest

from nkd_pipeline.models import fetching
from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.diffusion.settings import LoraSettings
from nkd_pipeline.models.fetching import fetch, plan_fetch
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline_tests.models.hub import COMMIT, Hub, Repository, checkpoint, contents, know, serve
from nkd_pipeline_tests.models.test_safety import tensors

CLIP = {"config.json": b'{"model_type": "clip"}', "tokenizer.json": b"{}", "model.safetensors": tensors()}


def test_a_pipeline_arrives_without_what_is_not_loaded_and_can_be_loaded_offline(hub, tiny):
    others = {"flux1.safetensors": tensors(), "vae/diffusion_pytorch_model.bin": b"pickle", "README.md": b"", "modeling.py": b""}
    serve(hub, "flux", contents(tiny / "flux") | others)
    folder = fetch(plan_fetch(checkpoint("flux")))
    assert contents(folder) == contents(tiny / "flux")
    assert checked_folder(checkpoint("flux")) == folder  # although the library knows that the repository has more files
    assert not any(name in line for line in hub.asked for name in others)


def test_of_a_lora_the_named_file_is_fetched(hub):
    files = {"strong.safetensors": tensors(), "subtle.safetensors": tensors(9)}
    serve(hub, "lora", {"README.md": b""} | files)
    strong, subtle = (LoraSettings(model="owner/lora", revision=COMMIT, weight_name=name) for name in files)
    assert set(contents(fetch(plan_fetch(subtle)))) == {"subtle.safetensors"}
    with pytest.raises(CheckpointError, match=r"strong\.safetensors is missing"):
        checked_folder(strong)
    assert contents(fetch(plan_fetch(strong))) == files


def test_what_is_there_is_not_asked_for_again(hub):
    serve(hub, "clip", CLIP)
    fetch(plan_fetch(checkpoint("clip")))
    hub.asked.clear()
    fetch(plan_fetch(checkpoint("clip")))
    assert hub.asked == []


def test_damaged_weights_are_fetched_again(hub):
    # the library takes a file that is there for a good one
    serve(hub, "clip", CLIP)
    weights = fetch(plan_fetch(checkpoint("clip"))) / "model.safetensors"
    with weights.open("r+b") as stream:
        stream.truncate(20)
    with pytest.raises(CheckpointError, match=r"model\.safetensors is cut off .* `nkd models fetch`"):
        checked_folder(checkpoint("clip"))
    assert contents(fetch(plan_fetch(checkpoint("clip")))) == CLIP


def test_partial_files_of_killed_fetches_are_removed_once_they_are_old(hub):
    serve(hub, "clip", CLIP)
    blobs = checkpoint("clip").snapshot.parents[1] / "blobs"
    blobs.mkdir(parents=True)
    for name, age in (("old.1234.incomplete", fetching.ABANDONED + 60), ("new.1234.incomplete", 0)):
        (blobs / name).write_bytes(b"x")
        changed = (blobs / name).stat().st_mtime - age
        os.utime(blobs / name, (changed, changed))
    fetch(plan_fetch(checkpoint("clip")))
    assert [path.name for path in blobs.glob("*.incomplete")] == ["new.1234.incomplete"]


def test_a_killed_fetch_leaves_nothing_that_passes_for_a_model(hub, tmp_path):
    # through the environment and the command, as a user does it; killed while the weights are under way
    serve(hub, "clip", CLIP)
    hub.stall = "model.safetensors"
    (tmp_path / "own.toml").write_text(
        f'[stages.clip_scores]\nstage = "nkd_pipeline.models.clip:ClipScorer"\nmodel = "owner/clip"\nrevision = "{COMMIT}"\n'
    )
    command = [sys.executable, "-m", "nkd_pipeline.cli", "models", "fetch", "--profile", str(tmp_path / "own.toml"), "--home", str(tmp_path)]
    process = subprocess.Popen(command, env=os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf")}, stdout=subprocess.DEVNULL)
    while not hub.stalled.wait(0.2):
        assert process.poll() is None
    process.kill()
    process.wait()
    with pytest.raises(CheckpointError, match=r"has no weights.*`nkd models fetch`"):
        checked_folder(checkpoint("clip"))
    hub.stall = None
    hub.asked.clear()
    assert contents(fetch(plan_fetch(checkpoint("clip")))) == CLIP
    assert {line.split()[1] for line in hub.asked} == {"model.safetensors"}  # the files that were whole are kept


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        pytest.param({"gated": True}, "accepted its terms. Accept them at .*/owner/clip, then run `hf auth login` or set HF_TOKEN", id="gated"),
        pytest.param({"revision": "b" * 40}, "owner/clip at aaaaaaaa: there is no such commit. Correct revision", id="no such commit"),
        pytest.param({"files": {"config.json": b"{}", "pytorch_model.bin": b"x"}}, "no weights as safetensors .* can run code", id="pickles only"),
        pytest.param({"files": {"config.json": b"{}", "model.fp16.safetensors": b"x"}}, "no weights as safetensors", id="half precision only"),
    ],
)
def test_what_cannot_be_fetched_says_why_and_what_to_do(hub, setting, says):
    hub.repositories["owner/clip"] = Repository(**{"revision": COMMIT, "files": CLIP} | setting)
    with pytest.raises(CheckpointError, match=says):
        fetch(plan_fetch(checkpoint("clip")))
    with pytest.raises(CheckpointError):
        checked_folder(checkpoint("clip"))


def test_a_token_opens_what_is_gated(hub, monkeypatch):
    serve(hub, "clip", CLIP, gated=True)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert contents(fetch(plan_fetch(checkpoint("clip")))) == CLIP


def test_the_terms_of_a_known_model_are_linked(hub, monkeypatch):
    serve(hub, "clip", CLIP, gated=True)
    know(monkeypatch, "clip", b"", gated=True)
    with pytest.raises(CheckpointError, match="Accept them at https://terms"):
        fetch(plan_fetch(checkpoint("clip")))


def test_a_model_that_is_not_there_is_named(hub):
    with pytest.raises(CheckpointError, match=f"owner/clip at aaaaaaaa: there is no such model on {hub.url}, or it is private"):
        plan_fetch(checkpoint("clip"))


def test_a_hub_that_is_down_is_named_with_the_ways_around_it():
    with Hub() as gone:
        pass
    environment = os.environ | {"HF_ENDPOINT": gone.url}
    code = f"from nkd_pipeline.models.fetching import *; plan_fetch(Checkpoint(model='owner/clip', revision='{COMMIT}'))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert f"CheckpointError: {gone.url} could not be asked (ConnectError" in done.stderr
    assert "HTTPS_PROXY, set HF_ENDPOINT to a mirror" in done.stderr


def test_a_hub_in_trouble_is_not_taken_for_a_missing_model(hub):
    hub.status = 503
    with pytest.raises(CheckpointError, match=r"could not be asked \(status 503\)"):
        plan_fetch(checkpoint("clip"))


def test_offline_mode_is_named(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="HF_HUB_OFFLINE is set"):
        plan_fetch(checkpoint("clip"))


def test_a_full_disk_is_noticed_before_anything_is_fetched(hub, monkeypatch):
    serve(hub, "clip", CLIP)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0))
    with pytest.raises(CheckpointError, match=r"the disk is full: 0\.0 GB are needed, 0\.0 GB are free.* set HF_HOME"):
        fetch(plan_fetch(checkpoint("clip")))
    assert hub.asked == []


def test_a_disk_that_fills_up_meanwhile_is_named_too(hub, monkeypatch):
    serve(hub, "clip", CLIP)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.snapshot_download", full)
    with pytest.raises(CheckpointError, match="the disk is full: No space left on device"):
        fetch(plan_fetch(checkpoint("clip")))


def test_a_folder_is_never_fetched():
    with pytest.raises(CheckpointError, match="is a folder of this machine"):
        plan_fetch(Checkpoint(model="./clip"))
