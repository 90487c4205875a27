"""Regeneration: pictures that fail are made again, with another seed and a prompt repaired by what was wrong, and the best attempt stays.

One rule numbers attempts, whoever asks: a new number, and so a new seed, is for an article whose picture came to a verdict or is bad in itself. An
article that failed on the way there stays at its attempt, and only what failed is tried again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nkd_pipeline.execution.attempts import attributes_hash, choose_attempts, judged_attempts, read_attempts, request_attempts
from nkd_pipeline.execution.catalog_view import ArticleView, view_shard
from nkd_pipeline.execution.failures import failure_kind
from nkd_pipeline.execution.hashing import fingerprint_of, input_hash
from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import JudgedAttempt, RubricReport
from nkd_pipeline.storage.fault_points import fault_point
from nkd_pipeline.storage.tables import FAILED, plain_row

# the steps whose rows belong to an attempt and not to the article alone
OF_ATTEMPT = ("prompts", "generated_images", "clip_scores", "probe_answers", "vqa_answers", "rubric_reports")
FAIL, HUMAN = "fail", "human"

Progress = Callable[[str], Callable[[int, int], None] | None]


@dataclass(frozen=True, slots=True)
class Regeneration:
    """What came of it: all judged attempts of the shard, and how many of them this run made."""

    attempts: tuple[JudgedAttempt, ...]
    made: int


def regenerate_failing(workspace: Workspace, shard: str, progress: Progress | None = None) -> Regeneration:
    """Makes new attempts for the articles whose picture fails, until each has one that passes or has had `max_attempts`."""
    made, limit = 0, workspace.profile.run.max_attempts
    with workspace.tables.locked("regeneration", shard):  # two runs of the shard would both ask for a new attempt
        _remember(workspace, shard)
        while failing := _failing(workspace, shard, limit):
            made += len(failing)
            _make_again(workspace, shard, failing, "verdict fail", progress)
        _keep_the_best(workspace, shard)  # also what an earlier run, killed after its attempts, did not come to
    return Regeneration(tuple(judged_attempts(workspace, shard).values()), made)


def regenerate(workspace: Workspace, shard: str, article_ids: Sequence[str], reason: str) -> None:
    """Makes these articles anew, however many attempts they have had: a new picture where there was one, else another try at what failed."""
    with workspace.tables.locked("regeneration", shard):
        _remember(workspace, shard)
        _make_again(workspace, shard, article_ids, reason, None)
        _keep_the_best(workspace, shard)


def _failing(workspace: Workspace, shard: str, limit: int) -> list[str]:
    waived, asked = workspace.waivers(shard), read_attempts(workspace, shard)
    failing = [view.delivered.article_id for view in view_shard(workspace, shard) if _needs_another_picture(view)]
    tried = {article_id: row.tried for article_id, row in asked.items()}
    return [article_id for article_id in failing if article_id not in waived and tried.get(article_id, 1) < limit]


def _needs_another_picture(view: ArticleView) -> bool:
    return not view.decision.released and (_bad_picture(view) or (not view.failures and view.decision.verdict == FAIL))


def _bad_picture(view: ArticleView) -> bool:
    return any(failure_kind(kind).again == "picture" for _, kind, _ in view.failures)


def _stuck(workspace: Workspace, shard: str, article_ids: Iterable[str]) -> dict[str, str]:
    """Articles whose present attempt has not come to a verdict, with the input hash of the row that failed ("" when none has yet)."""
    wanted, asked, stuck = frozenset(article_ids), read_attempts(workspace, shard), dict[str, str]()
    for view in view_shard(workspace, shard):
        article_id, row = view.delivered.article_id, view.rows.get("generated_images")
        present = asked[article_id].attempt if article_id in asked else 1
        had_its_turn = row is not None and row.state.attempt == present
        if article_id in wanted and not (had_its_turn and (view.of_picture("rubric_reports") or _bad_picture(view))):
            stuck[article_id] = next((row.state.input_hash for row in view.rows.values() if row.state.status == FAILED), "")
    return stuck


def _make_again(workspace: Workspace, shard: str, article_ids: Sequence[str], reason: str, progress: Progress | None) -> None:
    request_attempts(workspace, shard, article_ids, reason, _repairs(workspace, shard, article_ids), _stuck(workspace, shard, article_ids))
    fault_point("attempts.requested")
    for asset in STEPS:
        show = progress(asset) if progress else None
        run_step(workspace, asset, shard, RunOptions(only=frozenset(article_ids), progress=show))
    fault_point("attempts.run")
    _remember(workspace, shard)


def _repairs(workspace: Workspace, shard: str, article_ids: Iterable[str]) -> dict[str, tuple[tuple[str, ...], str]]:
    """By article the causes of its picture's deviations, added to those that its prompt is repaired for already."""
    wanted, repairs = frozenset(article_ids), {}
    for view in view_shard(workspace, shard):
        attributes, prompt, report = (view.record(asset) for asset in ("extracted_attributes", "prompts", "rubric_reports"))
        if view.delivered.article_id in wanted and attributes and prompt and report:
            repairs[view.delivered.article_id] = (tuple(dict.fromkeys((*prompt.repairs, *_causes(report)))), attributes_hash(attributes))
    return repairs


