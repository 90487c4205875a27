"""The rule files: word lists and thresholds that the text rooms decide by, one TOML file a room."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

from nkd_pipeline.text.vocabulary import RULES_FOLDER


@functools.cache
def rules(name: str) -> dict[str, Any]:
    """The tables of `rules/<name>.toml`, read once."""
    with (RULES_FOLDER / f"{name}.toml").open("rb") as handle:
        return tomllib.load(handle)


@functools.cache
def words(name: str, key: str) -> frozenset[str]:
    """A list of a rule file as a set of folded words."""
    return frozenset(rules(name)[key])
