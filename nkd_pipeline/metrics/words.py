"""The words of an English text, and which of them carry its meaning."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# what nltk says of a possessive or a contraction, such as 's and n't
_CLITIC = re.compile(r"'\w{1,2}|n't")


@dataclass(frozen=True, slots=True)
class WordFrequency:
    """How often a content word stands in the texts before and after something was done to them."""

    word: str
    before: int
    after: int


def words(text: str) -> list[str]:
    """All tokens of a text, punctuation marks included, as nltk's `word_tokenize` gives them.

    Two things differ: sentences are taken to end at every full stop, exclamation or question mark before a space, since the model that nltk splits
    sentences by is a download of its own; and a typographic apostrophe counts as the plain one, so that both spellings of "women's" are the same.
    """
    tokenizer = _tokenizer()
    return [token for sentence in _SENTENCE_END.split(text.replace("’", "'")) for token in tokenizer.tokenize(sentence)]


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, in lower case and in their order, repeated ones as often as they stand there.

    Left out are punctuation, possessive endings, and the function words of `function_words.toml`; "no", "not" and "without" count.
    """
    lower = (token.lower() for token in words(text))
    return [word for word in lower if any(map(str.isalnum, word)) and not _CLITIC.fullmatch(word) and word not in _function_words()]


def keyword_retention(source: str, text: str) -> float:
    """Share 0..1 of the source's different content words that the text has too, by their Porter stems; 1 when the source has none.

    What else the text says does not count: a text that holds all words of the language would keep everything.
    """
    stem = stemmer().stem
    wanted = {stem(word) for word in content_words(source)}
    return len(wanted & {stem(word) for word in content_words(text)}) / len(wanted) if wanted else 1.0


def word_frequencies(texts: Iterable[str]) -> Counter[str]:
    """How often each content word stands in the texts."""
    return Counter(word for text in texts for word in content_words(text))


def compared_frequencies(before: Sequence[str], after: Sequence[str]) -> list[WordFrequency]:
    """Frequencies before and after, one row a word, the words first whose number changed most, equal ones by the alphabet.

    The two are counts: compare equal numbers of texts. Raises ValueError otherwise.
    """
    if len(before) != len(after):
        raise ValueError(f"frequencies of {len(before)} texts cannot be compared with those of {len(after)}")
    old, new = word_frequencies(before), word_frequencies(after)
    rows = [WordFrequency(word, old[word], new[word]) for word in old | new]
    return sorted(rows, key=lambda row: (-abs(row.after - row.before), row.word))


@functools.cache
def stemmer():  # type: ignore[no-untyped-def]  # noqa: ANN201 - nltk has no types
    """The Porter stemmer with nltk's extensions, as its METEOR uses it."""
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()


@functools.cache
def _tokenizer():  # type: ignore[no-untyped-def]  # noqa: ANN202 - nltk has no types
    from nltk.tokenize import NLTKWordTokenizer

    return NLTKWordTokenizer()


@functools.cache
def _function_words() -> frozenset[str]:
    table = tomllib.loads(files(__package__).joinpath("function_words.toml").read_text(encoding="utf-8"))
    return frozenset(word for group in table.values() for word in group)
