"""The assets of the study."""

from nkd_pipeline.studies.attributes import steps
from nkd_pipeline.studies.attributes.product_copy import COPY, product_copy
from nkd_pipeline.studies.attributes.report import attributes_report
from nkd_pipeline.studies.attributes.settings import NAME
from nkd_pipeline.studies.common.assets import study_asset

REPORT = "attributes_report"
ASSETS = [
    study_asset(NAME, steps.PAIRS, steps.vqa_pairs, on_device=True),
    study_asset(NAME, steps.MODEL, steps.vqa_model, [steps.PAIRS], on_device=True),
    study_asset(NAME, steps.PREDICTED, steps.predicted_attributes, [steps.PAIRS, steps.MODEL], on_device=True),
    study_asset(NAME, COPY, product_copy, [steps.PAIRS, steps.PREDICTED], on_device=True),
    study_asset(NAME, REPORT, attributes_report, [steps.PREDICTED, COPY]),
]
