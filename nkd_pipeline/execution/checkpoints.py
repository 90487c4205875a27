"""The checkpoints of a profile's stages, and whether all of them are ready to be loaded."""

from __future__ import annotations

from collections.abc import Iterator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.checkpoint import FETCH, Checkpoint, CheckpointError, MissingCheckpointError
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelStage


def stage_checkpoints(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    """(asset, checkpoint) of all that the profile's stages load. Raises ProfileError for a wrong stage entry."""
    for asset in profile.stages:
        stage = profile.stage(asset)
        if isinstance(stage, ModelStage):
            yield from ((asset, checkpoint) for checkpoint in stage.checkpoints())


def require_checkpoints(profile: Profile) -> None:
    """Raises one CheckpointError that names all checkpoints which cannot be loaded: before a run rather than in the middle of it."""
    missing, problems = dict[str, None](), dict[str, None]()  # in order, each once
    for asset, checkpoint in stage_checkpoints(profile):
        try:
            checked_folder(checkpoint)
        except MissingCheckpointError:
            missing[checkpoint.model] = None
        except CheckpointError as error:
            problems[f"{asset}: {error}"] = None
    lines = [*([f"Not on this machine: {', '.join(missing)}. {FETCH}"] if missing else []), *problems]
    if lines:
        raise CheckpointError("\n  ".join([f"Profile {profile.name} cannot run on this machine yet. Nothing was taken in or computed.", *lines]))
