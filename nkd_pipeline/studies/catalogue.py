"""Which studies there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.studies.attributes import assets as attributes
from nkd_pipeline.studies.attributes import product_copy
from nkd_pipeline.studies.attributes import settings as of_attributes
from nkd_pipeline.studies.attributes import steps as asking
from nkd_pipeline.studies.common.assets import Asset
from nkd_pipeline.studies.common.judging import JUDGES
from nkd_pipeline.studies.common.text_scores import TextMetricSettings
from nkd_pipeline.studies.descriptions import assets as descriptions
from nkd_pipeline.studies.descriptions import settings as of_descriptions
from nkd_pipeline.studies.descriptions import steps as describing
from nkd_pipeline.studies.legacy_prompts import assets as legacy
from nkd_pipeline.studies.legacy_prompts import settings as of_legacy
from nkd_pipeline.studies.legacy_prompts import steps as legacy_steps
from nkd_pipeline.studies.model_comparison import assets as comparison
from nkd_pipeline.studies.model_comparison import settings as of_comparison
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


def _of_attributes(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    if base := of_attributes.settings(profile).training.base:
        yield "training", base


def _of_descriptions(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    return (("retrieval.encoder", checkpoint) for checkpoint in of_descriptions.settings(profile).retrieval.checkpoints)


def _none(_: Profile) -> Iterator[tuple[str, Checkpoint]]:
    return iter(())


def _named(base: Checkpoint | None, metrics: TextMetricSettings) -> Iterator[tuple[str, Checkpoint]]:
    if base:
        yield "training", base
    yield from (("metrics.bertscore", metrics.bertscore.checkpoint), ("metrics.sentences", metrics.sentences.checkpoint))


_LEGACY = ("translated_descriptions", "extracted_attributes", "prompts", legacy_steps.LEGACY, "generated_images", *JUDGES)
STUDIES = {
    of_improvement.NAME: Study(improvement.ASSETS, (improving.IMAGES, "generated_images", *JUDGES), _of_improvement),
    of_recovery.NAME: Study(recovery.ASSETS, (recovering.IMAGES, "clip_scores"), _of_recovery),
    of_comparison.NAME: Study(comparison.ASSETS, JUDGES, of_comparison.candidate_checkpoints),
    of_attributes.NAME: Study(attributes.ASSETS, (asking.IMAGES, product_copy.COPY), _of_attributes),
    of_descriptions.NAME: Study(descriptions.ASSETS, (describing.DESCRIPTIONS, describing.IMAGES, "clip_scores"), _of_descriptions),
    of_legacy.NAME: Study(legacy.ASSETS, _LEGACY, _none),
}
ASSETS = [asset for study in STUDIES.values() for asset in study.assets]
