"""The assets of the study."""

from nkd_pipeline.studies.common.assets import study_asset
from nkd_pipeline.studies.legacy_prompts import steps
from nkd_pipeline.studies.legacy_prompts.report import legacy_prompts_report
from nkd_pipeline.studies.legacy_prompts.settings import NAME

REPORT = "legacy_prompts_report"
ASSETS = [
    study_asset(NAME, steps.ARTICLES, steps.compared_articles),
    study_asset(NAME, steps.STRUCTURED, steps.structured_prompts, [steps.ARTICLES], on_device=True),
    study_asset(NAME, steps.LEGACY, steps.legacy_prompts, [steps.STRUCTURED], on_device=True),
    study_asset(NAME, steps.IMAGES, steps.compared_images, [steps.STRUCTURED, steps.LEGACY], on_device=True),
    study_asset(NAME, REPORT, legacy_prompts_report, [steps.IMAGES], on_device=True),
]
