"""What `nkd review` shows: agreement, comparisons, surveys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from nkd_pipeline.cli.console import open_workspace, out, table
from nkd_pipeline.cli.review_input import chosen_shards, review_errors
from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.metrics.agreement import ALL_ASPECTS, NOT_ASSESSED, Agreement, agreement, machine_marks
from nkd_pipeline.review.preference_results import compare
from nkd_pipeline.review.preference_task import Preference
from nkd_pipeline.review.survey_task import Rating, summarise
from nkd_pipeline.rubric.rules import load_rubric


def show_agreement(home: Path | None, profile: str, shards: list[str]) -> None:
    """Agreement of reviewers, and the machine against them."""
    workspace = open_workspace(home, profile)
    with review_errors():
        chosen = chosen_shards(workspace, shards)
        marks = [mark for shard in chosen for given in workspace.marks(shard).values() for mark in given]
        machine = {}
        for shard in chosen:
            images = read_rows(workspace, "generated_images", shard)
            for article_id, row in read_rows(workspace, "rubric_reports", shard).items():
                image = images[article_id].record if article_id in images else None
                if image and row.record and row.record.attempt == image.attempt:
                    machine[article_id, image.sha256] = machine_marks(row.record)
    if not marks:
        out.print("Nothing is marked yet: mark pictures with `nkd review`.")
        return
    found = agreement(marks, machine)
    _print_agreement(found)
    _print_confusions(found)


def show_results(home: Path | None, profile: str, shards: list[str]) -> None:
    """All comparisons and ratings of a home."""
    workspace = open_workspace(home, profile)
    with review_errors():
        chosen = chosen_shards(workspace, shards)
        preferences = [row for shard in chosen for row in workspace.tables.read_records("preferences", Preference, shard)]
        ratings = [row for shard in chosen for row in workspace.tables.read_records("ratings", Rating, shard)]
    print_comparisons(preferences)
    print_questions(ratings)
    if not preferences and not ratings:
        out.print("There is nothing yet: compare pictures with `nkd review --mode ab`, rate them with `nkd review --mode survey`.")


def print_comparisons(preferences: Sequence[Preference]) -> None:
    """What came of each two things that were compared."""
    for one in compare(preferences):
        first, second = escape(one.first), escape(one.second)
        out.print(f"[bold]{first} : {second}[/bold], {one.judgements} judgements by {one.reviewers} reviewers", soft_wrap=True)
        out.print(f"  {second} is better in {one.second_wins} pairs, {first} in {one.first_wins}; {one.ties} ties", soft_wrap=True)
        if one.share is not None:
            low, high = one.interval
            out.print(
                f"  {second} wins {one.share:.0%} of the decided pairs (95 % interval {low:.0%} to {high:.0%}); sign test p = {one.p_value:.3f}"
            )
            out.print(f"  left side chosen {one.left} times, right side {one.right} times")


def print_questions(ratings: Sequence[Rating]) -> None:
    """One line for each question of a survey."""
    if not ratings:
        return
    made = table("Survey, 1 to 5", "question", "#n", "#mean", "#sd")
    for one in summarise(ratings):
        made.add_row(escape(one.question), str(one.n), f"{one.mean:.2f}", "–" if one.sd is None else f"{one.sd:.2f}")
    out.print(made)


def _print_agreement(found: Agreement) -> None:
    made = table(f"Agreement of {len(found.reviewers)} reviewers on {found.pictures} pictures", "aspect", "#marked by two", "#alpha", "#unanimous")
    for one in found.aspects:
        alpha = "–" if one.alpha is None else f"{one.alpha:.3f}"
        made.add_row(_title(one.aspect), str(one.pictures), alpha, _percent(one.unanimous))
    out.print(made)
    out.print("[dim]Krippendorff's alpha for ordinal marks: 1 is perfect, 0 is chance; – where fewer than two marks differ from each other.[/dim]")


def _print_confusions(found: Agreement) -> None:
    made = table("Machine against people, pictures", "aspect", "#both see one", "#missed", "#false alarm", "#neither", "#recall", "#not assessed")
    for one in found.confusions:
        counts = Counter[tuple[bool, bool]]()
        for (people, machine), count in one.counts.items():
            if machine != NOT_ASSESSED:
                counts[people != "none", machine != "none"] += count
        seen = [str(counts[pair]) for pair in ((True, True), (True, False), (False, True), (False, False))]
        made.add_row(_title(one.aspect), *seen, _percent(one.recall), str(sum(one.counts.values()) - counts.total()))
    out.print(made)


def _title(aspect: str) -> str:
    return "All aspects" if aspect == ALL_ASPECTS else load_rubric().aspects[aspect].title


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
