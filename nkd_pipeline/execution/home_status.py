"""What a manager asks about a home: what is done, running, failed and why, and what it has cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nkd_pipeline.execution.article_states import ArticleState, FailedRow, article_states
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, PENDING, RELEASED, WAIVED
from nkd_pipeline.execution.ingest import catalog_of
from nkd_pipeline.execution.retrying import RetryPolicy
from nkd_pipeline.execution.stage_runs import Cost, StageRun, running, stage_runs
from nkd_pipeline.execution.workspace import Workspace

STATUSES = (RELEASED, WAIVED, FAILED_ARTICLE, PENDING)


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Articles that failed for the same reason."""

    asset: str
    kind: str
    count: int
    catalogs: tuple[str, ...]
    cure: str
    example: str  # article id and message of one of them
    next_try: datetime | None  # the earliest by itself (UTC); None when only a person helps


@dataclass(frozen=True, slots=True)
class CatalogStatus:
    """How one catalog stands."""

    catalog: str
    shards: tuple[str, ...]
    articles: int
    statuses: Mapping[str, int]  # by each of STATUSES
    quarantined: int  # rows of the latest delivery
    last_run: str  # when the latest stage began (UTC, ISO 8601); "" before the first
    cost: Cost


@dataclass(frozen=True, slots=True)
class HomeStatus:
    """How all catalogs of a home stand."""

    catalogs: tuple[CatalogStatus, ...]
    reasons: tuple[FailureReason, ...]  # the most frequent first
    running: tuple[tuple[str, StageRun], ...]  # (shard, run as it stands)
    killed: tuple[tuple[str, StageRun], ...]  # the latest run of a shard, where its process died

    @property
    def cost(self) -> Cost:
        """What all catalogs have cost so far."""
        return sum((catalog.cost for catalog in self.catalogs), Cost())


def home_status(workspace: Workspace) -> HomeStatus:
    """Reads it from the tables; a few columns of each."""
    by_catalog: dict[str, list[str]] = defaultdict(list)
    for shard in workspace.shards():
        by_catalog[catalog_of(shard)].append(shard)
    states = {shard: article_states(workspace, shard) for shards in by_catalog.values() for shard in shards}
    runs = {shard: stage_runs(workspace, shard) for shard in states}
    at_work = running(workspace)
    busy = {shard for shard, _ in at_work}
    return HomeStatus(
        tuple(_catalog(workspace, catalog, shards, states, runs) for catalog, shards in sorted(by_catalog.items())),
        failure_reasons(states, RetryPolicy.of(workspace.profile.run)),
        tuple(at_work),
        tuple((shard, taken[-1]) for shard, taken in runs.items() if taken and taken[-1].ended == "killed" and shard not in busy),
    )


def _catalog(
    workspace: Workspace,
    catalog: str,
    shards: Sequence[str],
    states: Mapping[str, Sequence[ArticleState]],
    runs: Mapping[str, Sequence[StageRun]],
) -> CatalogStatus:
    statuses = Counter(article.status for shard in shards for article in states[shard])
    taken = [run for shard in shards for run in runs[shard]]
    return CatalogStatus(
        catalog,
        tuple(shards),
        statuses.total(),
        {status: statuses[status] for status in STATUSES},
        len(workspace.tables.columns("quarantine", catalog, ("source_row",))),
        max((run.started_at for run in taken), default=""),
        Cost.of(taken),
    )


def failure_reasons(states: Mapping[str, Iterable[ArticleState]], policy: RetryPolicy) -> tuple[FailureReason, ...]:
    """The failed articles, grouped by what failed first."""
    groups: dict[tuple[str, str], list[tuple[str, ArticleState]]] = defaultdict(list)
    for shard, articles in states.items():
        for article in articles:
            if article.status == FAILED_ARTICLE:
                first = article.failures[0]
                groups[first.asset, first.kind].append((catalog_of(shard), article))
    reasons = [_reason(asset, kind, members, policy) for (asset, kind), members in groups.items()]
    return tuple(sorted(reasons, key=lambda reason: (-reason.count, reason.asset, reason.kind)))


def _reason(asset: str, kind: str, members: Sequence[tuple[str, ArticleState]], policy: RetryPolicy) -> FailureReason:
    _, example = members[0]
    first: FailedRow = example.failures[0]
    tries = [when for _, article in members if (when := policy.next_try(article))]
    catalogs = tuple(sorted({catalog for catalog, _ in members}))
    return FailureReason(asset, kind, len(members), catalogs, first.what_helps.cure, f"{example.article_id}: {first.error}", min(tries, default=None))
