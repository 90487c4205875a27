"""Which studies there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.studies.common.assets import Asset
from nkd_pipeline.studies.common.text_scores import TextMetricSettings
from nkd_pipeline.studies.prompt_improvement import assets as improvement
from nkd_pipeline.studies.prompt_improvement import settings as of_improvement
from nkd_pipeline.studies.prompt_improvement import steps as improving
from nkd_pipeline.studies.prompt_recovery import assets as recovery
from nkd_pipeline.studies.prompt_recovery import settings as of_recovery
from nkd_pipeline.studies.prompt_recovery import steps as recovering


@dataclass(frozen=True, slots=True)
class Study:
    """A study's assets, the stages of the profile that it runs, and the checkpoints that its own settings name, (setting, checkpoint) each."""

    assets: Sequence[Asset]
    stages: Sequence[str]
    checkpoints: Callable[[Profile], Iterator[tuple[str, Checkpoint]]]


def _of_improvement(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    wanted = of_improvement.settings(profile)
    return _named(wanted.training.base, wanted.metrics)


def _of_recovery(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    wanted = of_recovery.settings(profile)
    return _named(wanted.training.base, wanted.metrics)


def _named(base: Checkpoint | None, metrics: TextMetricSettings) -> Iterator[tuple[str, Checkpoint]]:
    if base:
        yield "training", base
    yield from (("metrics.bertscore", metrics.bertscore.checkpoint), ("metrics.sentences", metrics.sentences.checkpoint))


_JUDGES = ("clip_scores", "probe_answers", "vqa_answers", "rubric_reports")
STUDIES = {
    of_improvement.NAME: Study(improvement.ASSETS, (improving.IMAGES, "generated_images", *_JUDGES), _of_improvement),
    of_recovery.NAME: Study(recovery.ASSETS, (recovering.IMAGES, "clip_scores"), _of_recovery),
}
ASSETS = [asset for study in STUDIES.values() for asset in study.assets]
