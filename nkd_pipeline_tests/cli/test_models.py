"""`nkd models` as its user calls it, and what other commands say when models are missing."""

import shutil
import subprocess
import sys

import pytest

from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.models import residency
from nkd_pipeline_tests.models.conftest import hub  # noqa: F401 - a fixture
from nkd_pipeline_tests.models.hub import COMMIT, contents, serve

CLASSES = {
    "translated_descriptions": "nkd_pipeline.models.marian:MarianTranslator",
    "generated_images": "nkd_pipeline.models.diffusion.stage:DiffusionArtist",
    "clip_scores": "nkd_pipeline.models.clip:ClipScorer",
}


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    """No test finds the models of a developer."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))


@pytest.fixture
def home(tmp_path):
    """A home without settings of its own: those of sketches mean nothing to neural stages."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def own(tmp_path):
    """Writes a profile: asset -> model entries of its stage."""

    def write(**entries):
        lines = ['extends = "sketch"']
        for asset, settings in entries.items():
            lines += [f"[stages.{asset}]", f'stage = "{CLASSES[asset]}"']
            lines += [f'{key} = "{value}"' for key, value in settings.items()]
        path = tmp_path / "own.toml"
        path.write_text("\n".join(lines))
        return path

    return write


def line(output, *words):
    """The one line with all these words."""
    (found,) = [text for text in output.splitlines() if all(word in text for word in words)]
    return found


@pytest.mark.parametrize("words", [["--help"], ["models", "--help"], ["models", "fetch", "--help"]])
def test_help_imports_no_library_that_takes_its_time(words):
    heavy = ("dagster", "torch", "transformers", "huggingface_hub", "numpy", "pyarrow")
    code = (
        f"import sys\nfrom nkd_pipeline.cli import app\ntry:\n app({words!r})\nfinally:\n print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["list", "fetch", "check"])
def test_the_model_of_the_embedded_profile_comes_with_the_package(nkd, home, command):
    result = nkd("models", command, "--home", home)
    assert result.exit_code == 0, result.output
    assert "missing" not in result.output
    assert ("house-clip" if command == "check" else "house_clip/checkpoint") in "".join(result.output.split())


def test_a_profile_without_models_says_so(nkd, home):
    silent = {"clip_scores": "metrics.not_scored:NotScored", "probe_answers": "rubric.not_asked:NotAsked"}
    (home / "settings.toml").write_text("".join(f'[stages.{asset}]\nstage = "nkd_pipeline.{stage}"\n' for asset, stage in silent.items()))
    result = nkd("models", "list", "--home", home)
    assert (result.exit_code, result.output.strip()) == (0, "Profile sketch needs no models: everything it uses comes with the package.")


def test_list_says_licence_size_and_what_is_missing_without_a_network(nkd, home, monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    result = nkd("models", "list", "--home", home, "--profile", "flux-dev")
    assert result.exit_code == 0, result.output
    cells = [cell.strip() for cell in line(result.output, "generated_images").strip("│").split("│")]
    assert cells == ["generated_images", "black-forest-labs/FLUX.1-dev", "3de623fc", "FLUX.1 [dev] Non-Commercial License", "33.8", "missing"]
    assert "Pictures for a shop are commercial use" in result.output
    assert result.output.count("Run `nkd models fetch`") == 1  # the cure once, not for each model


def test_list_tells_local_folders_by_their_digest(nkd, home, own, tiny):
    profile = own(clip_scores={"model": tiny / "clip"})
    before = line(nkd("models", "list", "--home", home, "--profile", profile).output, "clip_scores")
    assert "present (" in before


def test_list_says_what_is_wrong_with_a_folder(nkd, home, own, tmp_path):
    (tmp_path / "clip").mkdir()
    (tmp_path / "clip" / "pytorch_model.bin").write_bytes(b"x")
    result = nkd("models", "list", "--home", home, "--profile", own(clip_scores={"model": "./clip"}))
    assert "not usable" in line(result.output, "│ clip_scores")
    assert "pytorch_model.bin: the weights are there only in a format that can run code" in result.output
    assert result.exit_code == 0


def test_a_home_that_names_a_folder_needs_nothing_fetched_for_it(nkd, home, tiny):
    (home / "settings.toml").write_text(f'[stages.clip_scores]\nstage = "nkd_pipeline.models.clip:ClipScorer"\nmodel = "{tiny / "clip"}"\n')
    assert "present (" in line(nkd("models", "list", "--home", home).output, "clip_scores")


def test_fetch_gets_what_it_can_and_says_what_it_cannot(nkd, home, own, hub, tiny):  # noqa: F811
    serve(hub, "clip", contents(tiny / "clip"))
    serve(hub, "flux", contents(tiny / "flux"), gated=True)
    profile = own(clip_scores={"model": "owner/clip", "revision": COMMIT}, generated_images={"model": "owner/flux", "revision": COMMIT})
    result = nkd("models", "fetch", "--home", home, "--profile", profile)
    assert result.exit_code == 3, result.output
    assert "owner/clip is in " in result.output
    assert "owner/flux at aaaaaaaa: the hub gives it only to accounts that accepted its terms" in result.output
    again = nkd("models", "fetch", "--home", home, "--profile", profile)
    assert "owner/clip is on this machine: present." in again.output
    assert "present" in line(nkd("models", "list", "--home", home, "--profile", profile).output, "clip_scores")


def test_fetch_of_one_model_leaves_the_others(nkd, home, own, hub, tiny):  # noqa: F811
    serve(hub, "clip", contents(tiny / "clip"))
    profile = own(clip_scores={"model": "owner/clip", "revision": COMMIT}, generated_images={"model": "owner/flux", "revision": COMMIT})
    result = nkd("models", "fetch", "clip", "--home", home, "--profile", profile)
    assert result.exit_code == 0, result.output
    assert "flux" not in result.output


def test_fetch_says_what_is_wrong_with_a_folder_instead_of_asking_for_it(nkd, home, own, hub):  # noqa: F811
    result = nkd("models", "fetch", "--home", home, "--profile", own(clip_scores={"model": "./gone"}))
    assert result.exit_code == 3
    assert "There is no model folder" in result.output


def test_a_hub_that_is_down_is_said_once_for_all_models(nkd, home, hub):  # noqa: F811
    hub.status = 503
    result = nkd("models", "fetch", "--home", home, "--profile", "flux")
    assert (result.exit_code, result.output.count("could not be asked")) == (3, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["models", "fetch", "gpt", "--profile", "flux"], "No model is called gpt", id="no such model"),
        pytest.param(["models", "list", "--profile", "flex"], "No profile is called flex", id="list: no such profile"),
        pytest.param(["models", "check", "--profile", "flex"], "No profile is called flex", id="check: no such profile"),
        pytest.param(["models", "check", "--profile", "WRONG"], "steps", id="a wrong setting is no failing model"),
        pytest.param(["run", "DELIVERY", "--profile", "flux"], "Not on this machine: Helsinki-NLP/opus-mt-de-en, microsoft/Phi-3", id="run"),
        pytest.param(["retry", "--profile", "flux"], "Profile flux cannot run on this machine yet", id="retry"),
        pytest.param(["run", "DELIVERY", "--profile", "GONE"], "clip_scores: There is no model folder", id="run: a folder that is gone"),
    ],
)
def test_wrong_input_and_missing_models_end_with_exit_code_2_before_anything_is_done(nkd, own, delivery, home, words, says):
    if "WRONG" in words:
        words = [*words[:-1], own(generated_images={"model": "./sd15", "steps": "many"})]
    if "GONE" in words:
        words = [*words[:-1], own(clip_scores={"model": "./gone"})]
    before = contents(home)
    result = nkd(*(delivery if word == "DELIVERY" else word for word in words), "--home", home)
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert contents(home) == before


