"""Which articles go to the shop, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.catalog.delivery import DeliveryError
from nkd_pipeline.execution.catalog_view import RELEASED, ArticleView, view_shard
from nkd_pipeline.execution.ingest import catalog_of
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.shop.alt_text import alt_text


@dataclass(frozen=True, slots=True)
class ApprovedArticle:
    """An article with the picture that was approved."""

    article_id: str
    shard: str
    name: str  # German, as delivered and repaired
    alt: str
    attempt: int
    verdict: str
    score: float
    source: Path
    sha256: str  # of the picture that was judged


@dataclass(frozen=True, slots=True)
class MissingArticle:
    """An article that the shop gets no picture of. `status` is waived, failed, pending, or unusable: its picture is no longer what was approved."""

    shard: str
    article_id: str
    name: str
    status: str
    reason: str


def chosen_shards(workspace: Workspace, names: Sequence[str]) -> list[str]:
    """The shards that are named, or whose catalog is; all without names. Raises DeliveryError for other names and when there is no shard."""
    known = workspace.shards()
    if not known:
        raise DeliveryError(f"There is no shard in {workspace.home.root} yet: take in a delivery with `nkd run DELIVERY`.")
    if unknown := sorted(set(names) - {*known, *map(catalog_of, known)}):
        raise DeliveryError(f"There is no shard or catalog {', '.join(unknown)}. There are the shards {', '.join(known)}.")
    return [shard for shard in known if not names or shard in names or catalog_of(shard) in names]


def shop_articles(workspace: Workspace, shards: Sequence[str], alt_length: int) -> tuple[list[ApprovedArticle], list[MissingArticle]]:
    """All articles of the shards, in the delivery's order. A waived article is missing: what somebody does without is no approved picture."""
    approved: list[ApprovedArticle] = []
    missing: list[MissingArticle] = []
    for shard in shards:
        for view in view_shard(workspace, shard):
            if view.status == RELEASED:
                approved.append(_approved(workspace, shard, view, alt_length))
            else:
                reason = view.decision.waived or view.decision.reason
                missing.append(MissingArticle(shard, view.delivered.article_id, _name(view), view.status, reason))
    return approved, missing


def _approved(workspace: Workspace, shard: str, view: ArticleView, alt_length: int) -> ApprovedArticle:
    image, rubric, prompt, name = view.record("generated_images"), view.of_picture("rubric_reports"), view.record("prompts"), _name(view)
    return ApprovedArticle(
        article_id=view.delivered.article_id,
        shard=shard,
        name=name,
        alt=alt_text(name, prompt.colours if prompt else (), alt_length),
        attempt=image.attempt,
        verdict=rubric.verdict,
        score=rubric.score,
        source=workspace.images.path(image),
        sha256=image.sha256,
    )


def _name(view: ArticleView) -> str:
    article = view.record("articles") or view.delivered
    return " ".join((article.name or article.model_name or article.category or article.article_id).split())
