"""The checkpoints of a profile's stages, and whether all of them are ready to be loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.execution.steps import STEPS
from nkd_pipeline.models.checkpoint import FETCH, Checkpoint, CheckpointError, MissingCheckpointError
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.stage import ModelStage


def stage_checkpoints(profile: Profile, assets: Collection[str] | None = None) -> Iterator[tuple[str, Checkpoint]]:
    """(asset, checkpoint) of all that these stages load, without a choice those that the profile has of the main flow.

    Raises ProfileError for a wrong stage entry.
    """
    for asset in [step for step in STEPS if step in profile.stages] if assets is None else assets:
        stage = profile.stage(asset)
        if isinstance(stage, ModelStage):
            yield from ((asset, checkpoint) for checkpoint in stage.checkpoints())


def require_checkpoints(profile: Profile, wanted: Iterable[tuple[str, Checkpoint]] | None = None) -> None:
    """Raises one CheckpointError that names all checkpoints which cannot be loaded: before a run rather than in the middle of it.

    `wanted` are (asset, checkpoint) as `stage_checkpoints` gives them; without them those of the main flow.
    """
    missing, problems = dict[str, None](), dict[str, None]()  # in order, each once
    for asset, checkpoint in stage_checkpoints(profile) if wanted is None else wanted:
        try:
            checked_folder(checkpoint)
        except MissingCheckpointError:
            missing[checkpoint.model] = None
        except CheckpointError as error:
            problems[f"{asset}: {error}"] = None
    cure = FETCH if wanted is None else f"Run `nkd models fetch {' '.join(missing)}` where the hub can be reached, or name local folders."
    lines = [*([f"Not on this machine: {', '.join(missing)}. {cure}"] if missing else []), *problems]
    if lines:
        raise CheckpointError("\n  ".join([f"Profile {profile.name} cannot run on this machine yet. Nothing was taken in or computed.", *lines]))
