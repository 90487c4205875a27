"""A MarianMT checkpoint translates the same in every batch, and as transformers translates with it."""

import json
import shutil

import pytest
from hypothesis import given, settings

from nkd_pipeline.execution.engine import LoadError, load
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.marian import MarianTranslator, marian_tokenizer
from nkd_pipeline.text.vocabulary import digest
from nkd_pipeline_tests.models.translators import corpus_articles, translations
from nkd_pipeline_tests.text.rows import delivery_row
from nkd_pipeline_tests.text.test_sentences import PROSE
from nkd_pipeline_tests.tiny.builders.corpus import samples


def translator(folder, **settings):
    stage = MarianTranslator(MarianTranslator.Settings(model=str(folder), **settings))
    load(stage)
    return stage


@pytest.fixture(scope="module")
def articles():
    return corpus_articles()


@pytest.fixture(scope="module")
def one_by_one(tiny, articles):
    return translations(translator(tiny / "marian", dtype="float32"), articles, 1)


@pytest.mark.parametrize(("size", "tokens"), [(8, 4096), (24, 4096), (24, 40)])
def test_a_batch_translates_as_single_articles_do(tiny, articles, one_by_one, size, tokens):
    assert translations(translator(tiny / "marian", dtype="float32", batch_tokens=tokens), articles, size) == one_by_one


def test_tokens_are_those_of_transformers(tiny, articles):
    import torch
    from transformers import MarianMTModel

    model, tokenizer = MarianMTModel.from_pretrained(tiny / "marian"), marian_tokenizer(tiny / "marian")
    texts = [article.name for article in articles]
    with torch.no_grad():
        search = {"num_beams": 4, "early_stopping": True, "max_new_tokens": 100, "max_length": None}
        alone = [model.generate(**tokenizer(text, return_tensors="pt"), **search)[0].tolist() for text in texts]
    loaded = translator(tiny / "marian")._model
    special = {tokenizer.pad_token_id, tokenizer.eos_token_id}
    assert loaded.generate([loaded.tokens(text) for text in texts], 4, 100) == [[token for token in found if token not in special] for found in alone]


def test_it_translates_what_it_has_learnt(tiny):
    # learnt in seconds, so not every word is right; a model that is loaded or asked wrongly gets none
    kinds = [sample.kind for sample in samples(24, seed=99)]
    found = translator(tiny / "marian")([delivery_row(pair.german) for pair in kinds])
    assert sum(translation.name == pair.english for translation, pair in zip(found, kinds, strict=True)) > 12


def test_a_text_beyond_the_models_positions_is_translated_whole(tiny):
    # 512 positions: such texts raise IndexError in transformers
    sentence = "Damen-Bluse mit Knopfleiste und Kragen. "
    stage = translator(tiny / "marian")
    [once, often] = stage([delivery_row("", description=sentence.strip()), delivery_row("", description=(sentence * 300).strip())])
    assert often.description == " ".join([once.description] * 300)
    [unbroken] = stage([delivery_row("", description="Bluse" * 1000)])
    assert unbroken.description


@settings(max_examples=20)
@given(name=PROSE, description=PROSE)
def test_no_text_raises(tiny, name, description):
    [found] = translator(tiny / "marian", num_beams=1)([delivery_row(name, description=description)])
    assert len(found.description.splitlines()) == len(description.splitlines())


@pytest.mark.parametrize("name", ["\ud800 Hose", "</s> Hose", "<pad>", ">>fr<< Hose"])
def test_signs_that_mean_something_to_the_tokenizer_do_no_harm(tiny, name):
    [found] = translator(tiny / "marian")([delivery_row(name)])
    assert found.name


def test_a_shard_is_run(tiny, articles):
    outcome = run_stage(translator(tiny / "marian", batch_size=5), articles, {}, lambda rows: None, options=RunOptions())
    assert outcome.counts.computed == len(articles)
    assert list(outcome.rows) == [article.article_id for article in articles]


def test_only_what_changes_the_text_recomputes_it(tiny):
    def fingerprint(**settings):
        return MarianTranslator(MarianTranslator.Settings(model=str(tiny / "marian"), **settings)).fingerprint()

    assert fingerprint() == fingerprint(batch_size=3, batch_tokens=99)
    assert fingerprint() != fingerprint(num_beams=1)
    assert fingerprint()["vocabulary"] == digest()


def test_another_kind_of_model_is_refused(tiny):
    with pytest.raises(LoadError, match=r"is a model of type phi3\. Name a MarianMT checkpoint"):
        translator(tiny / "phi3")


def test_a_model_with_missing_weights_is_refused(tiny, tmp_path):
    # transformers would load it, with random numbers in their place
    folder = shutil.copytree(tiny / "marian", tmp_path / "deeper")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"encoder_layers": 3}))
    with pytest.raises(LoadError, match=r"weights are missing, the first is model\.encoder\.layers\.2"):
        translator(folder)
