"""How the articles of a shard stand, read from a few columns of its tables.

`catalog_view` reads whole rows, which a release needs; counting and choosing what to do next needs these columns alone, and is asked for often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nkd_pipeline.execution.attempts import read_attempts
from nkd_pipeline.execution.catalog_view import FAILED_ARTICLE, PENDING, RELEASED, WAIVED
from nkd_pipeline.execution.failures import VERDICT_FAIL, FailureKind, failure_kind
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.tables import FAILED, OK

COLUMNS = ("article_id", "status", "error_kind", "error", "input_hash", "attempt", "produced_at")
JUDGED = (*COLUMNS, "verdict", "deviations")
PICTURE, JUDGEMENT = "generated_images", "rubric_reports"


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that failed, or a picture that the rubric failed."""

    asset: str
    kind: str  # error_kind of the row, or VERDICT_FAIL
    error: str  # message; of a verdict the aspects that were wrong
    input_hash: str
    failed_at: datetime  # UTC

    @property
    def what_helps(self) -> FailureKind:
        return failure_kind(self.kind)


@dataclass(frozen=True, slots=True)
class ArticleState:
    """How one article stands."""

    article_id: str
    status: str  # released, waived, failed, pending: as `ArticleView.status` says
    failures: tuple[FailedRow, ...]  # that keep it from its release, in the order of the stages
    tried: int  # pictures so far: the highest attempt number
    again: int  # how often the present attempt was tried again because of the first failure


def article_states(workspace: Workspace, shard: str) -> list[ArticleState]:
    """The articles of a shard in the delivery's order."""
    tables = workspace.tables
    rows = {asset: {row["article_id"]: row for row in tables.columns(asset, shard, JUDGED if asset == JUDGEMENT else COLUMNS)} for asset in STEPS}
    asked, waived = read_attempts(workspace, shard), workspace.waivers(shard)
    states = []
    for delivered in tables.columns("delivery_rows", shard, ("article_id",)):
        article_id = delivered["article_id"]
        own = {asset: found[article_id] for asset, found in rows.items() if article_id in found}
        status, failures = _standing(own, is_waived=article_id in waived)
        attempt = asked.get(article_id)
        again = attempt.again_for(failures[0].input_hash) if attempt and failures else 0
        states.append(ArticleState(article_id, status, failures, attempt.tried if attempt else 1, again))
    return states


def _standing(rows: Mapping[str, Mapping[str, Any]], *, is_waived: bool) -> tuple[str, tuple[FailedRow, ...]]:
    image, report = rows.get(PICTURE), rows.get(JUDGEMENT)
    # a judgement counts when it is about the picture that is there now
    verdict = report["verdict"] if _ok(image) and _ok(report) and image["attempt"] == report["attempt"] else ""  # type: ignore[index]
    if verdict and verdict != "fail":
        return RELEASED, ()
    failures = [_failed_row(asset, row, row["error_kind"] or "", row["error"] or "") for asset, row in rows.items() if row["status"] == FAILED]
    if verdict and not failures and report:
        aspects = dict.fromkeys(deviation["aspect"] for deviation in report["deviations"] or ())
        failures.append(_failed_row(JUDGEMENT, report, VERDICT_FAIL, ", ".join(aspects)))
    status = WAIVED if is_waived else FAILED_ARTICLE if failures else PENDING
    return status, tuple(failures)


def _ok(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row["status"] == OK


def _failed_row(asset: str, row: Mapping[str, Any], kind: str, error: str) -> FailedRow:
    return FailedRow(asset, kind, error, row["input_hash"], datetime.fromisoformat(row["produced_at"]))
