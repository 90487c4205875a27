"""What a study's asset tells of itself: plain values, files, pictures and figures, which the UI shows as metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nkd_pipeline.report.charts import Figure


@dataclass(frozen=True, slots=True)
class Made:
    """`rows` is the size of the asset's table; `values` are numbers and words by name; `files` what to open."""

    rows: int
    values: Mapping[str, str | int | float | None] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    pictures: Mapping[str, Sequence[Path]] = field(default_factory=dict)  # contact sheets by name
    figures: Mapping[str, Figure] = field(default_factory=dict)
    table: Sequence[Mapping[str, str | int | float | None]] = ()  # some rows to look at
