"""Export files: CSV, JSON lines and Parquet that a shop system or a spreadsheet can take in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nkd_pipeline.storage import files

FORMATS = ("csv", "jsonl", "parquet")
# a cell that begins so is run as a formula by spreadsheet programs (OWASP, CSV injection)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_export(path: Path, kind: str, columns: Mapping[str, type], rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows as `kind` (one of FORMATS) with the columns' names and types. Raises ValueError for another kind."""
    if kind not in FORMATS:
        raise ValueError(f"format {kind} is not one of {', '.join(FORMATS)}")
    if kind == "parquet":
        _write_parquet(path, columns, rows)
        return
    text = _csv(columns, rows) if kind == "csv" else _json_lines(columns, rows)
    files.replace_atomically(path, lambda stream: stream.write(text.encode("utf-8-sig" if kind == "csv" else "utf-8", "replace")))


def _csv(columns: Mapping[str, type], rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([harmless(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue()


def harmless(value: Any) -> Any:  # noqa: ANN401 - any cell
    """A text that no spreadsheet takes for a formula: such texts get a leading apostrophe, which spreadsheets do not show. Numbers stay numbers."""
    return "'" + value if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA_STARTS) else value


def _json_lines(columns: Mapping[str, type], rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps({name: row.get(name) for name in columns}, ensure_ascii=False) + "\n" for row in rows)


def _write_parquet(path: Path, columns: Mapping[str, type], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema([(name, types[kind]) for name, kind in columns.items()]))
    files.replace_atomically(path, lambda stream: pq.write_table(table, stream, compression="zstd"))
