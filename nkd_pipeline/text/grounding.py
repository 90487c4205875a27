"""Whether what a language model says of an article stands in the article's translated texts."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from nkd_pipeline.records import Article, Fact, TranslatedArticle
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.garments import Garment
from nkd_pipeline.text.gathering import denied, read_article
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.scope import brands, masked, own_clauses
from nkd_pipeline.text.vocabulary import tokens_of

TRANSLATED = ("name", "description", "model_name", "model_descr", "color", "gender", "category")


@dataclass(frozen=True, slots=True)
class _Clause:
    column: str
    forms: dict[str, str]  # every form that a word may come from -> the word as it is written


class Ground:
    """The translated texts of one article, read by the same rules as the German ones."""

    def __init__(self, row: TranslatedArticle) -> None:
        makers = brands(row.article)
        texts = {column: masked(getattr(row.translation, column), makers) for column in TRANSLATED}
        self.article = Article(article_id=row.article_id, source_file="", source_sheet="", source_row=0, **texts)
        clauses = own_clauses(self.article)
        self._denied = denied(own_clauses(row.article)) | denied(clauses)
        self._clauses = [
            _Clause(column, {form: word for item in clause if not item.negated for word in tokens_of(item.source) for form in forms(word)})
            for column, own in clauses.items()
            for clause in own
        ]
        self._facts: tuple[Fact, ...] = ()

    def read_as(self, garment: Garment) -> None:
        """Reads what the texts say of such a garment."""
        self._facts = attributes_of(self.article, otherwise=garment).facts

    def garment(self, english: str) -> tuple[str, str] | None:
        """(column, words) that name a garment; None when none do."""
        read = read_article(self.article).garment
        return (read.column, read.source) if read and read.english == english else self._words(english)

    def fact(self, aspect: str, value: str) -> Fact | None:
        """The fact, with where it stands: as the rules read the texts, or with all its words in one sentence. None when no text says it."""
        if any(within(thing, value) for thing in self._denied):
            return None
        read = next((fact for fact in self._facts if fact.aspect == aspect and fact.value == value and not _doubtful(fact)), None)
        if read or aspect in words("merging", "strict"):
            return read
        found = self._words(value)
        return Fact(aspect, value, *found) if found else None

    def _words(self, phrase: str) -> tuple[str, str] | None:
        wanted = [forms(word) for word in tokens_of(phrase) if word not in words("merging", "small")]
        for clause in self._clauses:
            found = [next((clause.forms[form] for form in word if form in clause.forms), "") for word in wanted]
            if found and all(found):
                return clause.column, " ".join(found)
        return None


def _doubtful(fact: Fact) -> bool:
    """Whether a colour read in running text may be an ordinary word: "with a rose"; the reader tells them apart by German capitals."""
    return fact.aspect == "colour" and fact.column in ("name", "description") and fact.source.lower() in words("scope", "ambiguous_colours")


def within(phrase: str, other: str) -> bool:
    """Whether another English phrase has all words of a phrase, in whatever form: "buttons" are within "button placket"."""
    known = {form for word in tokens_of(other) for form in forms(word)}
    asked = [word for word in tokens_of(phrase) if word not in words("merging", "small")]
    return bool(asked) and all(not known.isdisjoint(forms(word)) for word in asked)


@functools.lru_cache(maxsize=16384)
def forms(word: str) -> tuple[str, ...]:
    """An English word and what it may be an inflected form of.

    Words with a common form are one: "striped" and "stripes", "embroidered" and "embroidery", but not "car" and "care".
    """
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    for american, british in rules("merging")["spellings"].items():
        word = word.replace(american, british)
    found = [word]
    for ending, least in rules("merging")["endings"].items():
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= least:
            found.append(stem)
            if stem[-1] == stem[-2]:
                found.append(stem[:-1])  # dotted -> dot
    return tuple(found)
