"""`python -m nkd_pipeline.cli` is `nkd`."""

from nkd_pipeline.cli.app import app

app(prog_name="nkd")
