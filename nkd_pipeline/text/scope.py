"""Which words of a text speak of the article itself, and not of its brand, of what it can be combined with, or of the person who wears it."""

from __future__ import annotations

import functools
import re

from nkd_pipeline.records import DeliveryRow
from nkd_pipeline.text.items import Clause, Item
from nkd_pipeline.text.matching import clauses_of
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import fold, vocabulary

COLUMNS = ("name", "model_descr", "description", "model_name", "category")
SHORTHAND = frozenset(("model_descr", "model_name", "category"))
_RULES = rules("scope")
_COMBINING = tuple(_RULES["combining"])
_DROPPED = tuple(_RULES["dropped_starts"])
_REACH: int = _RULES["reach"]
# "Jeans von One Green Elephant": capitalised words after a garment's "von", small English words between them allowed
_BY = re.compile(r"(?<=[\w)»«“”\"])\s+(?:von|by)\s+((?:[A-ZÄÖÜ][\w*'’.&-]*|the|of|and|&)(?:[ \u00a0](?:[A-ZÄÖÜ][\w*'’.&-]*|the|of|and|&))*)")
_WORD_BEFORE = re.compile(r"([\w-]+)[»«“”\"]?\s*$")


@functools.lru_cache(maxsize=4096)
def own_clauses(article: DeliveryRow) -> dict[str, tuple[Clause, ...]]:
    """Clauses by column, reduced to what is said of the article itself. Nobody may change the result: it is shared."""
    makers = brands(article)
    found = {}
    for column in COLUMNS:
        text = getattr(article, column)
        clauses = clauses_of(masked(text, makers), column in SHORTHAND) if text else ()
        found[column] = tuple(own for clause in clauses if (own := _own_part(clause)))
    return found


def brands(article: DeliveryRow) -> tuple[str, ...]:
    """Names of brands: the brand's column, and what the prose says the garment is "von"."""
    found = [article.brand] if len(article.brand) > 2 else []
    for match in _BY.finditer(article.description):
        before = _WORD_BEFORE.search(article.description[: match.start() + 1])
        name = match.group(1)
        after_garment = before and any(term.aspect == "garment" for clause in clauses_of(before.group(1)) for item in clause for term in item.terms)
        # a licensed character is a motif, whoever makes the shirt
        if (after_garment or article.description[match.start() - 1] in '»«“”"') and not any(
            term.aspect == "motif" for term in vocabulary().find(name)
        ):
            found.append(name)
    return tuple(found)


def masked(text: str, makers: tuple[str, ...]) -> str:
    """The text with brand names blanked out; positions stay."""
    for brand in makers:
        letters = [re.escape(char) for char in fold(brand) if char.isalnum()]
        if len(letters) > 2:
            text = re.sub(r"(?<!\w)" + r"[\W_]{0,2}".join(letters) + r"(?!\w)", lambda match: " " * len(match.group(0)), text, flags=re.I)
    return text


def _own_part(clause: Clause) -> Clause:
    start = " ".join(item.norm for item in clause[:3])
    if start.startswith(_DROPPED):
        return ()
    combining = any(item.norm.startswith(_COMBINING) for item in clause)
    preps = words("scope", "combining_preps") if combining else frozenset(("zu", "zum", "zur"))
    for at, item in enumerate(clause):
        if item.norm in preps and any(_garment(other) for other in clause[at + 1 : at + 1 + _REACH]):
            return clause[:at]
    return clause


def _garment(item: Item) -> bool:
    return item.reading("garment") is not None


def _hides(item: Item) -> bool:
    return item.norm in words("scope", "hidden") or item.norm.endswith("futter")


def hidden(clause: Clause, before: Clause = ()) -> frozenset[str]:
    """The words of a clause that speak of linings and fillings, which no picture shows.

    Those are the lining itself and all behind it, and what stands before it unless a garment or "mit" comes between: of "Lederhandschuhe mit
    Kaschmirfutter" only the cashmere is hidden. After a clause that says nothing but "Futter" (`before`) everything is.
    """
    if len(before) == 1 and _hides(before[0]):
        return frozenset(item.source for item in clause)
    at = next((at for at, item in enumerate(clause) if _hides(item)), None)
    if at is None:
        return frozenset()
    start = next((place for place in range(at - 1, -1, -1) if clause[place].norm in ("mit", "with", "und") or _garment(clause[place])), -1)
    return frozenset(item.source for item in clause[start + 1 :])


def colourways(clause: Clause) -> bool:
    """Whether a clause lists the colours in which an article can be had."""
    return any(item.norm in words("scope", "colourways") for item in clause)
