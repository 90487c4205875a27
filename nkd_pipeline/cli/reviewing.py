"""What `nkd review` does: serve the page, take marks over, hand them out and in."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape

from nkd_pipeline.cli.console import err, input_errors, open_workspace, out
from nkd_pipeline.cli.review_input import chosen_shards, review_errors
from nkd_pipeline.cli.review_results import print_comparisons, print_questions
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.guard import Seat
from nkd_pipeline.review.marks_file import export_marks, import_marks
from nkd_pipeline.review.preference_task import PreferenceTask, pairs_of_attempts, pairs_of_homes
from nkd_pipeline.review.questionnaire import DEFAULT_QUESTIONS, read_questionnaire
from nkd_pipeline.review.rubric_task import RubricTask
from nkd_pipeline.review.serving import address, is_loopback, listen, make_server, serve_until_stopped
from nkd_pipeline.review.survey_task import SurveyTask
from nkd_pipeline.review.task import ReviewError, Task, name_fault
from nkd_pipeline.storage.home import Home


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be reviewed, how and by whom; empty means all shards, and the user of this computer."""

    mode: str
    shards: list[str]
    reviewers: list[str]
    against: Path | None
    questions: Path | None


def serve_review(home: Path | None, profile: str, review: Review, host: str, port: int) -> None:
    """Serves the page and says at the end what was reviewed."""
    workspace = open_workspace(home, profile)
    with review_errors():
        task = _task(workspace, profile, review)
        if not task.items:
            raise ReviewError(_nothing(workspace, review))
        seats = [Seat(name) for name in dict.fromkeys(review.reviewers or [getpass.getuser()]) if _checked(name)]
        listening = listen(host, port)
    port = listening.getsockname()[1]
    what = {"ab": "pairs"}.get(review.mode, "pictures")
    out.print(
        f"{len(task.items)} {what} of {escape(', '.join(task.shards))}. Who has an address reviews under its name. Stop with Ctrl+C.", soft_wrap=True
    )
    if not is_loopback(host):
        err.print("[yellow]Other machines can reach this page, and nothing is encrypted on the way: use it in a network that you trust.[/yellow]")
    for seat in seats:
        progress = task.progress(seat.reviewer)
        out.print(f"{escape(seat.reviewer)} ({progress.done} of {progress.total} done): {escape(address(host, port, seat))}", soft_wrap=True)
    before = {seat.reviewer: task.answers(seat.reviewer) for seat in seats}
    serve_until_stopped(make_server(task, seats, host, port), listening)
    _say_what_was_done(workspace, task, before)


def apply_marks(home: Path | None, profile: str) -> int:
    """Runs the shards that have marks through the pipeline; only what the marks changed is computed. Returns the exit code."""
    from nkd_pipeline.cli.running import run_shards

    workspace = open_workspace(home, profile)
    with input_errors():
        shards = [shard for shard in workspace.shards() if workspace.marks(shard)]
    if not shards:
        out.print("Nothing is marked yet: mark pictures with `nkd review`.")
        return 0
    return run_shards(home, profile, shards)


def write_marks(home: Path | None, profile: str, path: Path, shards: list[str]) -> None:
    """Exports marks."""
    workspace = open_workspace(home, profile)
    with review_errors():
        count = export_marks(workspace, chosen_shards(workspace, shards), path)
    out.print(f"{count} marks written to {escape(str(path))}", soft_wrap=True)


def take_marks(home: Path | None, profile: str, path: Path) -> None:
    """Imports marks."""
    workspace = open_workspace(home, profile)
    with review_errors():
        imported = import_marks(workspace, path)
    out.print(f"{imported.taken} marks imported, {imported.known} known already.", soft_wrap=True)
    if imported.taken:
        _say_how_to_apply(workspace)


def _task(workspace: Workspace, profile: str, review: Review) -> Task[Any, Any]:
    shards = chosen_shards(workspace, review.shards)
    if review.against and review.mode != "ab":
        raise ReviewError("--against compares two homes: add --mode ab.")
    if review.questions and review.mode != "survey":
        raise ReviewError("--questions are those of a survey: add --mode survey.")
    if review.mode == "survey":
        return SurveyTask(workspace, shards, read_questionnaire(review.questions or DEFAULT_QUESTIONS))
    if review.mode == "rubric":
        return RubricTask(workspace, shards)
    if review.against:
        return PreferenceTask(workspace, pairs_of_homes(workspace, _other(workspace, profile, review.against), shards))
    return PreferenceTask(workspace, pairs_of_attempts(workspace, shards))


def _other(workspace: Workspace, profile: str, home: Path) -> Workspace:
    if Home.of(home) == workspace.home:
        raise ReviewError("--against names the home itself. Name another one that holds the same articles.")
    return open_workspace(home, profile)


def _nothing(workspace: Workspace, review: Review) -> str:
    if review.mode != "ab":
        return f"There is no picture in {workspace.home.root} to look at. Make some with `nkd run DELIVERY`."
    if review.against:
        return f"{workspace.home.root} and {review.against} share no article of which both have a picture. Run the same delivery in both."
    return f"No article in {workspace.home.root} has two pictures. Make more with `nkd retry --article ID`, or compare homes with --against."


def _checked(name: str) -> str:
    if fault := name_fault(name):
        raise ReviewError(f'--reviewer "{name}": {fault}.')
    return name


def _say_what_was_done(workspace: Workspace, task: Task[Any, Any], before: dict[str, dict[str, Any]]) -> None:
    task.refresh()
    out.print()
    for reviewer, known in before.items():
        answers = task.answers(reviewer)
        new = sum(known.get(key) != answer for key, answer in answers.items())
        out.print(f"{escape(reviewer)}: {new} answered now, {len(answers)} of {len(task.items)} in all.", soft_wrap=True)
    if isinstance(task, PreferenceTask):
        print_comparisons(task.stored(task.shards))
    elif isinstance(task, SurveyTask):
        print_questions(task.stored(task.shards))
    elif any(task.answers(reviewer) != known for reviewer, known in before.items()):
        _say_how_to_apply(workspace)


def _say_how_to_apply(workspace: Workspace) -> None:
    command = f"nkd review apply --home {workspace.home.root}"
    out.print(f"Marks count when the pictures are judged again: {escape(command)}, or materialize rubric_reports.", soft_wrap=True)
