"""WordNet's files give the synonyms that nltk's own reader finds in them."""

import warnings

import pytest

from nkd_pipeline.metrics.wordnet import WordNet
from nkd_pipeline_tests.metrics.wordnets import SETS, write_wordnet

INFLECTED = ["Jumpers", "men", "mans", "boxes", "wore", "wears", "wearing", "exhibited", "showed", "bigger", "largest", "halted", "stopped", "pant"]
OTHERS = ["", "unknown", "pair_of_trousers", "t-shirts", "afloat(p)", "fastest", "s", "ies", "🧥"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_wordnet(tmp_path_factory.mktemp("nltk_data") / "corpora" / "wordnet")


def synonyms(reader, word):
    return {lemma.name() for synset in reader.synsets(word) for lemma in synset.lemmas()}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("jumper", {"jumper", "sweater", "pinafore"}, id="all its meanings"),
        pytest.param("Jumpers", {"jumper", "sweater", "pinafore"}, id="plural, capital"),
        pytest.param("men", {"man"}, id="irregular"),
        pytest.param("pants", {"pants", "trousers", "pair_of_trousers"}, id="a plural that is a word itself"),
        pytest.param("worn", {"wear", "have_on"}, id="verb"),
        pytest.param("adrift", {"adrift", "afloat"}, id="adjectives without their markers"),
        pytest.param("blouse", set(), id="unknown"),
    ],
)
def test_synonyms(folder, word, found):
    assert synonyms(WordNet(folder), word) == found


def test_nltk_finds_the_same(folder, monkeypatch):
    import nltk
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

    monkeypatch.setattr(nltk.data, "path", [str(folder.parents[1])])
    with warnings.catch_warnings(action="ignore"):  # it has no other languages
        theirs = WordNetCorpusReader(str(folder), None)
    ours = WordNet(folder)
    known = [word for sets in SETS.values() for words in sets for word in words]
    for word in [*known, *INFLECTED, *OTHERS]:
        assert synonyms(ours, word) == synonyms(theirs, word)


def test_a_folder_without_wordnet_is_named(tmp_path):
    write_wordnet(tmp_path)
    (tmp_path / "data.verb").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no data\.verb, so there is no WordNet\. Install it \(Debian: wordnet-base\)"):
        WordNet(tmp_path)
