"""One row per article with all that the quality report counts: a table, so that the report over all shards need not read every stage's tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.metrics.agreement import machine_marks
from nkd_pipeline.records import ASPECTS, Attributes, Deviation, Finding, JudgedAttempt
from nkd_pipeline.report.cards import Card
from nkd_pipeline.report.likeness import NO_PHOTO, Likeness
from nkd_pipeline.report.statistics import why_not_scored

TABLE = "article_quality"
_FABRICS = Path(__file__).with_name("fabrics.toml")


@dataclass(frozen=True, slots=True)
class FailedStage:
    """A stage that could not do the article."""

    asset: str
    kind: str


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """One judged attempt at the article's picture."""

    attempt: int
    verdict: str
    repairs: tuple[str, ...]  # causes of deviations against which its prompt has words


@dataclass(frozen=True, slots=True)
class ArticleQuality:
    """What became of one article: the verdict on its latest picture, its scores, and what was found in its texts."""

    article_id: str
    category: str  # kind of garment
    fabric: str  # knit, woven, "" when the texts do not say
    released: bool
    waived: bool  # somebody does without an approved picture
    verdict: str  # excellent, pass, fail, "" when nobody has judged the picture
    rubric_score: float | None  # 0..10
    clip_score: float | None  # 100 x cosine
    clip_reason: str  # why there is none
    has_prompt: bool
    sha256: str = ""  # of the picture
    assessed: tuple[str, ...] = ()
    not_assessed: tuple[str, ...] = ()  # "aspect: reason"
    deviations: tuple[Deviation, ...] = ()
    machine: tuple[str, ...] = ()  # what judges other than people say of each aspect, in the order of ASPECTS
    failures: tuple[FailedStage, ...] = ()
    findings: tuple[Finding, ...] = ()
    likeness: Likeness = NO_PHOTO
    attempts: tuple[AttemptOutcome, ...] = ()


def article_qualities(cards: Sequence[Card], likenesses: Mapping[str, Likeness], attempts: Iterable[JudgedAttempt] = ()) -> list[ArticleQuality]:
    """The rows of a shard, in the order of its cards; `likenesses` by article are of those whose delivery carries a photo."""
    tried: dict[str, list[AttemptOutcome]] = {}
    for attempt in attempts:
        tried.setdefault(attempt.article_id, []).append(AttemptOutcome(attempt.attempt, attempt.verdict, attempt.repairs))
    return [
        replace(_quality(card), likeness=likenesses.get(card.article.article_id, NO_PHOTO), attempts=tuple(tried.get(card.article.article_id, ())))
        for card in cards
    ]


def stored_qualities(workspace: Workspace, shard: str) -> list[ArticleQuality]:
    """The rows that the shard's last release wrote."""
    return workspace.tables.read_records(TABLE, ArticleQuality, shard)


def fabric_of(attributes: Attributes | None) -> str:
    """Tells "knit" or "woven" from the first material that says so, else from the kind of garment; "" when neither does."""
    if attributes is None:
        return ""
    made = _fabrics()
    found = (made["materials"].get(material) for material in attributes.materials)
    return next(filter(None, found), "") or made["garments"].get(attributes.sketch_kind, "")


@cache
def _fabrics() -> Mapping[str, Mapping[str, str]]:
    with _FABRICS.open("rb") as file:
        tables = tomllib.load(file)
    return {name: {word: made for made, words in table.items() for word in words} for name, table in tables.items()}


def _quality(card: Card) -> ArticleQuality:
    rubric, clip = card.rubric, card.clip.score if card.clip else None
    return ArticleQuality(
        article_id=card.article.article_id,
        category=card.category,
        fabric=fabric_of(card.attributes),
        released=card.decision.released,
        waived=bool(card.decision.waived),
        verdict=card.verdict,
        rubric_score=rubric.score if rubric else None,
        clip_score=clip,
        clip_reason="" if clip is not None else why_not_scored(card),
        has_prompt=card.prompt is not None,
        sha256=card.image.sha256 if card.image else "",
        assessed=rubric.assessed if rubric else (),
        not_assessed=rubric.not_assessed if rubric else (),
        deviations=rubric.deviations if rubric else (),
        machine=tuple(map(machine_marks(rubric).__getitem__, ASPECTS)) if rubric else (),
        failures=tuple(FailedStage(failure.asset, failure.kind) for failure in card.failures),
        findings=card.prompt.findings if card.prompt else (),
    )
