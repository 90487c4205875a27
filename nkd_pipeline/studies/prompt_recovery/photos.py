"""Real photos with a person's description of each, from a folder."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from nkd_pipeline.records.studies import CaptionedPicture
from nkd_pipeline.studies.common.running import StudyError

LIST = "captions.csv"
COLUMNS = ("file", "text")


def read_photos(folder: Path) -> list[CaptionedPicture]:
    """The photos that `captions.csv` lists, all held out. Raises StudyError when folder, list or a photo is missing."""
    listed = folder.expanduser() / LIST
    try:
        rows = list(csv.DictReader(io.StringIO(listed.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as error:
        raise StudyError(f"{listed} cannot be read: {error}. It lists the photos of its folder, with the columns {' and '.join(COLUMNS)}.") from error
    if not rows or not set(COLUMNS) <= rows[0].keys():
        raise StudyError(f"{listed} needs the columns {' and '.join(COLUMNS)} and at least one row, as in: file,text")
    return [_photo(listed.parent, number, row["file"] or "", row["text"] or "") for number, row in enumerate(rows, 1)]


def _photo(folder: Path, number: int, name: str, text: str) -> CaptionedPicture:
    file = (folder / name).resolve()
    if not name.strip() or not text.strip() or not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise StudyError(f"{folder / LIST}, row {number + 1}: {name!r} is no photo of this folder, or it has no text. Correct or remove the row.")
    return CaptionedPicture(f"photo-{number:04d}", " ".join(text.split()), hashlib.sha256(file.read_bytes()).hexdigest(), True, str(file))
