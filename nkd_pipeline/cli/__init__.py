"""The command line: `nkd`."""

from nkd_pipeline.cli.app import app

__all__ = ["app"]
