"""What `nkd models` does: list, fetch and check the checkpoints of a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from rich.markup import escape

from nkd_pipeline.cli.console import MODELS_FAILED, err, input_errors, open_workspace, out, table
from nkd_pipeline.execution.checkpoints import stage_checkpoints
from nkd_pipeline.execution.lease import NoDeviceError, device_lease, devices
from nkd_pipeline.execution.model_check import CheckedModel, check_models
from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.checkpoint import FETCH, Checkpoint, CheckpointError, MissingCheckpointError, folder_digest
from nkd_pipeline.models.fetching import Plan, fetch, plan_fetch
from nkd_pipeline.models.known import KnownModel, known, known_models
from nkd_pipeline.models.safety import checked_folder

NO_MODELS = "Profile {name} needs no models: everything it uses comes with the package."
A = TypeVar("A")
B = TypeVar("B")
MISSING = "missing"
GIGA = 1e9


def list_models(home: Path | None, profile: str) -> None:
    """One line per stage and checkpoint."""
    opened = open_workspace(home, profile).profile
    with input_errors():
        entries = list(stage_checkpoints(opened))
    if not entries:
        out.print(NO_MODELS.format(name=escape(opened.name)))
        return
    made = table(f"Models of profile {escape(opened.name)}", "stage", "model", "revision", "licence", "#GB", "on this machine")
    made.columns[0].no_wrap = True
    problems: dict[str, None] = {}  # in order, each once
    for asset, checkpoint in entries:
        state, problem = _state(checkpoint)
        if problem:
            problems[FETCH if state == MISSING else problem] = None
        entry = known(checkpoint)
        facts = (escape(entry.licence), f"{entry.gigabytes:.1f}") if entry else ("not known", "")
        made.add_row(asset, escape(checkpoint.model), (checkpoint.revision or "")[:8], *facts, state)
    out.print(made)
    _print_notes(checkpoint for _, checkpoint in entries)
    for problem in problems:
        out.print(f"[yellow]{escape(problem)}[/yellow]", soft_wrap=True)


def fetch_models(home: Path | None, profile: str, names: list[str]) -> int:
    """Fetches what is missing of the profile's models, or of those named. Returns the exit code."""
    opened = open_workspace(home, profile).profile
    with input_errors():
        chosen = _chosen(opened, names)
    if not chosen:
        out.print(NO_MODELS.format(name=escape(opened.name)))
        return 0
    states = {checkpoint: _state(checkpoint) for checkpoint in chosen}
    for checkpoint, (state, problem) in states.items():
        if problem is None:
            out.print(f"{escape(checkpoint.model)} is on this machine: {state}.", soft_wrap=True)
    missing = [checkpoint for checkpoint, (_, problem) in states.items() if problem and not checkpoint.is_local]
    problems = {problem: None for checkpoint, (_, problem) in states.items() if problem and checkpoint.is_local}  # in order, each once
    plans = [plan for checkpoint in missing if (plan := _attempt(problems, plan_fetch, checkpoint))]
    if plans:
        _print_plans(plans)
    for plan in plans:
        out.print(f"Fetching {escape(plan.checkpoint.model)} …")
        if folder := _attempt(problems, fetch, plan):
            out.print(f"{escape(plan.checkpoint.model)} is in {escape(str(folder))}", soft_wrap=True)
    for problem in problems:
        err.print(f"[red]{escape(problem)}[/red]", soft_wrap=True)
    return MODELS_FAILED if problems else 0


def check_profile(home: Path | None, profile: str) -> int:
    """Tries the profile's models one by one. Returns the exit code."""
    workspace = open_workspace(home, profile)
    with input_errors():
        if not list(stage_checkpoints(workspace.profile)):
            out.print(NO_MODELS.format(name=escape(workspace.profile.name)))
            return 0
    made = table(f"Models of profile {escape(workspace.profile.name)}", "stage", "model", "device", "#load s", "#article s", "#memory GB", "result")
    failed: list[CheckedModel] = []
    try:
        with input_errors(), device_lease(workspace.home.local / "locks", devices()):
            for checked in check_models(workspace.profile, lambda asset, backend: err.print(f"[dim]{asset}: {escape(backend)} …[/dim]")):
                numbers = (f"{checked.load_seconds:.1f}", f"{checked.row_seconds:.2f}", f"{checked.bytes / GIGA:.2f}")
                made.add_row(checked.asset, escape(checked.backend), checked.device, *numbers, "failed" if checked.error else "ok")
                failed += [checked] if checked.error else []
    except NoDeviceError as error:
        err.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        return MODELS_FAILED
    out.print(made)
    for checked in failed:
        err.print(f"[red]{checked.asset}: {escape(checked.error or '')}[/red]", soft_wrap=True)
    return MODELS_FAILED if failed else 0


def _state(checkpoint: Checkpoint) -> tuple[str, str | None]:
    """In a word whether the checkpoint is ready, and if not, what the cure is."""
    try:
        folder = checked_folder(checkpoint)
    except MissingCheckpointError as error:
        return MISSING, str(error)
    except CheckpointError as error:
        return "not usable", str(error)
    if checkpoint.is_local:
        return f"present ({folder_digest(folder)})", None
    return "present, converted" if folder == checkpoint.converted else "present", None


def _chosen(profile: Profile, names: list[str]) -> list[Checkpoint]:
    """The profile's checkpoints, or those named: of the profile first, else of all that are known."""
    used = list(dict.fromkeys(checkpoint for _, checkpoint in stage_checkpoints(profile)))
    if not names:
        return used
    chosen = []
    for name in names:
        found = [checkpoint for checkpoint in used if name in (checkpoint.model, checkpoint.name)]
        found = found or [Checkpoint(model=model, revision=entry.revision) for model, entry in known_models().items() if name == model]
        if not found:
            there = ", ".join(sorted({checkpoint.model for checkpoint in used} | known_models().keys()))
            raise CheckpointError(f"No model is called {name}. There are {there}. Others are named by a profile, with their revision.")
        chosen += found
    return chosen


def _attempt(problems: dict[str, None], work: Callable[[A], B], argument: A) -> B | None:
    """What `work` returns; None when it cannot, and the reason goes to `problems`: the other models are fetched all the same."""
    try:
        return work(argument)
    except CheckpointError as error:
        problems[str(error)] = None
        return None


def _print_plans(plans: list[Plan]) -> None:
    made = table("To be fetched", "model", "revision", "licence", "#files", "#GB")
    for plan in plans:
        entry = known(plan.checkpoint)
        licence = _licence(entry) if entry else "not known: see its page on the hub"
        made.add_row(escape(plan.checkpoint.model), str(plan.checkpoint.revision)[:8], licence, str(len(plan.sizes)), f"{plan.bytes / GIGA:.2f}")
    out.print(made)
    _print_notes(plan.checkpoint for plan in plans)
    out.print(f"Together {sum(plan.bytes for plan in plans) / GIGA:.2f} GB.")


def _licence(entry: KnownModel) -> str:
    return escape(f"{entry.licence}{'; terms to accept' if entry.gated else ''}")


def _print_notes(checkpoints: Iterable[Checkpoint]) -> None:
    """What is to be known of models before they are used."""
    for checkpoint in dict.fromkeys(checkpoints):
        entry = known(checkpoint)
        if entry and (entry.notes or entry.gated):
            gate = f"Its terms must be accepted, with a hub account, at {entry.terms}." if entry.gated else ""
            out.print(f"[dim]{escape(f'{checkpoint.model}: {entry.notes} {gate}'.strip())}[/dim]", soft_wrap=True)
