"""All that an article's texts say of it, before it is decided what counts."""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields

from nkd_pipeline.records import Article
from nkd_pipeline.text.garments import Garment, head_garment, pack_size
from nkd_pipeline.text.groups import choose_group, column_groups, contradiction, groups_of
from nkd_pipeline.text.lettering import letterings
from nkd_pipeline.text.matching import Clause, clauses_of
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.reader import ClauseReader
from nkd_pipeline.text.rules import words
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
    """What an article's texts say: the garment, every mention, lettering, target groups, the pack's size, and what contradicts."""

    garment: Garment | None
    said: tuple[Said, ...]
    lettering: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    contradiction: tuple[str, str] | None
    pack: int


@functools.lru_cache(maxsize=4096)
def read_article(article: Article) -> Reading:
    """Reads all columns of an article. The result is shared: nobody may change it."""
    clauses = own_clauses(article)
    garment = head_garment(clauses)
    own = garment.families if garment else frozenset()
    lettering = letterings(clauses)
    said: list[Said] = []
    groups: dict[str, frozenset[str]] = {}
    for column in COLUMNS:
        for number, clause in enumerate(clauses[column]):
            mentions = ClauseReader(own, column in SHORTHAND).read(clause)
            said.extend(_kept(mentions, clause, column, number, lettering))
        named = {group for mention in _of(said, column, "target_group") for group in groups_of(mention.term)}
        if named:
            groups[column] = frozenset(named)
    said.extend(_colour_column(article.color))
    groups = column_groups(article.gender, article.category) | groups
    pack = pack_size(article.name, article.model_name, article.model_descr, article.description)
    return Reading(garment, tuple(said), lettering, choose_group(groups), contradiction(groups), pack)


def _of(said: list[Said], column: str, aspect: str) -> list[Mention]:
    return [entry.mention for entry in said if entry.column == column and entry.mention.aspect == aspect]


def _colour_column(text: str) -> list[Said]:
    found = []
    for number, clause in enumerate(clauses_of(text, True) if text else ()):
        found.extend(Said(mention, "color", number) for mention in ClauseReader((), True).read(clause) if mention.aspect in ("colour", "pattern"))
    return found


def _kept(mentions: list[Mention], clause: Clause, column: str, number: int, lettering: tuple[tuple[str, str], ...]) -> list[Said]:
    inside = hidden(clause)
    elsewhere = colourways(clause)
    kept = []
    for mention in mentions:
        if mention.aspect in ("material", "colour") and inside:
            continue
        if mention.aspect == "material" and mention.english in words("phrases", "invisible_materials"):
            continue
        if mention.aspect == "motif" and not _on_garment(mention, clause, column, lettering):
            continue
        if mention.aspect == "colour" and column in ("name", "description") and _doubtful(mention, clause):
            continue
        kept.append(Said(mention, column, number, weak=elsewhere and mention.aspect == "colour"))
    return kept


def _on_garment(mention: Mention, clause: Clause, column: str, lettering: tuple[tuple[str, str], ...]) -> bool:
    """Whether a motif is really on the garment, and no figure of speech, name or piece of lettering."""
    source = fold(mention.source)
    if any(source in fold(text) for _, text in lettering) and not any(item.norm in words("phrases", "motif_context") for item in clause):
        return False
    if column in SHORTHAND or column == "model_name":
        return True
    compound = "-" in mention.source or any(item.source == mention.source and item.modifiers for item in clause)
    near = any(item.norm in words("phrases", "motif_context") or item.reading("print") for item in clause)
    if column == "description":
        return compound or near
    # in a name the brand stands first and the motif behind "mit"
    after = False
    for item in clause:
        after = after or item.norm in words("phrases", "with") or item.reading("garment") is not None
        if item.source == mention.source:
            return compound or near or after or " " in mention.term.term
    return True


def _doubtful(mention: Mention, clause: Clause) -> bool:
    """Whether a colour word of running text is an ordinary word: "Sand" counts after "in" only."""
    if fold(mention.term.term) not in words("scope", "ambiguous_colours"):
        return False
    for at, item in enumerate(clause):
        if item.source == mention.source:
            before = clause[at - 1].norm if at else ""
            inflected = item.source[:1].islower() and at + 1 < len(clause)
            return not (before in ("in", "im", "farbe", "farbton", "und", "oder", "aus") or inflected or item.modifiers or column_end(clause, at))
    return False


def column_end(clause: Clause, at: int) -> bool:
    """Whether a word is set off by commas or stands last, as a colour at the end of a name does."""
    last = at + 1 == len(clause)
    return last and at > 0 and clause[at].gap not in ("-",)


def all_columns(article: Article) -> str:
    """Every text of an article, for what concerns none in particular."""
    return " ".join(getattr(article, item.name) for item in fields(article) if item.name in COLUMNS)
