"""Photos in the layout of the data set "Fashion Product Images" (Kaggle, paramaggarwal/fashion-product-images-dataset).

`styles.csv` lists the products (id, articleType, baseColour, ...), `styles/<id>.json` has their attributes, `images/<id>.jpg` is the photo.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nkd_pipeline.catalog.pictures import verified_photo
from nkd_pipeline.models.attribute_reader.questions import wordings
from nkd_pipeline.storage import files
from nkd_pipeline.studies.common.running import StudyError

LIST = "styles.csv"
_FROM_LIST = {"articleType": "Article Type", "baseColour": "Base Colour"}  # column -> attribute
_UNKNOWN = frozenset({"", "na", "n/a", "none", "null", "other"})  # what the data set writes where nobody filled a field in
_EDGE = 384  # pixels of the copies: BLIP-2 looks at 224
_LARGEST = 4 << 20  # bytes of a JSON file


@dataclass(frozen=True, slots=True)
class PhotoProduct:
    """A product of the data set: what is known of it, and a small PNG copy of its photo."""

    article_id: str
    answers: dict[str, str]  # attribute -> value
    sha256: str
    image_file: str


@dataclass(frozen=True, slots=True)
class PhotoProducts:
    """Products, and why others were left out."""

    products: tuple[PhotoProduct, ...]
    left_out: Counter[str]


def read_products(folder: Path, copies: Path, *, count: int, fewest: int, seed: int) -> PhotoProducts:
    """So many products by lot, those with fewer than `fewest` known attributes passed over; small copies of the photos go to `copies`.

    A product whose photo or JSON file is missing or damaged is left out, and counted. Raises StudyError when the list cannot be used.
    """
    root, left_out = folder.expanduser(), Counter[str]()
    made: list[PhotoProduct] = []
    for row in _by_lot(_rows(root / LIST), seed):
        if len(made) == count:
            break
        try:
            made.append(_product(root, row, copies, fewest))
        except _LeftOutError as reason:
            left_out[str(reason)] += 1
    if not made:
        raise StudyError(f"{root} has no product that can be used: {dict(left_out)}. It needs {LIST}, styles/<id>.json and images/<id>.jpg.")
    return PhotoProducts(tuple(made), left_out)


class _LeftOutError(Exception):
    """Why a product is left out."""


def _rows(listed: Path) -> list[dict[str, str]]:
    try:
        text = listed.read_text(encoding="utf-8-sig", errors="replace")
        # names with commas of their own run over into columns without a name, which nobody reads
        rows = [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(io.StringIO(text))]
    except (OSError, csv.Error) as error:
        raise StudyError(f"{listed} cannot be read: {error}. Name the folder of the unpacked data set as photos.") from error
    if not rows or "id" not in rows[0]:
        raise StudyError(f"{listed} needs the column id and at least one row. Name the folder of the unpacked data set as photos.")
    return [row for row in rows if row["id"].isdecimal()]  # an id becomes part of a path


def _by_lot(rows: list[dict[str, str]], seed: int) -> Iterator[dict[str, str]]:
    yield from sorted(rows, key=lambda row: hashlib.sha256(f"{seed}\n{row['id']}".encode()).digest())


def _product(root: Path, row: dict[str, str], copies: Path, fewest: int) -> PhotoProduct:
    answers = {name: value for name, value in _answers(root / "styles" / f"{row['id']}.json", row).items() if name in wordings()}
    if len(answers) < fewest:
        raise _LeftOutError(f"fewer than {fewest} known attributes")
    copy = _copied(root / "images" / f"{row['id']}.jpg", copies)
    return PhotoProduct(f"photo-{row['id']}", answers, hashlib.sha256(copy.read_bytes()).hexdigest(), str(copy))


def _answers(described: Path, row: dict[str, str]) -> dict[str, str]:
    listed = {attribute: row.get(column, "") for column, attribute in _FROM_LIST.items()}
    try:
        if described.stat().st_size > _LARGEST:
            raise _LeftOutError("a JSON file that is too large")
        data: Any = json.loads(described.read_text(encoding="utf-8"))
        stated = data["data"].get("articleAttributes") or {}
        found = {**listed, **{str(name): value for name, value in stated.items() if isinstance(value, str)}}
    except FileNotFoundError as error:
        raise _LeftOutError("no JSON file") from error
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise _LeftOutError("a damaged JSON file") from error
    return {name: " ".join(value.split()) for name, value in found.items() if value.strip().lower() not in _UNKNOWN}


def _copied(photo: Path, copies: Path) -> Path:
    """A small PNG copy of a photo; one of the same bytes is not made again."""
    from PIL import Image

    try:
        data = photo.read_bytes()
    except OSError as error:
        raise _LeftOutError("no photo") from error
    copy = copies / f"{photo.stem}-{hashlib.sha256(data).hexdigest()[:12]}.png"
    if not copy.exists():
        try:
            sound = verified_photo(data)
        except ValueError as error:
            raise _LeftOutError("a damaged photo") from error
        with Image.open(io.BytesIO(sound.data)) as picture:
            small = picture.convert("RGB")
        small.thumbnail((_EDGE, _EDGE))
        files.replace_atomically(copy, lambda stream: small.save(stream, "PNG"))
    return copy
