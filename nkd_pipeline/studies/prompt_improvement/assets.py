"""The assets of the study."""

from nkd_pipeline.studies.common.assets import study_asset
from nkd_pipeline.studies.prompt_improvement import steps
from nkd_pipeline.studies.prompt_improvement.report import prompt_improvement_report
from nkd_pipeline.studies.prompt_improvement.settings import NAME

REPORT = "prompt_improvement_report"
ASSETS = [
    study_asset(NAME, steps.PAIRS, steps.prompt_pairs),
    study_asset(NAME, steps.IMPROVER, steps.improver, [steps.PAIRS], on_device=True),
    study_asset(NAME, steps.IMPROVED, steps.improved_prompts, [steps.PAIRS, steps.IMPROVER], on_device=True),
    study_asset(NAME, steps.IMAGES, steps.improved_images, [steps.IMPROVED], on_device=True),
    study_asset(NAME, REPORT, prompt_improvement_report, [steps.IMPROVER, steps.IMPROVED, steps.IMAGES], on_device=True),
]
