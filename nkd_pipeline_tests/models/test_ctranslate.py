"""CTranslate2 gives the translations of transformers, and a checkpoint is converted once."""

import shutil
import sys

import pytest

from nkd_pipeline.execution.engine import LoadError, load
from nkd_pipeline.models import residency
from nkd_pipeline.models.ctranslate import CTranslate2Translator
from nkd_pipeline.models.marian import MarianTranslator
from nkd_pipeline_tests.models.translators import corpus_articles, translations
from nkd_pipeline_tests.text.rows import article


@pytest.fixture(autouse=True)
def models(monkeypatch, tmp_path):
    """An empty folder for converted models, and no model left from the test before."""
    folder = tmp_path / "models"
    monkeypatch.setenv("NKD_MODELS", str(folder))
    residency.release_all()
    return folder


def translator(folder, kind=CTranslate2Translator, **settings):
    stage = kind(kind.Settings(model=str(folder), **settings))
    load(stage)
    return stage


def converted(models):
    return sorted(path.name.split("@")[0] + path.suffix for path in models.iterdir() if not path.name.startswith("."))


# words that the tiny model has not learnt: it has many candidates, and where the search ends decides which is the best
UNFAMILIAR = ("Reine Viskose", "Figurnahe Passform", "Hemdkragen und Knopfleiste", "Lange Ärmel mit Rippstruktur")


@pytest.mark.parametrize("beams", [1, 4])
def test_translations_are_those_of_transformers(tiny, beams):
    articles = [*corpus_articles(), *(article(name, article_id=name) for name in UNFAMILIAR)]
    expected = translations(translator(tiny / "marian", MarianTranslator, dtype="float32", num_beams=beams), articles, 24)
    for size in (1, 24):
        assert translations(translator(tiny / "marian", dtype="float32", num_beams=beams), articles, size) == expected


def test_a_checkpoint_is_converted_once(tiny, models):
    translator(tiny / "marian")
    [weights] = models.glob("*/model.bin")
    written = weights.stat()
    residency.release_all()
    translator(tiny / "marian")
    assert list(models.glob("*/model.bin")) == [weights]
    assert (weights.stat().st_ino, weights.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_each_number_format_is_a_conversion_of_its_own(tiny, models):
    stages = [translator(tiny / "marian", int8=int8) for int8 in (False, True)]
    assert converted(models) == ["marian.ct2-float32", "marian.ct2-int8_float32"]
    assert stages[0].fingerprint() != stages[1].fingerprint()


def test_what_a_killed_conversion_left_is_no_model(tiny, models):
    translator(tiny / "marian")
    [folder] = (path for path in models.iterdir() if path.is_dir())
    partial = folder.rename(folder.with_name(f".{folder.name}.partial"))
    (partial / "model.bin").write_bytes(b"half")
    residency.release_all()
    assert translator(tiny / "marian")(corpus_articles(1))[0].name
    assert folder.is_dir()
    assert not partial.exists()


def test_a_damaged_conversion_is_named(tiny, models):
    translator(tiny / "marian")
    [weights] = models.glob("*/model.bin")
    weights.write_bytes(weights.read_bytes()[:10_000])
    residency.release_all()
    with pytest.raises(LoadError, match=r"marian@.*Remove that folder to have it converted again"):
        translator(tiny / "marian")


def test_a_model_that_was_trained_further_is_refused(tiny, models, tmp_path):
    # CTranslate2 starts each translation from zeros, as opus-mt does; training moves the start token's embedding away from them
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny / "marian", tmp_path / "tuned")
    weights = load_file(folder / "model.safetensors")
    name = next(name for name in weights if name.endswith("shared.weight"))
    weights[name][-1] = 0.1
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(LoadError, match=r"has learnt a meaning.*MarianTranslator"):
        translator(folder)
    assert converted(models) == []


def test_without_the_package_the_cure_is_named(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(LoadError, match=r"pip install 'nkd_pipeline\[fast\]'"):
        translator(tiny / "marian")


def test_another_kind_of_model_is_refused(tiny):
    with pytest.raises(LoadError, match="is a model of type phi3"):
        translator(tiny / "phi3")
