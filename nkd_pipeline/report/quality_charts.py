"""The quality report's figures as plain data: pages draw them as SVG, `plots` as PNG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor

from nkd_pipeline.report.cards import VERDICTS
from nkd_pipeline.report.charts import (
    MOST_BARS,
    NOT_JUDGED,
    Bar,
    Chart,
    Curve,
    Figure,
    Matrix,
    Panel,
    Part,
    Point,
    count_of,
    deviations_by_aspect,
    failures_by_kind,
    findings_by_kind,
    score_histogram,
)
from nkd_pipeline.report.page import label
from nkd_pipeline.report.paper_tables import ACCURACIES, ALL, THRESHOLDS, accuracy, by_category, pass_rate
from nkd_pipeline.report.quality import ArticleQuality
from nkd_pipeline.report.quality_attempts import ends_by_attempts, tried
from nkd_pipeline.report.quality_failures import causes_by_frequency
from nkd_pipeline.report.statistics import aspect_counts

Rows = Sequence[ArticleQuality]
CLIP_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0)  # widths of a bar; the first that needs no more than MOST_BARS is taken
NOT_SCORED = "No picture has a CLIP score."


def figures(rows: Rows) -> dict[str, Figure]:
    """All figures of the report by the name of their file."""
    judged = [row for row in rows if row.rubric_score is not None]
    findings = Counter(finding.kind for row in rows for finding in row.findings)
    failures = Counter(failure.kind for row in rows for failure in row.failures)
    return {
        "accuracy_by_category": accuracies(rows),
        "rubric_scores": score_histogram([(row.rubric_score, row.verdict) for row in rows if row.rubric_score is not None]),
        "deviations_by_aspect": deviations_by_aspect(aspect_counts(judged), len(judged)),
        "causes": causes(rows),
        "clip_scores": clip_histogram(rows),
        "clip_thresholds": clip_curve(rows),
        "attempts": attempts(rows),
        "findings": findings_by_kind(dict(findings.most_common())),
        "failures": failures_by_kind(dict(failures.most_common())),
    }


def further_figures(rows: Rows) -> list[Figure]:
    """Those that the gallery does not draw from its own cards, as far as there is something to draw."""
    return [figure for figure in (accuracies(rows), clip_histogram(rows), clip_curve(rows), attempts(rows), causes(rows)) if figure.filled]


def accuracies(rows: Rows) -> Matrix:
    """The paper's three accuracies of each kind of garment; rare kinds share one line."""
    groups: list[tuple[str, Rows]] = list(by_category(rows).items())
    if rest := groups[MOST_BARS:]:
        groups = [*groups[:MOST_BARS], (f"{len(rest)} other kinds", [row for _, members in rest for row in members])]

    def panel(members: Rows, aspects: tuple[str, ...]) -> Panel:
        share = accuracy(members, aspects)
        return Panel(share.value, f"{share.part} of {share.whole}" if share.whole else "not assessed")

    groups.append((ALL, rows))
    lines = [(label(name), tuple(panel(members, aspects) for aspects in ACCURACIES.values())) for name, members in groups]
    judged = sum(row.rubric_score is not None for row in rows)
    counted, axis = count_of(judged, "picture"), "Share of assessed pictures without a deviation, 0–100 %"
    return Matrix("Accuracy by category", tuple(ACCURACIES), tuple(lines) if judged else (), NOT_JUDGED, counted, axis)


def causes(rows: Rows) -> Chart:
    """Pictures by the cause of a deduction, split by the picture's verdict."""
    found = list(causes_by_frequency(rows).items())[:MOST_BARS]
    bars = [Bar(label(cause), _by_verdict(pictures), str(len(pictures))) for (_, cause), pictures in found]
    judged = sum(row.rubric_score is not None for row in rows)
    empty = "No picture deviates from its article." if judged else NOT_JUDGED
    return Chart("Causes of deductions", tuple(bars), empty, count_of(judged, "picture"), "Pictures")


def clip_histogram(rows: Rows) -> Chart:
    """CLIP scores, coloured by what the rubric says of the pictures."""
    scored = [(row.clip_score, row) for row in rows if row.clip_score is not None]
    if not scored:
        return Chart("CLIP scores", (), NOT_SCORED)
    low, high = min(score for score, _ in scored), max(score for score, _ in scored)
    width = next((step for step in CLIP_STEPS if floor(high / step) - floor(low / step) < MOST_BARS), ceil((high - low) / MOST_BARS))
    bins = range(floor(low / width), floor(high / width) + 1)
    bars = [Bar(f"{index * width:g}", _by_verdict([row for score, row in scored if floor(score / width) == index])) for index in bins]
    steps = f"Score from, 100 × cosine, in steps of {width:g}"
    return Chart("CLIP scores", tuple(bars), NOT_SCORED, count_of(len(scored), "picture"), "Pictures", steps)


def clip_curve(rows: Rows) -> Curve:
    """The share of pictures that pass the rubric among those from each CLIP score on."""
    both = [(row.clip_score, row) for row in rows if row.clip_score is not None and row.verdict in VERDICTS]

    def point(threshold: int) -> Point:
        share = pass_rate(row for score, row in both if score >= threshold)
        return Point(threshold, share.value, f"{share.part} of {share.whole}")

    points = tuple(map(point, THRESHOLDS)) if both else ()
    empty = "No picture has both a CLIP score and a verdict."
    return Curve("CLIP score and pass rate", points, empty, count_of(len(both), "picture"), "Pictures that pass the rubric, %", "CLIP score at least")


def attempts(rows: Rows) -> Chart:
    """Articles by the number of attempts that were judged."""
    articles = tried(rows)
    by_attempts = ends_by_attempts(articles)

    def bar(count: int) -> Bar:
        ends = by_attempts.get(count, [])
        return Bar(str(count), (Part("released", "Passed in the end", sum(ends)), Part("fail", "No attempt passed", len(ends) - sum(ends))))

    bars = tuple(bar(count) for count in range(1, max(by_attempts, default=0) + 1))
    return Chart("Attempts per article", bars, "No attempt has been judged yet.", count_of(len(articles), "article"), "Articles", "Attempts")


def _by_verdict(rows: Rows) -> tuple[Part, ...]:
    counted = Counter(row.verdict for row in rows)
    unjudged = Part("held", "Not judged", sum(count for verdict, count in counted.items() if verdict not in VERDICTS))
    return (*(Part(verdict, label(verdict), counted[verdict]) for verdict in VERDICTS), unjudged)