def _remember(workspace: Workspace, shard: str) -> None:
    """Keeps the attempts that the stage tables hold, with their rows: their successors will take their place there."""
    made_by = _made_by(workspace)
    with workspace.tables.locked("judged_attempts", shard):
        before = judged_attempts(workspace, shard)
        after = dict(before)
        delivered = {row.article_id for row in workspace.delivered(shard)}
        for view in view_shard(workspace, shard):
            if view.of_picture("rubric_reports"):
                judged = _judged(view, made_by)
                after[judged.article_id, judged.attempt] = judged
        holding = {article_id: row.attempt for article_id, row in read_attempts(workspace, shard).items()}
        rows = [
            dataclasses.replace(row, chosen=holding.get(row.article_id, 1) == row.attempt) for row in after.values() if row.article_id in delivered
        ]
        rows.sort(key=lambda row: (row.article_id, row.attempt))
        if rows != list(before.values()):
            workspace.tables.write_records("judged_attempts", JudgedAttempt, shard, rows)
            fault_point("attempts.remembered")


def _judged(view: ArticleView, made_by: str) -> JudgedAttempt:
    prompt, image, report = (view.record(asset) for asset in ("prompts", "generated_images", "rubric_reports"))
    clip = view.of_picture("clip_scores")
    return JudgedAttempt(
        article_id=image.article_id,
        attempt=image.attempt,
        seed=image.seed,
        image_path=image.image_path,
        prompt=prompt.prompt,
        repairs=prompt.repairs,
        clip_score=clip.score if clip else None,
        rubric_score=report.score,
        verdict=report.verdict,
        causes=_causes(report),
        chosen=True,
        basis=_basis(view, made_by),
        rows=json.dumps({asset: plain_row(view.rows[asset]) for asset in OF_ATTEMPT if asset in view.rows}, ensure_ascii=False),
    )


def _causes(report: RubricReport) -> tuple[str, ...]:
    """What was wrong; people name the aspect alone."""
    return tuple(dict.fromkeys(deviation.aspect if deviation.judge == HUMAN else deviation.measure for deviation in report.deviations))


def _basis(view: ArticleView, made_by: str) -> str:
    return input_hash(view.record("extracted_attributes"), made_by)


def _keep_the_best(workspace: Workspace, shard: str) -> None:
    """Goes back to an earlier attempt wherever the latest fails and an earlier one of the same texts and models was better."""
    asked = read_attempts(workspace, shard)
    if not asked:
        return
    by_article: dict[str, list[JudgedAttempt]] = {}
    for row in judged_attempts(workspace, shard).values():
        by_article.setdefault(row.article_id, []).append(row)
    made_by = _made_by(workspace)
    better, repaired = {}, {}
    for view in view_shard(workspace, shard):
        article_id, attributes = view.delivered.article_id, view.record("extracted_attributes")
        if article_id not in asked or attributes is None or view.decision.released:
            continue
        basis = _basis(view, made_by)
        best = max((row for row in by_article.get(article_id, []) if row.basis == basis), key=_quality, default=None)
        if best and best.attempt != asked[article_id].attempt:
            better[article_id], repaired[article_id] = best, attributes_hash(attributes)
    if better:
        choose_attempts(workspace, shard, better, repaired)
        fault_point("attempts.chosen")
        for asset in OF_ATTEMPT:
            run_step(workspace, asset, shard, RunOptions(only=frozenset(better)))
            fault_point("attempts.restored")
        _remember(workspace, shard)


def _made_by(workspace: Workspace) -> str:
    return json.dumps([fingerprint_of(workspace.profile.stage(asset)) for asset in OF_ATTEMPT])


def _quality(row: JudgedAttempt) -> tuple[bool, float, float, int]:
    """Higher is better: passed, rubric score, CLIP score; of equals the first attempt, whose prompt is the plainest."""
    return row.verdict != FAIL, row.rubric_score, row.clip_score or 0.0, -row.attempt
