"""What goes wrong and how often: stages that fail, causes that the rubric names, error types of the texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby

from nkd_pipeline.records import ASPECTS, Deviation, Finding
from nkd_pipeline.report.page import label
from nkd_pipeline.report.paper_tables import NOT_JUDGED
from nkd_pipeline.report.quality import ArticleQuality
from nkd_pipeline.report.table import Cell, Share, Table

Rows = Sequence[ArticleQuality]


def stage_failures(rows: Rows) -> Table:
    """Failed stages by stage and kind, each article once."""
    counted = Counter(failure for row in rows for failure in set(row.failures))
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0].asset, item[0].kind))
    return Table(
        "stage_failures",
        "Failed stages",
        ("Stage", "Kind", "Articles"),
        tuple((label(failure.asset), label(failure.kind), Share(count, len(rows))) for failure, count in ranked),
        "No stage failed.",
    )


def causes_by_frequency(rows: Rows) -> dict[tuple[str, str], list[ArticleQuality]]:
    """Pictures by (aspect, cause) of their deviations, the most frequent cause first."""
    found: dict[tuple[str, str], list[ArticleQuality]] = defaultdict(list)
    for row in rows:
        for cause in dict.fromkeys((deviation.aspect, deviation.measure) for deviation in row.deviations):
            found[cause].append(row)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), ASPECTS.index(item[0][0]), item[0][1])))


def rubric_causes(rows: Rows) -> Table:
    """What the rubric deducted for, and in how many of the failed pictures."""
    judged = [row for row in rows if row.rubric_score is not None]

    def line(cause: tuple[str, str], pictures: Rows) -> tuple[Cell, ...]:
        seen = [deviation for row in pictures for deviation in row.deviations if (deviation.aspect, deviation.measure) == cause]
        severities = Counter(deviation.severity for deviation in seen)
        failed = sum(row.verdict == "fail" for row in pictures)
        counts = (severities["slight"], severities["strong"], Share(len(pictures), len(judged)), failed)
        return (label(cause[0]), label(cause[1]), _judges(seen), *counts, seen[0].says)

    return Table(
        "rubric_causes",
        "Causes of deductions",
        ("Aspect", "Cause", "Seen by", "Slight", "Strong", "Pictures", "Of them failed", "Example"),
        tuple(line(cause, pictures) for cause, pictures in causes_by_frequency(judged).items()),
        "No picture deviates from its article." if judged else NOT_JUDGED,
    )


def error_types(rows: Rows) -> Table:
    """Lint findings of the prompts by kind and resolution, with their most frequent example: the paper's Table III."""
    prompts = sum(row.has_prompt for row in rows)
    # by place: the same article may have come in two deliveries
    found = sorted(((finding, place) for place, row in enumerate(rows) for finding in row.findings), key=lambda item: _type(item[0]))
    lines: list[tuple[str, str, int, Share, str, str]] = []
    for (kind, resolution), group in groupby(found, key=lambda item: _type(item[0])):
        members = list(group)
        examples = Counter((finding.text, finding.says) for finding, _ in members)
        text, says = min(examples, key=lambda example: (-examples[example], example))
        share = Share(len({place for _, place in members}), prompts)
        lines.append((label(kind), label(resolution), len(members), share, text, says))
    ranked = sorted(lines, key=lambda line: (-line[2], line[0], line[1]))
    return Table(
        "error_types",
        "Error types of the texts",
        ("Error type", "Resolved by", "Findings", "Prompts", "Example", "What was done"),
        tuple(ranked),
        "The texts gave nothing to resolve." if prompts else "No prompt has been written yet.",
        "Prompts: share of prompts with at least one finding of the kind.",
    )


def _type(finding: Finding) -> tuple[str, str]:
    return finding.kind, finding.resolution


def _judges(deviations: Sequence[Deviation]) -> str:
    return ", ".join(sorted({label(judge) for deviation in deviations for judge in deviation.judge.split("+")}))
