"""Builders of delivery files for the tests."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

HEADERS = ("name", "description", "model_name", "model_descr", "article_id")
GOOD = ("Damen-Hose", "Eine Hose.", "Hose", "schwarz", "A-1")


def workbook(path: Path, rows: Sequence[Sequence[object]], title: str = "Artikel", change: Callable[[object], None] | None = None) -> Path:
    """An .xlsx with one sheet; `change` gets the openpyxl workbook before it is saved."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    book.save(path)
    return path


def repacked(path: Path, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> Path:
    """The same workbook with parts replaced, changed or added."""
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    for name, part in parts.items():
        content[name] = part(content[name]) if callable(part) else part
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in content.items():
            new.writestr(name, part)
    return path


def picture(kind: str = "PNG", size: tuple[int, int] = (12, 10), colour: str = "red") -> bytes:
    """A small picture of one colour."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def place(sheet: object, data: bytes, cell: str, height: int = 20) -> None:
    """Lays a picture over a cell, `height` pixels high."""
    from openpyxl.drawing.image import Image

    image = Image(BytesIO(data))
    image.width, image.height = 20, height
    sheet.add_image(image, cell)
