"""Takes in all hostile deliveries and prints what came of each: `python -m nkd_pipeline_tests.hostile [words of a case's name]`.

With NKD_HOSTILE_JSON the results are also written to that file. Exit code 1 when a case came out otherwise than it must.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nkd_pipeline_tests.hostile.case import Case, Refused
from nkd_pipeline_tests.hostile.cases import CASES
from nkd_pipeline_tests.hostile.verdict import faults
from nkd_pipeline_tests.hostile.worker import Run, run_case, warm_up


def main(words: str) -> int:
    """Runs the cases whose names have these words."""
    warm_up()
    shown = _table()
    results = {}
    with tempfile.TemporaryDirectory(prefix="hostile") as temporary:
        os.chmod(temporary, 0o755)
        for group, case in CASES:
            if words not in f"{group}: {case.name}":
                continue
            folder = Path(temporary) / str(len(results))
            run = run_case(case, folder)
            results[case.name] = found = faults(case, run, folder)
            shutil.rmtree(folder)
            limits = f"{run.processor_seconds:.2f}", f"{case.seconds:g}", f"{run.memory_mb:.0f}", f"{case.memory_mb}"
            shown.add_row(group, case.name, _outcome(case, run), *limits, "[red]NO[/red]" if found else "yes")
    if "NKD_HOSTILE_JSON" in os.environ:
        Path(os.environ["NKD_HOSTILE_JSON"]).write_text(json.dumps(results), encoding="utf-8")
    return _print(shown, results)


def _table() -> Table:
    shown = Table(title="Hostile deliveries", title_justify="left", title_style="bold")
    for column in ("where", "delivery", "outcome", "#processor s", "#of", "#MB grown", "#of", "as it must"):
        shown.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left")
    return shown


def _outcome(case: Case, run: Run) -> str:
    if isinstance(case.outcome, Refused):
        return f"refused, exit code {run.exit_code}"
    if run.taken is None:
        return f"exit code {run.exit_code}" + (", all stages" if case.whole_run else "")
    return f"{run.taken['articles']:,} articles, {len(run.taken['quarantined']):,} quarantined"


def _print(shown: Table, results: dict[str, list[str]]) -> int:
    console = Console(width=160, highlight=False)
    console.print(shown)
    for name, found in results.items():
        for fault in found:
            console.print(f"{name}: {fault}", markup=False, soft_wrap=True)
    failed = sum(map(bool, results.values()))
    console.print(f"{len(results)} hostile deliveries, {len(results) - failed} came out as they must, {failed} did not.")
    return int(bool(failed))


sys.exit(main(" ".join(sys.argv[1:])))
