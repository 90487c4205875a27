"""Kinds of failure: whether trying again may help, and what a person can do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

VERDICT_FAIL = "verdict_fail"  # the picture was judged and did not pass
UNKNOWN = "unknown"


class FailureKind(BaseModel):
    """One entry of `failures.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    again: Literal["later", "picture", "change"]  # when trying again helps: after a while, with a new picture, or after somebody changed something
    cure: str


@cache
def failure_kinds() -> Mapping[str, FailureKind]:
    """All kinds that are known by name."""
    entries = tomllib.loads(Path(__file__).with_name("failures.toml").read_text(encoding="utf-8"))
    return {name: FailureKind(**entry) for name, entry in entries.items()}


def failure_kind(name: str) -> FailureKind:
    """The kind by its name, as tables hold it in `error_kind`; errors of libraries, which are many, share one entry."""
    kinds = failure_kinds()
    return kinds.get(name, kinds[UNKNOWN])
