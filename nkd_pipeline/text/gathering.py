"""All that an article's texts say of it, before it is decided what counts."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from nkd_pipeline.records import Article
from nkd_pipeline.text.garments import Garment, head_garment, pack_size, part_count
from nkd_pipeline.text.groups import choose_group, column_groups, contradiction, groups_of
from nkd_pipeline.text.items import Clause, Item
from nkd_pipeline.text.lettering import letterings
from nkd_pipeline.text.matching import clauses_of
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.reader import ClauseReader
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.scope import COLUMNS, SHORTHAND, colourways, hidden, own_clauses
from nkd_pipeline.text.vocabulary import fold


@dataclass(frozen=True, slots=True)
class Said:
    """A mention, the column and clause in which it stands, and whether it counts only when nothing better is said."""

    mention: Mention
    column: str
    clause: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What an article's texts say: the garment, every mention, lettering, target groups, how many pieces and parts it has, and what contradicts."""

    garment: Garment | None
    said: tuple[Said, ...]
    lettering: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    contradiction: tuple[str, str] | None
    pack: int
    parts: int


@functools.lru_cache(maxsize=4096)
def read_article(article: Article) -> Reading:
    """Reads all columns of an article. The result is shared: nobody may change it."""
    clauses = own_clauses(article)
    garment = head_garment(clauses)
    own = _own_families(garment)
    lettering = letterings(clauses)
    said: list[Said] = []
    groups: dict[str, frozenset[str]] = {}
    for column in COLUMNS:
        for number, clause in enumerate(clauses[column]):
            mentions = ClauseReader(own, column in SHORTHAND).read(clause)
            inside = hidden(clause, clauses[column][number - 1] if number else ())
            said.extend(_kept([mention for mention in mentions if not _inside(mention, inside)], clause, column, lettering, number))
        said.extend(_long_sleeves(clauses[column], column, garment))
        named = {group for mention in _of(said, column, "target_group") for group in groups_of(mention.term)}
        if named:
            groups[column] = frozenset(named)
    not_there = denied(clauses)
    said = [entry for entry in said if entry.mention.term.english not in not_there]
    said.extend(_colour_column(article.color))
    groups = column_groups(article.gender, article.category) | groups
    texts = (article.name, article.model_name, article.model_descr, article.description)
    return Reading(garment, tuple(said), lettering, choose_group(groups), contradiction(groups), pack_size(*texts), part_count(*texts))


def _own_families(garment: Garment | None) -> frozenset[str]:
    """The families of which the texts may speak: pyjamas and sets are made of a top and a bottom."""
    if garment is None:
        return frozenset()
    return garment.families.union(*(rules("garments")["made_of"].get(family, ()) for family in garment.families))


def _long_sleeves(clauses: tuple[Clause, ...], column: str, garment: Garment | None) -> list[Said]:
    """A buyer's "Langarmshirt" says that the pullover of the name has long sleeves."""
    if garment is None or column not in ("model_name", "model_descr") or garment.english == "t-shirt":
        return []
    found = []
    for number, clause in enumerate(clauses):
        for item in clause:
            term = item.reading("garment")
            if term and term.english.startswith("long-sleeve"):
                found.append(Said(Mention("sleeves", "long sleeves", term, item.source), column, number))
    return found


def _of(said: list[Said], column: str, aspect: str) -> list[Mention]:
    return [entry.mention for entry in said if entry.column == column and entry.mention.aspect == aspect]


def _colour_column(text: str) -> list[Said]:
    found: list[Said] = []
    for number, clause in enumerate(clauses_of(text, True) if text else ()):
        found.extend(Said(mention, "color", number) for mention in ClauseReader((), True).read(clause) if mention.aspect in ("colour", "pattern"))
    return found


def _inside(mention: Mention, hidden_words: frozenset[str]) -> bool:
    """Whether a material or colour is that of a lining."""
    return mention.aspect in ("material", "colour") and mention.source in hidden_words


def _kept(mentions: list[Mention], clause: Clause, column: str, lettering: tuple[tuple[str, str], ...], number: int) -> list[Said]:
    elsewhere = colourways(clause)
    kept = []
    for mention in mentions:
        if mention.aspect == "material" and mention.english in words("phrases", "invisible_materials"):
            continue
        if mention.aspect == "detail" and mention.term.english in words("phrases", "unseen"):
            continue
        if mention.aspect == "motif" and not _on_garment(mention, clause, column, lettering):
            continue
        if mention.aspect == "colour" and column in ("name", "description") and _doubtful(mention, clause):
            continue
        kept.append(Said(mention, column, number, weak=elsewhere and mention.aspect == "colour"))
    return kept


def denied(clauses: dict[str, tuple[Clause, ...]]) -> set[str]:
    """The English of what a text denies; it is not there, whatever another one mentions: "ohne Kapuze"."""
    aspects = ("collar", "closure", "detail", "print", "hem", "neckline")
    return {
        term.english for own in clauses.values() for clause in own for item in clause if item.negated for term in item.terms if term.aspect in aspects
    }


def _on_garment(mention: Mention, clause: Clause, column: str, lettering: tuple[tuple[str, str], ...]) -> bool:
    """Whether a motif is really on the garment, and no figure of speech, name or piece of lettering."""
    source = fold(mention.source)
    if any(source in fold(text) for _, text in lettering):
        return False
    if column in SHORTHAND or column == "model_name":
        return True
    compound = "-" in mention.source or any(item.source == mention.source and item.modifiers for item in clause)
    near = any(item.norm in words("phrases", "motif_context") or item.reading("print") or _allover(item) for item in clause)
    if column == "description":
        return compound or near or _introduced(mention, clause)
    # in a name the brand stands first and the motif behind "mit"
    after = False
    for item in clause:
        after = after or item.norm in words("phrases", "with") or item.reading("garment") is not None
        if item.source == mention.source:
            return compound or near or after or " " in mention.term.term
    return True


def _allover(item: Item) -> bool:
    pattern = item.reading("pattern")
    return pattern is not None and pattern.english == "all-over print"


def _introduced(mention: Mention, clause: Clause) -> bool:
    """Whether a motif stands right after "mit" and so is on the garment: "mit bunten Sternen"."""
    for at, item in enumerate(clause):
        if item.source == mention.source:
            before = [other.norm for other in clause[max(0, at - 2) : at]]
            return bool(words("phrases", "with") & set(before))
    return False


def _doubtful(mention: Mention, clause: Clause) -> bool:
    """Whether a colour word of running text is an ordinary word: "Sand" counts after "in" only."""
    if fold(mention.term.term) not in words("scope", "ambiguous_colours"):
        return False
    for at, item in enumerate(clause):
        if item.source == mention.source:
            before = clause[at - 1].norm if at else ""
            inflected = item.source[:1].islower() and at + 1 < len(clause)
            return not (before in ("in", "im", "farbe", "farbton", "und", "oder", "aus") or inflected or item.modifiers or _set_off(clause, at))
    return False


def _set_off(clause: Clause, at: int) -> bool:
    """Whether a word is set off by commas or stands last, as a colour at the end of a name does."""
    last = at + 1 == len(clause)
    return last and at > 0 and clause[at].gap not in ("-",)
