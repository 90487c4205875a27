"""The report of a study: one page that needs no other file to be looked at, with its plots, tables and numbers beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.report.charts import Figure
from nkd_pipeline.report.page import render_page
from nkd_pipeline.report.report_files import write_report_files
from nkd_pipeline.report.table import Table
from nkd_pipeline.report.thumbnails import thumbnails
from nkd_pipeline.storage import files

Headline = tuple[str, str, str]  # value, name, counts
SIDE = 240  # pixels of a picture on the page
LONGEST = 400  # characters of an example


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with what stands below it; without a file the page says so."""

    file: Path | None
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Pictures in a row that belong together."""

    title: str
    pictures: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; figures by the name of their file."""

    anchor: str
    title: str
    words: tuple[str, ...] = ()  # paragraphs
    figures: Mapping[str, Figure] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    strips: tuple[Strip, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyReport:
    """All of a study's report; `facts` say what it was made with."""

    title: str
    headlines: tuple[Headline, ...]
    facts: Mapping[str, str]
    sections: tuple[Section, ...]


def excerpt(text: str) -> str:
    """The beginning of a text, for examples: a model that has not learnt where to end goes on for ever."""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def report_page(study: Workspace) -> Path:
    """Where the report of a study lies."""
    return study.home.root / "report" / "report.html"


def write_report(study: Workspace, report: StudyReport) -> Path:
    """Writes the page with the files beside it, and returns the page's path."""
    figures = {name: figure for section in report.sections for name, figure in section.figures.items()}
    tables = [table for section in report.sections for table in section.tables]
    headlines = [{"name": name, "value": value, "counts": counts} for value, name, counts in report.headlines]
    page = report_page(study)
    write_report_files(page.parent, figures, tables, {"title": report.title, "headlines": headlines, "facts": dict(report.facts)})
    files.replace_text(page, render_study(report))
    return page


def render_study(report: StudyReport) -> str:
    """The page's HTML; a picture that cannot be shown is named with the reason."""
    shown = [picture.file for section in report.sections for strip in section.strips for picture in strip.pictures]
    small = thumbnails([(file, SIDE) for file in shown if file])
    return render_page("study.html", report=report, thumbnails=small, side=SIDE)
