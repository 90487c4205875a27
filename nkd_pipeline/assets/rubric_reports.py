"""The nine-aspect verdict on each picture.

Base 10, half a point off for a slight deviation and one and a half for a strong one: 9.5 and more is excellent, more than 8.5 passes, the rest
fails. Every deduction names its judge and what was measured; aspects that nobody could assess are listed as such.
"""

from collections import Counter
from statistics import fmean
from typing import Any

from nkd_pipeline.assets.common import stage_asset
from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def _verdicts(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    reports = [row.record for row in outcome.rows.values() if row.record]
    if not reports:
        return {}
    verdicts = Counter(report.verdict for report in reports)
    deviations = Counter(deviation.aspect for report in reports for deviation in report.deviations)
    return {
        "mean_rubric_score": round(fmean(report.score for report in reports), 3),
        "verdicts": ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()),
        "deviations": ", ".join(f"{count} {aspect}" for aspect, count in deviations.most_common()) or "none",
    }


rubric_reports = stage_asset("rubric_reports", __doc__, _verdicts)
