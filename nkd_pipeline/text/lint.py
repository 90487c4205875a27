"""Lint: what in an article's texts misleads an image model, and how it was resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nkd_pipeline.records import DescribedArticle, Finding
from nkd_pipeline.text.gathering import read_article
from nkd_pipeline.text.matching import clauses_of
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.scope import COLUMNS, SHORTHAND, own_clauses
from nkd_pipeline.text.vocabulary import fold

_RULES = rules("lint")
_QUIET = tuple(map(fold, _RULES["conflicts"]["quiet"]))


def findings_of(row: DescribedArticle, region: str) -> list[Finding]:
    """The findings of one article, those of its extraction last; colours are the prompt writer's to report."""
    return [*_ambiguous(row), *_missing(row), *_conflicts(row), *_cultural(row, region), *row.attributes.findings]


def _ambiguous(row: DescribedArticle) -> Iterator[Finding]:
    seen: set[str] = set()
    for column in COLUMNS:
        for clause in own_clauses(row.article)[column]:
            for item in clause:
                word = item.norm
                if word in seen or item.negated:
                    continue
                if word in _RULES["ambiguous"] and not _is_the_garment(row, word):
                    seen.add(word)
                    yield Finding("ambiguous_term", column, item.source, "glossary_expansion", f"“{item.source}” read as {_RULES['ambiguous'][word]}")
                elif column in SHORTHAND and item.terms and "abbr" in (item.terms[0].lang, item.terms[0].file[:4]) and item.terms[0].english:
                    seen.add(word)
                    says = _RULES["abbreviations"]["says"].format(term=item.source, english=item.terms[0].english)
                    yield Finding("ambiguous_term", column, item.source, "glossary_expansion", says)


def _is_the_garment(row: DescribedArticle, word: str) -> bool:
    """Whether the article is what the word says: "Tasche" is not ambiguous where it is a bag."""
    return word in ("tasche", "taschen") and row.attributes.sketch_kind == "bag"


def _missing(row: DescribedArticle) -> Iterator[Finding]:
    if not row.attributes.target_group:
        yield Finding(
            "missing_attribute", "target_group", "", "catalog_default", "no text says for whom the article is; the prompt names no target group"
        )


def _conflicts(row: DescribedArticle) -> Iterator[Finding]:
    said = own_clauses(row.article)
    quiet = next((item.norm for column in COLUMNS for clause in said[column] for item in clause if item.norm.startswith(_QUIET)), "")
    loud = next((phrase for phrase in row.attributes.prints if set(phrase.split()) & set(_RULES["conflicts"]["loud"])), "")
    if quiet and loud:
        yield Finding(
            "conflicting_features", "prints", f"{quiet} / {loud}", "emphasis", f"“{quiet}” is outweighed by “{loud}”: the print is emphasised"
        )
    against = read_article(row.article).contradiction
    if against and row.attributes.target_group:
        column, group = against
        says = f"{column} says {group}, the prompt follows the more binding column: {row.attributes.target_group}"
        yield Finding("conflicting_features", column, group, "emphasis", says)


def _cultural(row: DescribedArticle, region: str) -> Iterator[Finding]:
    for column in COLUMNS:
        text = fold(getattr(row.article, column))
        if not text:
            continue
        for word, says in _RULES["cultural"].items():
            if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                yield Finding("cultural_mismatch", column, word, "localisation_rule", f"“{word}”: {says}")
    changed = rules("region").get(region, {}).get(row.attributes.garment)
    if changed and changed != row.attributes.garment:
        yield Finding(
            "cultural_mismatch", "garment", row.attributes.garment, "localisation_rule", f"called “{changed}” for the {region.upper()} market"
        )


def names_colourways(row: DescribedArticle) -> bool:
    """Whether the texts say that the article comes in several colours without naming one ("3 col.")."""
    return any(item.norm in ("col", "farben", "colours", "colors") for clause in clauses_of(row.article.model_descr, True) for item in clause)