def test_check_loads_every_model_and_computes_an_article(nkd, home, tiny):
    result = nkd("models", "check", "--home", home, "--profile", tiny / "tiny.toml")
    assert result.exit_code == 0, result.output
    models = {"translated_descriptions": "marian", "extracted_attributes": "phi3", "generated_images": "flux + flux_lora", "clip_scores": "clip"}
    models |= {"probe_answers": "clip", "vqa_answers": "blip_vqa"}
    for asset, name in models.items():
        cells = [cell.strip() for cell in line(result.output, f"│ {asset}").strip("│").split("│")]
        assert cells[1].startswith(name)
        assert (cells[2], cells[-1]) == ("cpu", "ok")
    assert not (home / "tables").exists()  # nothing of it is kept


def test_check_goes_on_when_models_fail(nkd, home, own, tiny, tmp_path):
    # the stages after them get what the embedded profile makes: here the scorer a sketch
    shutil.copytree(tiny / "sd15", tmp_path / "broken")
    (tmp_path / "broken" / "unet" / "config.json").write_text('{"_class_name": "UNet2DConditionModel", "in_channels": 4, "sample_size": 16}')
    broken = {"translated_descriptions": {"model": "./gone"}, "generated_images": {"model": "./broken"}}
    result = nkd("models", "check", "--home", home, "--profile", own(**broken, clip_scores={"model": tiny / "clip"}))
    assert result.exit_code == 3
    assert "failed" in line(result.output, "│ translated_descriptions")
    assert "failed" in line(result.output, "│ generated_images")
    assert "ok" in line(result.output, "│ clip_scores")
    assert "translated_descriptions: gone cannot be loaded: There is no model folder" in result.output
    assert "generated_images: broken cannot be loaded: " in result.output
    residency.release_all()


def test_models_of_profiles_that_extend_one_another_are_those_that_a_run_would_load(nkd, home):
    output = nkd("models", "list", "--home", home, "--profile", "sdxl").output
    named = {value for asset in STEPS for key, value in load_profile("sdxl").stages[asset].items() if key == "model"}
    assert len(named) == 5
    assert all(name in output for name in named | {"stabilityai/stable-diffusion-xl-refiner-1.0"})
