"""The dagster.yaml of a home: Dagster's own records lie in SQLite files beside it or, with `NKD_POSTGRES_URL`, in a Postgres server."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from nkd_pipeline.storage import files
from nkd_pipeline.storage.places import PlaceError

VARIABLE = "NKD_POSTGRES_URL"
_DRIVER = "postgresql+psycopg2://"


def prepare_settings(file: Path) -> None:
    """Writes the file when a home has none yet, and gives the server's address its driver, for this process and its children.

    Raises PlaceError when file and environment disagree about where the records lie, or when the server cannot be reached.
    """
    if url := os.environ.get(VARIABLE):
        os.environ[VARIABLE] = with_driver(url)
    if not file.exists():
        files.replace_text(file, settings_text(postgres=bool(url)))
    stated = VARIABLE in file.read_text(encoding="utf-8")
    if stated and not url:
        raise PlaceError(f"{file} keeps Dagster's records in Postgres: set {VARIABLE}, e.g. to {_DRIVER}user:password@host:5432/database.")
    if url and not stated:
        raise PlaceError(
            f"{VARIABLE} is set, but {file} does not use it: this home's records lie in SQLite. Unset it, or delete that file to begin in Postgres; "
            "tables and pictures stay, the history of runs does not come along."
        )
    if url:
        _require_server(os.environ[VARIABLE])


def settings_text(*, postgres: bool) -> str:
    """The text of a new home's dagster.yaml."""
    names = ["dagster.yaml", *(["dagster.postgres.yaml"] if postgres else [])]
    return "".join((resources.files("nkd_pipeline") / name).read_text(encoding="utf-8") for name in names)


def with_driver(url: str) -> str:
    """The address with psycopg2 named as its driver: SQLAlchemy takes a plain postgresql:// for another one from version 2.1 on."""
    scheme, _, rest = url.partition("://")
    return f"{_DRIVER}{rest}" if scheme in ("postgres", "postgresql") else url


def _require_server(url: str) -> None:
    try:
        import psycopg2
    except ImportError as error:
        raise PlaceError(f"{VARIABLE} is set, but its driver is not installed: pip install 'nkd_pipeline[postgres]'.") from error
    try:
        psycopg2.connect(url.replace(_DRIVER, "postgresql://"), connect_timeout=10).close()
    except psycopg2.Error as error:
        raise PlaceError(f"The Postgres server in {VARIABLE} does not let us in: {str(error).strip()}") from error
