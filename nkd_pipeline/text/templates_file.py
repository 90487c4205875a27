"""The wording of prompts, read from `templates/catalog.toml`."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

from nkd_pipeline.text.vocabulary import TEMPLATES_FOLDER


@functools.lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    """The tables of the template file."""
    with (TEMPLATES_FOLDER / "catalog.toml").open("rb") as handle:
        return tomllib.load(handle)
