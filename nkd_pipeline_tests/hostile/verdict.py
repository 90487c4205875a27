"""Whether a case came out as it must."""

from __future__ import annotations

from pathlib import Path

from nkd_pipeline.catalog.cleaning import clean_text
from nkd_pipeline.catalog.identifiers import id_fault
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.hostile.case import Case, Refused, Taken
from nkd_pipeline_tests.hostile.worker import Run

REFUSED = 2  # exit code of `nkd run` for wrong input
FAILED = 3  # and for articles that have no approved picture
_HOME = {"settings.toml", "tables", "photos", "locks"}


def faults(case: Case, run: Run, folder: Path) -> list[str]:
    """What is wrong, a sentence each; empty when all is as it must be."""
    found = _bounds(case, run, folder)
    found += _refusal(case.outcome, run, folder) if isinstance(case.outcome, Refused) else _taken(case, case.outcome, run)
    if not found:
        found += _stored(folder / "home", case)
    if not found and case.check and (fault := case.check(folder / "home")):
        found.append(fault)
    return found


def _bounds(case: Case, run: Run, folder: Path) -> list[str]:
    found = []
    if run.exit_code < 0:
        found.append(f"killed by signal {-run.exit_code}")
    if "Traceback" in run.output:
        found.append(f"a traceback reached the user: {run.output.strip().splitlines()[-1][:200]}")
    if run.processor_seconds > case.seconds:
        found.append(f"{run.processor_seconds} s of processor time, {case.seconds} s are allowed")
    if run.memory_mb > case.memory_mb:
        found.append(f"{run.memory_mb} MB of memory, {case.memory_mb} MB are allowed")
    if outside := (folder / "record" / "outside").read_text():
        found.append(f"written outside the home: {outside}")
    return found


def _refusal(outcome: Refused, run: Run, folder: Path) -> list[str]:
    message = " ".join(run.output.split())
    found = [f"the message lacks {words!r}: {message[:300]}" for words in outcome.says if words not in message]
    if run.exit_code != REFUSED:
        found.append(f"exit code {run.exit_code}, not {REFUSED}: {message[:300]}")
    if not message.startswith(clean_text(run.delivered)[:40]):
        found.append(f"the message does not begin with the file: {message[:300]}")
    if not message.endswith(".") or len(message) > 1000:
        found.append(f"the message is no sentence: {message[:300]}")
    if any((folder / "home").rglob("*.parquet")):
        found.append("something was stored")
    return found


def _taken(case: Case, outcome: Taken, run: Run) -> list[str]:
    if case.whole_run:
        wanted = f" of {outcome.articles} articles released, {outcome.quarantined} rows quarantined."
        fine = run.exit_code in (0, FAILED) and wanted in run.output
        return [] if fine else [f"exit code {run.exit_code}, output lacks {wanted!r}: {run.output[-500:]}"]
    if run.taken is None or run.exit_code:
        return [f"not taken in, exit code {run.exit_code}: {run.output.strip()[:300]}"]
    rows, notes = run.taken["quarantined"], run.taken["notes"]
    reasons = [row["reason"] for row in rows]
    found = []
    if (run.taken["articles"], len(rows)) != (outcome.articles, outcome.quarantined):
        found.append(
            f"{run.taken['articles']} articles and {len(rows)} quarantined rows, not {outcome.articles} and {outcome.quarantined}: {reasons[:3]}"
        )
    said = "\n".join([*reasons, *notes])
    found += [f"no reason or note has {words!r}: {said[:400]}" for words in outcome.says if words not in said]
    found += [f"a reason without place or cure: {reason}" for reason in reasons[:100] if not (reason.startswith("row ") and reason.count(". ") >= 1)]
    found += [f"a note that is no sentence: {note[:200]}" for note in notes if not note.endswith(".") or len(note) > 1000]
    return found


def _stored(home: Path, case: Case) -> list[str]:
    """Faults of what lies in the home."""
    workspace = Workspace.open(str(home))
    rows = [row for shard in workspace.shards() for row in workspace.delivered(shard)]
    found = [f"id {row.article_id!r}: {id_fault(row.article_id)}" for row in rows if id_fault(row.article_id)]
    texts = [text for row in rows for text in (row.name, row.description, row.model_name, row.model_descr, row.source_file, row.source_sheet)]
    found += [f"a text with invisible characters: {text[:60]!r}" for text in texts if clean_text(text) != text]
    if len({row.article_id.casefold() for row in rows}) < len(rows):
        found.append("two articles share their files")
    if not case.whole_run and (odd := {path.name for path in home.iterdir()} - _HOME):
        found.append(f"unexpected in the home: {sorted(odd)}")
    return found
