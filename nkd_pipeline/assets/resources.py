"""The resource that gives assets their home and profile."""

import dagster as dg
from pydantic import Field

from nkd_pipeline.execution.workspace import Workspace


class WorkspaceResource(dg.ConfigurableResource[Workspace]):
    """Opens a home with a profile; what is left empty comes from NKD_HOME and NKD_PROFILE."""

    home: str = Field(default="", description="Folder that holds everything a run writes. Empty: NKD_HOME, else data/home.")
    profile: str = Field(default="", description="Name of a profile, or path of a profile file. Empty: NKD_PROFILE, else sketch.")

    def open(self) -> Workspace:
        """The workspace as it is now: settings are read anew in every run."""
        return Workspace.open(self.home or None, self.profile or None)
