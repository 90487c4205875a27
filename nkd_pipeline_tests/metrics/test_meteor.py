"""METEOR is nltk's, with WordNet and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.meteor import meteor, meteor_name
from nkd_pipeline.metrics.wordnet import WordNet
from nkd_pipeline.metrics.words import words
from nkd_pipeline_tests.metrics.texts import pairs
from nkd_pipeline_tests.metrics.wordnets import write_wordnet


class Nothing:
    """A WordNet without words."""

    def synsets(self, _word):
        return []


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory):
    return WordNet(write_wordnet(tmp_path_factory.mktemp("wordnet")))


@pytest.mark.parametrize("synonyms", [False, True], ids=["words and stems", "WordNet"])
def test_equal_to_nltk_on_200_pairs(wordnet, synonyms):
    from nltk.translate.meteor_score import meteor_score

    both = pairs(200)
    theirs = [meteor_score([words(reference)], words(text), wordnet=wordnet if synonyms else Nothing()) for text, reference in both]
    assert [meteor(text, reference, wordnet if synonyms else None) for text, reference in both] == pytest.approx(theirs, abs=1e-4)
    assert len(both) == 200
    assert 0 < sum(theirs) < 200


@pytest.mark.parametrize(
    ("text", "reference", "score"),
    [
        pytest.param("", "", 0.0, id="nothing agrees with nothing"),
        pytest.param("", "blouse", 0.0, id="empty text"),
        pytest.param("blouse", "", 0.0, id="empty reference"),
        pytest.param("blouse", "Blouse", 0.5, id="one word: the penalty for fragments is at its highest, also for equal texts"),
        pytest.param("pink blouses", "pink blouse", 1 - 0.5 / 2**3, id="stems"),
        pytest.param("b a", "a b", 0.5, id="two chunks of one word"),
        pytest.param("pink", "pink blouse", (1 * 0.5 / (0.9 * 1 + 0.1 * 0.5)) * 0.5, id="recall counts nine times as much as precision"),
        pytest.param("a b a", "a b", 2 / 3 / (0.9 * 2 / 3 + 0.1) * 0.5, id="greedy from the end: the later twin is matched, and costs a chunk"),
        pytest.param("🧥 jacket", "🧥 jacket", 1 - 0.5 / 2**3, id="emoji are words"),
    ],
)
def test_by_hand(text, reference, score):
    assert meteor(text, reference) == pytest.approx(score)


@pytest.mark.parametrize(
    ("text", "reference", "agrees"),
    [
        pytest.param("jumper", "sweater", True, id="synonyms"),
        pytest.param("jumper", "sweaters", True, id="of which the stem is left over"),
        pytest.param("large", "big", False, id="large leaves the stem larg, which no WordNet knows: so it is in nltk"),
        pytest.param("jumper", "trousers", False, id="no synonyms"),
    ],
)
def test_synonyms_agree_only_with_wordnet(wordnet, text, reference, agrees):
    assert meteor(text, reference) == 0
    assert (meteor(text, reference, wordnet) > 0) == agrees


def test_the_name_says_which(wordnet):
    assert (meteor_name(), meteor_name(wordnet)) == ("meteor_exact_stem", "meteor_wordnet")


@given(st.text(max_size=60), st.text(max_size=60))
def test_range_and_what_equal_texts_have(text, other):
    length = len(words(text))
    assert meteor(text, text) == pytest.approx(1 - 0.5 / length**3 if length else 0)
    assert 0 <= meteor(text, other) <= 1
