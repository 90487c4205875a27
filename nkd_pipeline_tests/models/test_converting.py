"""A pickle is opened once in its life: after its SHA-256 was compared, without running code, to become safetensors."""

import io
import pickle
import threading

import pytest
from safetensors import safe_open

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.fetching import fetch, plan_fetch
from nkd_pipeline.models.marian import marian_tokenizer, marian_weights
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline_tests.models.hub import Repository, checkpoint, contents, know, serve
from nkd_pipeline_tests.models.test_safety import Exploit


@pytest.fixture(scope="module")
def pickled(tiny):
    """The tiny Marian model as opus-mt has it: a pickled state dict in which tied weights share their memory."""
    import torch

    stream = io.BytesIO()
    torch.save(marian_weights(tiny / "marian", torch.float32).state_dict(), stream)
    return {name: data for name, data in contents(tiny / "marian").items() if name != "model.safetensors"} | {"pytorch_model.bin": stream.getvalue()}


def test_the_reviewed_pickle_becomes_safetensors_once_and_is_gone(hub, monkeypatch, tiny, pickled, tmp_path):
    import torch

    serve(hub, "marian", pickled)
    know(monkeypatch, "marian", pickled["pytorch_model.bin"])
    folder = fetch(plan_fetch(checkpoint("marian")))
    assert folder == checked_folder(checkpoint("marian")) == checkpoint("marian").converted
    assert pickled["pytorch_model.bin"] not in contents(tmp_path).values()
    assert not list(tmp_path.rglob("*.bin"))
    assert set(contents(folder)) == set(pickled) - {"pytorch_model.bin"} | {"model.safetensors"}
    with safe_open(folder / "model.safetensors", "np") as weights:
        assert {"model.shared.weight", "lm_head.weight", "model.encoder.embed_tokens.weight"} & set(weights.keys()) == {"model.shared.weight"}  # tied

    before, after = (marian_weights(place, torch.float32).state_dict() for place in (tiny / "marian", folder))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert marian_tokenizer(folder)("Hemd").input_ids == marian_tokenizer(tiny / "marian")("Hemd").input_ids


def test_another_pickle_under_the_reviewed_name_is_not_opened(hub, monkeypatch, tmp_path):
    exploit = pickle.dumps(Exploit(tmp_path / "executed"))
    serve(hub, "marian", {"config.json": b"{}", "pytorch_model.bin": exploit})
    know(monkeypatch, "marian", b"what was reviewed")
    with pytest.raises(CheckpointError, match=r"not the file that was reviewed .* was not opened, and has been removed"):
        fetch(plan_fetch(checkpoint("marian")))
    assert not (tmp_path / "executed").exists()
    assert not checkpoint("marian").converted.exists()
    assert exploit not in contents(tmp_path).values()


@pytest.mark.parametrize("content", ["exploit", "object"])
def test_even_a_reviewed_pickle_may_hold_nothing_but_tensors(hub, monkeypatch, tmp_path, content):
    import torch

    stream = io.BytesIO()
    torch.save(Exploit(tmp_path / "executed") if content == "exploit" else {"weight": [1, 2]}, stream)
    serve(hub, "marian", {"config.json": b"{}", "pytorch_model.bin": stream.getvalue()})
    know(monkeypatch, "marian", stream.getvalue())
    with pytest.raises(CheckpointError, match="Choose a model with safetensors"):
        fetch(plan_fetch(checkpoint("marian")))
    assert not (tmp_path / "executed").exists()
    assert not checkpoint("marian").converted.exists()


def test_a_pin_holds_for_its_revision_alone(hub, monkeypatch, pickled):
    know(monkeypatch, "marian", pickled["pytorch_model.bin"])
    hub.repositories["owner/marian"] = Repository("b" * 40, pickled)
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        plan_fetch(Checkpoint(model="owner/marian", revision="b" * 40))


def test_two_fetches_at_once_convert_one_after_the_other(hub, monkeypatch, pickled):
    serve(hub, "marian", pickled)
    know(monkeypatch, "marian", pickled["pytorch_model.bin"])
    plan, errors = plan_fetch(checkpoint("marian")), []

    def run():
        try:
            fetch(plan)
        except CheckpointError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert checked_folder(checkpoint("marian")) == checkpoint("marian").converted
