"""The assets of the study."""

from nkd_pipeline.studies.common.assets import study_asset
from nkd_pipeline.studies.prompt_recovery import steps
from nkd_pipeline.studies.prompt_recovery.drift import DRIFT, prompt_drift
from nkd_pipeline.studies.prompt_recovery.report import prompt_recovery_report
from nkd_pipeline.studies.prompt_recovery.settings import NAME

REPORT = "prompt_recovery_report"
ASSETS = [
    study_asset(NAME, steps.IMAGES, steps.recovery_images, on_device=True),
    study_asset(NAME, steps.CAPTIONER, steps.captioner, [steps.IMAGES], on_device=True),
    study_asset(NAME, steps.RECOVERED, steps.recovered_prompts, [steps.IMAGES, steps.CAPTIONER], on_device=True),
    study_asset(NAME, DRIFT, prompt_drift, [steps.IMAGES, steps.CAPTIONER], on_device=True),
    study_asset(NAME, REPORT, prompt_recovery_report, [steps.RECOVERED, DRIFT], on_device=True),
]
