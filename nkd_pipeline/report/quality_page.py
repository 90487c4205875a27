"""The quality report as a page: figures above the tables they are drawn from, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.metrics.agreement import Agreement
from nkd_pipeline.report import paper_tables, quality_attempts, quality_failures, quality_reviewers
from nkd_pipeline.report.charts import Figure
from nkd_pipeline.report.page import number, percent, render_page
from nkd_pipeline.report.paper_tables import ALL
from nkd_pipeline.report.quality import ArticleQuality
from nkd_pipeline.report.quality_charts import figures
from nkd_pipeline.report.table import Mean, Share, Table

Headline = tuple[str, str, str]  # value, name, counts


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; figures by the name of their file."""

    anchor: str
    title: str
    figures: Mapping[str, Figure]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All figures and tables over some articles."""

    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """By the name of their file."""
        return {name: figure for section in self.sections for name, figure in section.figures.items()}

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for section in self.sections for table in section.tables)


def quality_report(rows: Sequence[ArticleQuality], agreement: Agreement) -> QualityReport:
    """Counts the articles of a shard, or of all shards."""
    drawn = figures(rows)
    attempts = quality_attempts.tried(rows)

    def section(anchor: str, title: str, names: Sequence[str], *tables: Table) -> Section:
        # where there is nothing to draw, the tables say why
        return Section(anchor, title, {name: drawn[name] for name in names if drawn[name].filled}, tables)

    sections = (
        section("accuracy", "Accuracy", ["accuracy_by_category"], paper_tables.accuracy_by_category(rows), paper_tables.accuracy_by_aspect(rows)),
        section("rubric", "Rubric", ["rubric_scores", "deviations_by_aspect", "causes"], quality_failures.rubric_causes(rows)),
        section("clip", "CLIP", ["clip_scores", "clip_thresholds"], paper_tables.clip_thresholds(rows)),
        section(
            "attempts",
            "Attempts",
            ["attempts"],
            quality_attempts.attempts_per_article(attempts),
            quality_attempts.pass_rate_by_attempt(attempts),
            quality_attempts.repairs(attempts),
        ),
        section("photos", "Reference photos", [], paper_tables.likeness_to_photos(rows)),
        section("texts", "Texts", ["findings"], quality_failures.error_types(rows)),
        section("failures", "Failed stages", ["failures"], quality_failures.stage_failures(rows)),
        section("reviewers", "Reviewers", [], quality_reviewers.reviewer_agreement(agreement), quality_reviewers.machine_against_people(agreement)),
    )
    return QualityReport(tuple(_headlines(rows)), sections)


def render_quality(
    title: str, report: QualityReport, facts: Mapping[str, str], *, links: Mapping[str, str], files: str, shards: Mapping[str, str] | None = None
) -> str:
    """Renders the page.

    `links` go to other pages by their names, `shards` to the reports of single shards. `files` leads to the folder of the PNG and CSV files: empty
    for the page's own, else with a slash at its end.
    """
    return render_page(
        "quality.html",
        all=ALL,
        title=title,
        figures=report.headlines,
        facts=facts,
        links=links,
        files=files,
        sections=report.sections,
        shards=shards or {},
    )


def _headlines(rows: Sequence[ArticleQuality]) -> list[Headline]:
    attempts = quality_attempts.tried(rows)
    released, waived = Share(sum(row.released for row in rows), len(rows)), sum(row.waived for row in rows)
    shares = {
        "passed at first attempt": quality_attempts.first_pass(attempts),
        **{name.lower(): paper_tables.accuracy(rows, aspects) for name, aspects in paper_tables.ACCURACIES.items()},
    }
    means = {
        "attempts per article": quality_attempts.attempts_mean(attempts),
        "mean rubric score": Mean.of((row.rubric_score for row in rows if row.rubric_score is not None), "not judged"),
        "mean CLIP score": Mean.of((row.clip_score for row in rows if row.clip_score is not None), "not scored"),
        "SSIM to photos": Mean.of((row.likeness.ssim for row in rows if row.likeness.ssim is not None), "no photos"),
    }
    found = [(percent(released.value), "released", f"{released.part} of {released.whole}" + (f", {waived} waived" if waived else ""))]
    found += [(percent(share.value), name, f"{share.part} of {share.whole}" if share.whole else "not assessed") for name, share in shares.items()]
    for name, mean in means.items():
        value = number(mean.summary.mean, 2) if mean.summary else "–"
        found.append((value, name, f"n = {mean.summary.n}" if mean.summary else mean.why))
    return found
