"""What lies beside a report's page: its plots as PNG, its tables as CSV, and all numbers as one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from nkd_pipeline.report.charts import Figure
from nkd_pipeline.report.plots import plot_png
from nkd_pipeline.report.table import Table, plain_columns, plain_rows
from nkd_pipeline.storage import files
from nkd_pipeline.storage.exports import write_export

NUMBERS = "report.json"


def write_report_files(folder: Path, figures: Mapping[str, Figure], tables: Sequence[Table], head: Mapping[str, object]) -> None:
    """Writes them; files of earlier reports that have nothing to show any more are removed. `head` opens the JSON file."""
    rows_of = {table.name: (table, plain_rows(table)) for table in tables}
    for name, figure in figures.items():
        files.replace_atomically(folder / f"{name}.png", partial(_write, plot_png(figure)))
    for name, (_, rows) in rows_of.items():
        if rows:
            write_export(folder / f"{name}.csv", "csv", plain_columns(rows), rows)
    values = {**head, "tables": [{"name": name, "title": table.title, "note": table.note, "rows": rows} for name, (table, rows) in rows_of.items()]}
    files.replace_text(folder / NUMBERS, json.dumps(values, ensure_ascii=True, indent=1, allow_nan=False) + "\n")
    made = {f"{name}.png" for name in figures} | {f"{name}.csv" for name, (_, rows) in rows_of.items() if rows}
    for old in (*folder.glob("*.png"), *folder.glob("*.csv")):
        if old.name not in made:
            old.unlink()


def _write(data: bytes, stream: BinaryIO) -> None:
    stream.write(data)
