"""The review page and its files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from nkd_pipeline.metrics.agreement import MARKS
from nkd_pipeline.records import ASPECTS
from nkd_pipeline.report.page import FOLDER as REPORT
from nkd_pipeline.review.guard import Seat
from nkd_pipeline.review.questionnaire import SCALE, Questionnaire
from nkd_pipeline.review.survey_task import SurveyTask
from nkd_pipeline.review.task import Task
from nkd_pipeline.rubric.rules import load_rubric

FOLDER = Path(__file__).parent
ASSETS: Mapping[str, str] = {  # the files of the page, with their types
    "style.css": "text/css",
    "review.css": "text/css",
    "desk.js": "text/javascript",
    "rubric.js": "text/javascript",
    "ab.js": "text/javascript",
    "survey.js": "text/javascript",
}


@cache
def asset(name: str) -> str:
    """A file's text; colours and type are the galleries'."""
    folder = REPORT if name == "style.css" else FOLDER
    return (folder / "templates" / name).read_text(encoding="utf-8")


def review_page(task: Task[Any, Any], seat: Seat, *, ask_participant: bool) -> str:
    """The page for a reviewer. Texts of articles are no part of it: the script asks for them and shows them as texts."""
    survey: Questionnaire | None = task.questionnaire if isinstance(task, SurveyTask) else None
    return (
        _environment()
        .get_template(f"{task.mode}.html")
        .render(
            mode=task.mode,
            seat=seat,
            aspects=[(name, load_rubric().aspects[name].title, _hints()[name]) for name in ASPECTS],
            marks=MARKS,
            scale=SCALE,
            questions=survey.questions if survey else (),
            participant=survey.participant if survey and ask_participant else (),
        )
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("nkd_pipeline", "review/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@cache
def _hints() -> Mapping[str, str]:
    return tomllib.loads((FOLDER / "hints.toml").read_text(encoding="utf-8"))
