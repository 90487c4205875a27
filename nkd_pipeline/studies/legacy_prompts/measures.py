"""What the report compares: time, facts kept and added, length, CLIP and rubric, of both ways on the same articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.records import GeneratedImage, ImageOrder, Prompt
from nkd_pipeline.storage.tables import StageRow
from nkd_pipeline.studies.common.judging import Judgement, judge_pictures
from nkd_pipeline.studies.common.running import StudyRun, read_table
from nkd_pipeline.studies.legacy_prompts.articles import Known, known_articles
from nkd_pipeline.studies.legacy_prompts.settings import settings
from nkd_pipeline.studies.legacy_prompts.steps import IMAGES, MAIN_FLOW, OLDER, both_prompts

TAKEN = {OLDER: ("prompts",), MAIN_FLOW: ("translated_descriptions", "extracted_attributes", "prompts")}  # tables whose seconds count
SECONDS, KEPT, ADDED, LENGTH = "seconds per prompt", "facts kept, 0–1", "facts added", "length, words"
SHORT, FULL, RUBRIC = "CLIP, the article's short prompt", "CLIP, its own prompt", "rubric, 0–10"


@dataclass(frozen=True, slots=True)
class Way:
    """All that came of one way of writing prompts, by article."""

    prompts: Mapping[str, Prompt]
    seconds: Mapping[str, float]
    pictures: Mapping[str, GeneratedImage]
    judgement: Judgement

    def measures(self, known: Mapping[str, Known]) -> dict[str, dict[str, float]]:
        """Values by measure and article; a measure without values is one that cannot be taken here."""
        clip = self.judgement.clip
        added = {key: known[key].added(prompt) for key, prompt in self.prompts.items()}
        return {
            SECONDS: dict(self.seconds),
            KEPT: {key: known[key].retention(prompt) for key, prompt in self.prompts.items()},
            ADDED: {key: float(count) for key, count in added.items() if count is not None},
            LENGTH: {key: float(len(prompt.prompt.split())) for key, prompt in self.prompts.items()},
            SHORT: {key: row.score for key, row in clip.items() if row.score is not None},
            FULL: {key: row.prompt_score for key, row in clip.items() if row.prompt_score is not None},
            RUBRIC: {key: report.score for key, report in self.judgement.rubric.items()},
        }


def compared(run: StudyRun) -> tuple[dict[str, Known], dict[str, Way]]:
    """The articles, and both ways with their pictures judged against what is known of them."""
    known = known_articles(run.main, settings(run.study.profile))
    return known, {name: _way(run, name, prompts, known) for name, prompts in both_prompts(run).items()}


def _way(run: StudyRun, name: str, prompts: Mapping[str, Prompt], known: Mapping[str, Known]) -> Way:
    pictures = read_table(run.study, "generated_images", GeneratedImage, IMAGES, shard=name)
    shown = {key: image for key, image in pictures.items() if key in prompts and key in known}
    orders = {key: _truth(known[key].order, prompts[key]) for key in shown}
    return Way(prompts, _seconds(run, name, list(prompts)), shown, judge_pictures(run, name, shown, orders))


def _truth(order: ImageOrder, prompt: Prompt) -> ImageOrder:
    """What the picture should show: what is known of the article, with its own short prompt; the long one is that which was written."""
    return replace(order, prompt=replace(order.prompt, prompt=prompt.prompt))


def _seconds(run: StudyRun, name: str, article_ids: Sequence[str]) -> dict[str, float]:
    """Computing time from the delivered text to the prompt, without loading models."""
    # the legacy strategy translates within its one step
    tables: list[dict[str, StageRow[Any]]] = [run.study.tables.read(table, STEPS[table].record, name) for table in TAKEN[name]]
    return {key: sum(rows[key].state.duration_ms for rows in tables) / 1000 for key in article_ids if all(key in rows for rows in tables)}
