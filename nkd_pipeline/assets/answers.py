"""What the UI shows of the answers that models gave about pictures."""

from collections import Counter
from typing import Any

from nkd_pipeline.execution.outcome import Outcome
from nkd_pipeline.execution.workspace import Workspace


def describe_answers(_: Workspace, __: str, outcome: Outcome[Any]) -> dict[str, Any]:
    """How many questions were answered, and by aspect how many stated values did not fit best."""
    records = [row.record for row in outcome.rows.values() if row.record]
    answers = [answer for record in records for answer in record.answers]
    doubts = Counter(answer.aspect for answer in answers if answer.margin < 0)
    reasons = Counter(record.reason for record in records if record.reason and not record.answers)
    partly = sum(bool(record.reason and record.answers) for record in records)
    return {
        "model": ", ".join(sorted({record.model for record in records if record.model})) or "none",
        "questions": len(answers),
        "articles_not_asked_about_everything": partly,
        "doubts": ", ".join(f"{count} {aspect}" for aspect, count in doubts.most_common()) or "none",
        **({"not_asked_because": "; ".join(f"{count} x {why}" for why, count in reasons.most_common(5))} if reasons else {}),
    }
