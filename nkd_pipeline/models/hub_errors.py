"""What goes wrong between this machine and the hub, and the cure for each."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from nkd_pipeline.models.checkpoint import Checkpoint, CheckpointError
from nkd_pipeline.models.known import known

CURES = {
    "gated": "the hub gives it only to accounts that accepted its terms. Accept them at {terms}, then run `hf auth login` or set HF_TOKEN, and fetch "
    "again.",
    "revision": "there is no such commit. Correct revision in the profile.",
    "missing": "there is no such model on {hub}, or it is private. Correct the name, or sign in with an account that may read it "
    "(`hf auth login`, or HF_TOKEN).",
    "token": "the hub does not accept the access token. Sign in again with `hf auth login`, or correct or unset HF_TOKEN.",
    "disk": "the disk is full: {what}. Make room, or set HF_HOME to a folder on a larger disk.",
    "offline": "HF_HUB_OFFLINE is set, so the model hub is not asked. Unset it and fetch again.",
    "unreachable": "{hub} could not be asked ({what}). Check the network and HTTPS_PROXY, set HF_ENDPOINT to a mirror, or fetch on another machine "
    "and copy the folder. Files that are whole already are kept.",
}


@contextlib.contextmanager
def explained(checkpoint: Checkpoint) -> Iterator[None]:
    """Turns what the hub's library raises into a CheckpointError that says the cure."""
    try:
        yield
    except CheckpointError:
        raise
    except Exception as error:  # of the library itself, of its HTTP client, or of the system
        from huggingface_hub import constants

        entry = known(checkpoint)
        terms = entry.terms if entry else f"{constants.ENDPOINT}/{checkpoint.model}"
        kind, what = _kind(error)
        cure = CURES[kind].format(terms=terms, hub=constants.ENDPOINT, what=what)
        # what is true of the whole hub is said without the model, so that it can be said once for many
        raise CheckpointError(
            cure if kind in ("offline", "unreachable") else f"{checkpoint.model} at {str(checkpoint.revision)[:8]}: {cure}"
        ) from error


def _kind(error: Exception) -> tuple[str, str]:
    """A key of CURES, and what happened in a few words."""
    from huggingface_hub import constants, errors

    status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else None
    what = f"status {status}" if status else f"{type(error).__name__}: {error}".split("\n", 1)[0]
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "disk", error.strerror or "no space left"
    if isinstance(error, errors.GatedRepoError) or status == 403:
        return "gated", what
    named = {errors.RevisionNotFoundError: "revision", errors.RepositoryNotFoundError: "missing"}
    kind = next((kind for named_error, kind in named.items() if isinstance(error, named_error)), None)
    return kind or ("token" if status == 401 else "offline" if constants.is_offline_mode() else "unreachable"), what
