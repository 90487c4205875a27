"""The tiny checkpoints are whole, safe and the same every time; else a test that uses them fails for a reason that lies elsewhere."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nkd_pipeline.models import extraction_prompt
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.marian import MarianTranslator
from nkd_pipeline.models.phi3 import Phi3Extractor
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.records import Article
from nkd_pipeline.text.json_reply import read_reply
from nkd_pipeline_tests.tiny import cache
from nkd_pipeline_tests.tiny.builders import BUILDERS, builder
from nkd_pipeline_tests.tiny.builders.conversations import row
from nkd_pipeline_tests.tiny.builders.corpus import samples

FORMATS = {".safetensors", ".json", ".spm", ".jinja"}
ONE = "flux_lora"  # the cheapest of all


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_checkpoint_is_one_that_the_pipeline_may_load(tiny, name):
    folder = tiny / name
    assert checked_folder(Checkpoint(model=str(folder))) == folder
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= FORMATS


def test_profile_lies_beside_all_that_it_names(tiny):
    profile = tiny / "tiny.toml"
    assert {"marian", "phi3", "flux", "flux_lora", "clip"} <= {path.name for path in profile.parent.iterdir()}


def test_unknown_name_is_refused_with_those_that_there_are(tmp_path):
    with pytest.raises(KeyError, match=r"no tiny checkpoint sdxl\. There are blip2, blip_vqa, clip, flux"):
        _ = cache.TinyCheckpoints(tmp_path) / "sdxl"


@pytest.mark.parametrize("name", [ONE, "flux"], ids=["adapter", "pipeline with tokenizers"])
def test_same_bytes_every_time(tmp_path, tiny, name):
    assert contents(cache.TinyCheckpoints(tmp_path) / name) == contents(tiny / name)


def test_interrupted_build_leaves_nothing_that_looks_whole(tmp_path, tiny, monkeypatch):
    def interrupted(folder):
        (folder / "half.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    built = cache.TinyCheckpoints(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(cache, "builder", lambda _: interrupted)
        with pytest.raises(KeyboardInterrupt):
            built / ONE
    assert not list(tmp_path.glob(f"*/{ONE}"))
    assert contents(built / ONE) == contents(tiny / ONE)  # what was half made is gone


def test_who_comes_second_waits_and_builds_nothing(tmp_path, monkeypatch):
    builds, start = [], threading.Barrier(4)

    def counted(folder):
        builds.append(folder)
        builder(ONE)(folder)

    def ask(_):
        start.wait()
        return contents(cache.TinyCheckpoints(tmp_path) / ONE)

    monkeypatch.setattr(cache, "builder", lambda _: counted)
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(ask, range(4))
    assert len(builds) == 1
    assert others == [first] * 3


def test_only_what_nobody_can_be_reading_is_removed(tmp_path):
    for name, age in (("younger", cache.DAY / 2), ("older", cache.DAY * 2)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, times=(time.time() - age,) * 2)
    _ = cache.TinyCheckpoints(tmp_path) / ONE
    assert (tmp_path / "younger").exists()
    assert not (tmp_path / "older").exists()


def test_translator_knows_the_corpus(tiny):
    # tests that compare translations need some that are right and differ from row to row
    translator = MarianTranslator(MarianTranslator.Settings(model=str(tiny / "marian")))
    translator.load()
    unseen = samples(20, seed=99)
    articles = [Article(article_id="", source_file="", source_sheet="", source_row=0, name=sample.name.german) for sample in unseen]
    right = [translation.name.lower() == sample.name.english.lower() for translation, sample in zip(translator(articles), unseen, strict=True)]
    assert sum(right) >= 15


def test_language_model_writes_replies_of_every_form(tiny):
    # readers of replies must meet good JSON most often, and all that may come instead
    extractor = Phi3Extractor(Phi3Extractor.Settings(model=str(tiny / "phi3"), constrained="off"))
    extractor.load()
    forms = [read_reply(reply).how for reply in extractor.complete([extraction_prompt.messages(row(sample)) for sample in samples(40, seed=7)])]
    assert set(forms) == {"json", "repaired", "lines", "none"}
    assert forms.count("json") > 20
