"""Embedded photos that are none, that are too large, or that lie where no article is."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, HEADERS, OFFICE, parts, relations, sheet, written
from nkd_pipeline_tests.hostile.case import Case, taken

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def anchor(row: object, picture: str) -> str:
    """A picture of one cell's size on a row, counted from 0."""
    at = f"<from><col>6</col><row>{row}</row><rowOff>0</rowOff></from><ext cx='9' cy='9'/>"
    return f"<oneCellAnchor>{at}<pic><blipFill><a:blip r:embed='{picture}'/></blipFill></pic></oneCellAnchor>"


def drawn(anchors: str, targets: Mapping[str, str], media: Mapping[str, bytes], rows: object = GOOD) -> dict[str, str | bytes]:
    """Parts of a workbook with these anchors; `targets`: relation id -> part as the drawing names it."""
    return {
        **parts({"Artikel": sheet(HEADERS, *rows)}),
        "xl/worksheets/_rels/sheet1.xml.rels": relations({"a": ("drawing", "../drawings/d.xml")}),
        "xl/drawings/d.xml": f'<wsDr xmlns="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main" xmlns:r="{OFFICE}">{anchors}</wsDr>',
        "xl/drawings/_rels/d.xml.rels": relations({key: ("image", target) for key, target in targets.items()}),
        **media,
    }


def photo(data: bytes, name: str = "1.png") -> Callable[[Path], Path]:
    """Writes a workbook with these bytes as the photo of its first article and a sound one for its second."""
    media = {f"xl/media/{name}": data, "xl/media/ok.png": picture()}
    targets = {"p": f"../media/{name}", "q": "../media/ok.png"}
    return lambda folder: written(folder / "d.xlsx", drawn(anchor(1, "p") + anchor(2, "q"), targets, media))


def picture(kind: str = "PNG", size: tuple[int, int] = (12, 10), mode: str = "RGB", **how: str) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    out = BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


def bomb(kind: str, **how: str) -> Callable[[Path], Path]:
    """A picture of 50 MB that is packed to a few kilobytes."""

    def make(folder: Path) -> Path:  # not at import: it takes a moment
        return photo(picture(kind, (20_000, 20_000), "1", **how))(folder)

    return make


def text_bomb(folder: Path) -> Path:
    sound = picture()
    packed = zlib.compress(bytes(80_000_000), 9)
    chunk = b"zTXt" + b"k\0\0" + packed
    return photo(sound[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + sound[33:])(folder)


def heavy(folder: Path) -> Path:
    return photo(b"\x89PNG" * 6_500_000)(folder)


def places(*anchors: str, targets: Mapping[str, str]) -> Callable[[Path], Path]:
    """Writes a workbook with these anchors and one sound picture."""
    return lambda folder: written(folder / "d.xlsx", drawn("".join(anchors), targets, {"xl/media/ok.png": picture()}))


def ten_thousand(folder: Path) -> Path:
    numbers = range(10_000)
    rows = [*GOOD, *((f"Rock {number}", "Text", "", "", number) for number in numbers)]
    media = {f"xl/media/{number}.png": b"no photo" for number in numbers}
    targets = {f"p{number}": f"../media/{number}.png" for number in numbers}
    content = drawn("".join(anchor(number + 3, f"p{number}") for number in numbers), targets, media, rows)
    return written(folder / "d.xlsx", content, zipfile.ZIP_STORED)


def one_for_all(folder: Path) -> Path:
    rows = [(f"Rock {number}", "Text", "", "", number) for number in range(250)]
    anchors = "".join(anchor(number, "p") for number in range(1, 251))
    return written(folder / "d.xlsx", drawn(anchors, {"p": "../media/1.png"}, {"xl/media/1.png": picture()}, rows))


def photos_stored(count: int) -> Callable[[Path], str]:
    """A check of how many photos lie in the home."""

    def check(home: Path) -> str:
        found = sum(1 for path in (home / "photos").rglob("*") if path.is_file())
        return "" if found == count else f"{found} photos stored, not {count}"

    return check


LEFT_OUT = ('the photo of article "G-1" was left out', "Insert it")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>'
OUTSIDE = {"p": "../../../../../etc/passwd", "q": "file:///etc/passwd", "r": "\\\\192.0.2.1\\x.png", "s": "../media/ok.png"}

CASES = [
    Case("a picture bomb: PNG of 400 megapixels", bomb("PNG"), taken(2, 0, "more than 64 megapixels", "Make it smaller"), check=photos_stored(1)),
    Case("a picture bomb: TIFF of 400 megapixels", bomb("TIFF", compression="group4"), taken(2, 0, "64 megapixels"), check=photos_stored(1)),
    Case("a picture bomb: 80 MB of remarks in a small PNG", text_bomb, taken(2), memory_mb=150),
    Case("a photo of 26 MB", heavy, taken(2, 0, "it has 26 MB, at most 25 MB", "Make it smaller"), check=photos_stored(1)),
    Case("a photo of 0 bytes", photo(b""), taken(2, 0, *LEFT_OUT), check=photos_stored(1)),
    Case("a photo cut off", photo(picture(size=(300, 300))[:-300]), taken(2, 0, *LEFT_OUT), check=photos_stored(1)),
    Case("an SVG with a script", photo(SVG, "1.svg"), taken(2, 0, *LEFT_OUT, "PNG or JPEG"), check=photos_stored(1)),
    Case("an EMF", photo(b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(60), "1.emf"), taken(2, 0, *LEFT_OUT), check=photos_stored(1)),
    Case("an EPS, which would start another program", photo(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "1.eps"), taken(2, 0, *LEFT_OUT)),
    Case(
        "photos outside the rows",
        places(anchor(500, "s"), anchor(-7, "s"), anchor("x", "s"), targets=OUTSIDE),
        taken(2, 0, "beside no article", "row 501"),
    ),
    Case("photos on rows of 5,000 digits", places(anchor("9" * 5000, "s"), anchor(1, "s"), targets=OUTSIDE), taken(2), check=photos_stored(1)),
    Case(
        "photos that are other files of this computer",
        places(*(anchor(1, key) for key in "pqr"), targets=OUTSIDE),
        taken(2, 0, "only linked", "Insert"),
    ),
    Case(
        "10,000 embedded files that are no photos", ten_thousand, taken(10_002, 0, "more remarks"), seconds=20, memory_mb=200, check=photos_stored(0)
    ),
    Case("one picture beside 250 rows", one_for_all, taken(250, 0, "beside 250 rows", "no photo of an article"), check=photos_stored(0)),
]
