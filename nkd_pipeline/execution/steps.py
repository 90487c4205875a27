"""The steps from delivered row to judged picture: what each stage is given, and which table its results go to.

This is the one place that knows how tables are joined into a stage's orders. Assets, article backfills and benchmarks all run steps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nkd_pipeline import records as r
from nkd_pipeline.execution.attempts import Attempt, judged_attempts, kept_row, read_attempts
from nkd_pipeline.execution.logs import logging_to
from nkd_pipeline.execution.memory import give_back
from nkd_pipeline.execution.outcome import Blocked, Outcome, RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.execution.seeds import article_seed, paper_seed
from nkd_pipeline.execution.stage_runs import Recorder
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.tables import StageRow

Rows = Mapping[str, StageRow[Any]]


@dataclass(frozen=True, slots=True)
class Position:
    """What an order may depend on besides the tables."""

    workspace: Workspace
    delivered: r.DeliveryRow
    index: int  # position of the article in its shard, from 0
    asked: Attempt | None = None  # None: the first attempt
    marks: tuple[r.HumanMark, ...] = ()  # of all pictures of the article

    @property
    def attempt(self) -> int:
        return self.asked.attempt if self.asked else 1


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the main flow. `order` joins the records of `upstream`, in that order, into what the stage is given."""

    asset: str
    record: type
    upstream: tuple[str, ...]
    order: Callable[..., Any]


def _described(where: Position, article: r.Article, attributes: r.Attributes) -> r.DescribedArticle:
    return r.DescribedArticle(article, attributes, where.asked.repairs_for(attributes) if where.asked else ())


def _image_order(where: Position, prompt: r.Prompt, attributes: r.Attributes) -> r.ImageOrder:
    paper = where.workspace.profile.run.seed_mode == "paper"
    seed = paper_seed(where.index, where.attempt) if paper else article_seed(prompt.article_id, where.attempt)
    return r.ImageOrder(prompt.article_id, where.attempt, seed, prompt, attributes)


def _judged(where: Position, image: r.GeneratedImage, prompt: r.Prompt, attributes: r.Attributes) -> r.JudgedImage:
    file = str(where.workspace.images.path(image))
    return r.JudgedImage(image.article_id, image.attempt, image.sha256, prompt, attributes, image_file=file)


def _evidenced(where: Position, image: r.GeneratedImage, *rest: Any) -> r.EvidencedImage:  # noqa: ANN401 - the records of the step's upstream
    prompt, attributes, probe, vqa = rest
    marks = tuple(mark for mark in where.marks if mark.sha256 == image.sha256)
    return r.EvidencedImage(_judged(where, image, prompt, attributes), probe, vqa, marks)


PICTURE = ("generated_images", "prompts", "extracted_attributes")
STEPS: dict[str, Step] = {
    step.asset: step
    for step in (
        Step("articles", r.Article, (), lambda where: where.delivered),
        Step("translated_descriptions", r.Translation, ("articles",), lambda _, article: article),
        Step(
            "extracted_attributes",
            r.Attributes,
            ("articles", "translated_descriptions"),
            lambda _, article, translation: r.TranslatedArticle(article, translation),
        ),
        Step("prompts", r.Prompt, ("articles", "extracted_attributes"), _described),
        Step("generated_images", r.GeneratedImage, ("prompts", "extracted_attributes"), _image_order),
        Step("clip_scores", r.ClipScore, PICTURE, _judged),
        Step("probe_answers", r.PictureAnswers, PICTURE, _judged),
        Step("vqa_answers", r.PictureAnswers, PICTURE, _judged),
        Step("rubric_reports", r.RubricReport, (*PICTURE, "probe_answers", "vqa_answers"), _evidenced),
    )
}


