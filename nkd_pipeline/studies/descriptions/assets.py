"""The assets of the study."""

from nkd_pipeline.studies.common.assets import study_asset
from nkd_pipeline.studies.descriptions import steps
from nkd_pipeline.studies.descriptions.report import descriptions_report
from nkd_pipeline.studies.descriptions.settings import NAME

REPORT = "descriptions_report"
ASSETS = [
    study_asset(NAME, steps.ORDERS, steps.description_orders, on_device=True),
    study_asset(NAME, steps.DESCRIPTIONS, steps.descriptions, [steps.ORDERS], on_device=True),
    study_asset(NAME, steps.IMAGES, steps.description_images, [steps.DESCRIPTIONS], on_device=True),
    study_asset(NAME, REPORT, descriptions_report, [steps.DESCRIPTIONS, steps.IMAGES], on_device=True),
]
