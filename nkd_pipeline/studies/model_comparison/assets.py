"""The assets of the study."""

from nkd_pipeline.studies.common.assets import study_asset
from nkd_pipeline.studies.model_comparison import steps
from nkd_pipeline.studies.model_comparison.report import model_comparison_report
from nkd_pipeline.studies.model_comparison.settings import NAME

REPORT = "model_comparison_report"
ASSETS = [
    study_asset(NAME, steps.ARTICLE, steps.controlled_article),
    study_asset(NAME, steps.IMAGES, steps.model_images, [steps.ARTICLE], on_device=True),
    study_asset(NAME, steps.SCORES, steps.model_scores, [steps.IMAGES], on_device=True),
    study_asset(NAME, REPORT, model_comparison_report, [steps.SCORES], on_device=True),
]
