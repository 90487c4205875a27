"""METEOR, by nltk: how well the words of a text and of a reference agree, and how much in the same order.

Sources: S. Banerjee, A. Lavie, "METEOR", ACL workshop on evaluation measures, 2005; A. Lavie, A. Agarwal, "Meteor", WMT 2007, whose formula nltk has,
with the parameters of 2005: alpha .9, beta 3, gamma .5.

nltk differs from the authors' own program, and what is measured here is nltk's:

- words are matched greedily from the end, so that a repeated word may be matched with the farther of its twins and cost a chunk;
- synonyms are looked up by the stems that are left over, so that a word which is not its own stem ("blouse": "blous") finds none;
- the penalty for fragments is never 0: a text of m words compared with itself has 1 - .5 / m^3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from nkd_pipeline.metrics.words import stemmer, words

WITHOUT_SYNONYMS = "meteor_exact_stem"
WITH_SYNONYMS = "meteor_wordnet"


class Lemma(Protocol):
    """A word of a synonym set."""

    def name(self) -> str:
        """The word, with underscores for its spaces."""


class Synset(Protocol):
    """A set of words that mean the same."""

    def lemmas(self) -> Iterable[Lemma]:
        """Its words."""


class Synonyms(Protocol):
    """What METEOR asks for synonyms: `nkd_pipeline.metrics.wordnet.WordNet`, or nltk's own reader."""

    def synsets(self, word: str, /) -> Iterable[Synset]:
        """All synonym sets that the word belongs to."""


class _NoSynonyms:
    def synsets(self, _word: str, /) -> tuple[Synset, ...]:
        return ()


def meteor(candidate: str, reference: str, synonyms: Synonyms | None = None) -> float:
    """METEOR of a text by its reference, 0..1; 0 when no word agrees or either has none.

    Without `synonyms` words agree when they are the same or have the same Porter stem, and no other way: such figures are lower than published ones,
    which are made with WordNet. Say which by `meteor_name`.
    """
    from nltk.translate.meteor_score import single_meteor_score

    return float(single_meteor_score(words(reference), words(candidate), stemmer=stemmer(), wordnet=synonyms or _NoSynonyms()))


def meteor_name(synonyms: Synonyms | None = None) -> str:
    """What the figure is called in tables and reports, so that nobody compares the two kinds: with WordNet or by words and stems alone."""
    return WITHOUT_SYNONYMS if synonyms is None else WITH_SYNONYMS