def run_step(workspace: Workspace, asset: str, shard: str, options: RunOptions | None = None) -> Outcome[Any]:
    """Brings one table of a shard up to date, holding the table's lock. Raises KeyError for an unknown asset."""
    step, run, tables = STEPS[asset], workspace.profile.run, workspace.tables
    log = logging_to(workspace.home.local / "logs" / "nkd.jsonl")
    with log, tables.locked(asset, shard), Recorder(workspace, asset, shard) as recorder:
        # everything is read under the lock: a run that was held up while others went on must not bring back what it knew before
        asked = read_attempts(workspace, shard)
        options = dataclasses.replace(
            options or RunOptions(),
            attempts={article_id: row.attempt for article_id, row in asked.items()},
            faults=workspace.profile.faults.get(asset, frozenset()),
            engine=run.engine,
            workers=run.workers,
            flush_seconds=run.flush_seconds,
            listener=recorder,
        )
        previous = _present(workspace, step, shard, _restored(workspace, step, shard, asked))
        orders = _orders(workspace, step, shard, asked)
        outcome = run_stage(
            workspace.profile.stage(asset),
            orders,
            previous,
            lambda rows: tables.write(asset, step.record, shard, rows),
            store=(lambda image: workspace.images.put(shard, image)) if step.record is r.GeneratedImage else lambda result: result,
            options=options,
        )
    if outcome.counts.computed:
        give_back()
    took = recorder.run
    return dataclasses.replace(outcome, device_seconds=took.device_seconds, processor_seconds=took.processor_seconds) if took else outcome


def _restored(workspace: Workspace, step: Step, shard: str, asked: Mapping[str, Attempt]) -> Rows:
    """The table's rows; where an earlier attempt was chosen, that one's, so that it is not made a second time."""
    rows: dict[str, StageRow[Any]] = workspace.tables.read(step.asset, step.record, shard)
    other = [
        row for row in asked.values() if row.attempt < row.tried and row.article_id in rows and rows[row.article_id].state.attempt != row.attempt
    ]
    judged = judged_attempts(workspace, shard) if other else {}
    kept = {row.article_id: kept_row(found, step.asset, step.record) for row in other if (found := judged.get((row.article_id, row.attempt)))}
    if changed := {article_id: row for article_id, row in kept.items() if row is not None and row != rows[article_id]}:
        rows |= changed
        workspace.tables.write(step.asset, step.record, shard, rows.values())
    return rows


def _present(workspace: Workspace, step: Step, shard: str, rows: Rows) -> Rows:
    """Without the pictures whose file is gone, so that they are made again."""
    if step.record is not r.GeneratedImage:
        return rows
    there = workspace.images.attempts(shard)
    return {key: row for key, row in rows.items() if row.record is None or workspace.images.path(row.record) in there.get(key, ())}


def read_rows(workspace: Workspace, asset: str, shard: str) -> Rows:
    """The stored rows of a step's table."""
    return workspace.tables.read(asset, STEPS[asset].record, shard)


def _orders(workspace: Workspace, step: Step, shard: str, asked: Mapping[str, Attempt]) -> list[Any]:
    upstream = {name: read_rows(workspace, name, shard) for name in step.upstream}
    orders: list[Any] = []
    marks = workspace.marks(shard)
    for index, article in enumerate(workspace.delivered(shard)):
        rows = [(name, upstream[name].get(article.article_id)) for name in step.upstream]
        why = _blocked(rows)
        if why is None:
            where = Position(workspace, article, index, asked.get(article.article_id), marks.get(article.article_id, ()))
            orders.append(step.order(where, *(row.record for _, row in rows if row is not None)))
        else:
            orders.append(Blocked(article.article_id, why))
    return orders


def _blocked(rows: Iterable[tuple[str, StageRow[Any] | None]]) -> str | None:
    """Why an order cannot be made: the first stage that has nothing, in its own words."""
    for name, row in rows:
        if row is None:
            return f"{name} has not been materialized"
        if not row.ok:
            return row.state.error if row.state.status == "skipped" else f"{name} failed: {row.state.error}"
    return None
