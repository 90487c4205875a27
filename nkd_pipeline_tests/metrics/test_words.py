"""Words are what nltk takes for words; what is kept of a text is told by the words that carry its meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.words import WordFrequency, compared_frequencies, content_words, keyword_retention, word_frequencies, words
from nkd_pipeline_tests.metrics.texts import pairs


def test_single_sentences_are_split_as_by_nltk():
    from nltk import word_tokenize

    for text in {text for pair in pairs() for text in pair} - {""}:
        sentences = [part for part in text.replace(". ", ".\n").replace("! ", "!\n").split("\n") if part.strip()]
        assert words(text) == [token for sentence in sentences for token in word_tokenize(sentence, preserve_line=True)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("A women's T-shirt, pink.", ["women", "t-shirt", "pink"], id="no punctuation, no possessive, hyphens stay"),
        pytest.param("a women’s t-shirt", ["women", "t-shirt"], id="typographic apostrophe"),
        pytest.param("Blouse. Without collar! 100 % cotton", ["blouse", "without", "collar", "100", "cotton"], id="what is missing counts"),
        pytest.param("it is on the one with a", [], id="function words alone"),
        pytest.param("🧥 — …", [], id="nothing that is a word"),
        pytest.param("pink pink", ["pink", "pink"], id="as often as it stands there"),
    ],
)
def test_content_words(text, found):
    assert content_words(text) == found


@pytest.mark.parametrize(
    ("source", "text", "share"),
    [
        pytest.param("a pink blouse", "Blouses in pink", 1.0, id="by stems, in any order"),
        pytest.param("a pink blouse", "a pink dress", 0.5, id="one of two"),
        pytest.param("pink pink pink blouse", "blouse", 0.5, id="repeated words count once"),
        pytest.param("a pink blouse", "", 0.0, id="nothing kept"),
        pytest.param("of the", "anything", 1.0, id="nothing to keep"),
    ],
)
def test_keyword_retention(source, text, share):
    assert keyword_retention(source, text) == pytest.approx(share)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_text_keeps_its_own_words_and_more_text_loses_none(source, text):
    assert keyword_retention(source, source) == 1
    assert 0 <= keyword_retention(source, text) <= keyword_retention(source, f"{text} . {source}") == 1


def test_frequencies_before_and_after():
    before, after = ["a pink blouse", "a blue blouse"], ["a detailed pink blouse, detailed", "a detailed blue dress"]
    assert word_frequencies(before) == {"pink": 1, "blue": 1, "blouse": 2}
    assert compared_frequencies(before, after) == [
        WordFrequency("detailed", 0, 3),
        WordFrequency("blouse", 2, 1),
        WordFrequency("dress", 0, 1),
        WordFrequency("blue", 1, 1),
        WordFrequency("pink", 1, 1),
    ]


def test_counts_of_unlike_many_texts_are_not_compared():
    with pytest.raises(ValueError, match="2 texts cannot be compared with those of 1"):
        compared_frequencies(["one", "two"], ["one"])
