"""The command `judge-bench`: prints how right the judges of a profile are."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nkd_pipeline.cli.console import bars, input_errors, out, table
from nkd_pipeline.execution.judge_bench import bench
from nkd_pipeline.execution.judge_bench.bench import Judged, Rate
from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.records import ASPECTS

RECALL, FALSE_ALARMS = 0.95, 0.05  # what is aimed at


def judge_bench(profile: str, count: int, seed: int, size: int, keep: Path | None) -> None:
    """Draws, judges, prints; the pictures stay in `keep` when it is given."""
    with input_errors():
        loaded = load_profile(profile)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, bars() as shown:
        tasks = {name: shown.add_task(name, total=None) for name in ("drawing", "probe_answers", "vqa_answers", "rubric_reports")}
        judged = bench.run_bench(
            loaded, keep or Path(folder), count, seed, size, lambda what, done, todo: shown.update(tasks[what], completed=done, total=todo)
        )
    out.print(f"{count} sketches, seed {seed}, {size} x {size}; profile {loaded.name}: half of them with one planted defect each")
    _print_aspects(judged)
    _print_defects(judged)
    for aspect, why in bench.blind_spots(judged).items():
        out.print(f"Not seen by any judge of this profile: {aspect} ({why})")
    _print_verdicts(judged)


def _print_aspects(judged: list[Judged]) -> None:
    made = table(
        "By aspect (alarms: share of the good pictures; unseen: nobody looked)",
        "aspect",
        "#planted",
        "#recall",
        "#good",
        "#alarms",
        "goal",
        "#unseen",
    )
    for aspect in ASPECTS:
        found, false = bench.recall(judged, bench.defects_of(aspect)), bench.false_alarms(judged, aspect)
        if found.n or false.n:
            reached = (found.share is None or found.share >= RECALL) and (false.share is None or false.share <= FALSE_ALARMS)
            made.add_row(
                aspect, str(found.n), _share(found), str(false.n), _share(false), "reached" if reached else "missed", str(found.unseen + false.unseen)
            )
    out.print(made)


def _print_defects(judged: list[Judged]) -> None:
    made = table("By defect", "defect", "aspect", "#planted", "#seen", "#recall", "#unseen")
    for defect in bench.BY_NAME.values():
        found = bench.recall(judged, [defect.name])
        made.add_row(defect.name, defect.aspect, str(found.n + found.unseen), str(found.hits), _share(found), str(found.unseen))
    out.print(made)


def _print_verdicts(judged: list[Judged]) -> None:
    good = [row.report.verdict != "fail" for row in judged if not row.defect]
    bad = [row.report.score < 10 for row in judged if row.defect]
    if good and bad:
        out.print(f"{sum(good)} of {len(good)} good pictures pass; {sum(bad)} of {len(bad)} defective ones lose points.")


def _share(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.3f}"
