"""When things happen by themselves: read once, when Dagster loads the definitions. Changed times count after a restart of `nkd ui`."""

from __future__ import annotations

import os

from nkd_pipeline.execution.profile import DEFAULT_PROFILE, ProfileError, RunSettings, load_profile
from nkd_pipeline.storage.home import Home

REPORT = "0 6 * * *"  # what is done, failed and why
REPORT_DUE = "0 7 * * *"  # without one by then nobody is looking after the schedules


def _settings() -> RunSettings:
    """`[run]` of the home that this process serves. Where it is wrong, the usual times: each run says what is wrong with it."""
    try:
        return load_profile(os.environ.get("NKD_PROFILE") or DEFAULT_PROFILE, Home.of().overrides).run
    except ProfileError:
        return RunSettings()


TIMES = _settings()
