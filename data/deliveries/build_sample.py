"""Builds sample_catalog.xlsx, the delivery that the documentation and the tests use, from sample_catalog.toml.

Run `python data/deliveries/build_sample.py [target.xlsx]`. With the same openpyxl, Pillow and zlib the file comes out the same to the byte.
"""

from __future__ import annotations

import re
import sys
import tomllib
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.styles import Alignment, Font
from openpyxl.utils.units import pixels_to_points
from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).parent
HEADERS = ("name", "description", "model_name", "model_descr", "article_id", "Foto")
WIDTHS = (38, 60, 26, 44, 14, 18)
MODEL_NAME_LENGTH = 24  # where the merchandise system cuts
WHEN = datetime(2026, 1, 15, 8, 0, 0)  # no clock in the file: it must not change when nothing has changed
ROW_HEIGHT = 60  # points
PHOTO_SIZE = (360, 450)  # pixels
PHOTO_SCALE = 0.3  # as shown in the sheet


def description(article: dict) -> str:
    """Prose, a gap, bullets that begin with a tab, a gap: as the retailer's editor writes it."""
    if "text" not in article:
        return ""
    gap = "\n\n\u00a0\n\n\n" if article.get("spacer") else "\n\n\n"
    return article["text"] + gap + "".join(f"\t{bullet}\n" for bullet in article["bullets"]) + "\n"


def cells(article: dict) -> list[str | None]:
    """The row's cells in the order of HEADERS, without the photo."""
    name = "#REF!" if article.get("name", "").startswith("=") else article.get("name")
    model_name = article.get("model_name", "")[:MODEL_NAME_LENGTH]
    return [name, description(article) or None, model_name or None, article.get("model_descr"), article["article_id"]]


# --- reference photos: drawn four times too large and scaled down, which smooths the edges ---

Points = list[tuple[float, float]]
SHIRT: Points = [
    *((0.40, 0.13), (0.60, 0.13), (0.74, 0.17), (0.93, 0.37), (0.80, 0.44), (0.73, 0.36)),
    *((0.73, 0.86), (0.27, 0.86), (0.27, 0.36), (0.20, 0.44), (0.07, 0.37), (0.26, 0.17)),
]
DRESS: Points = [
    *((0.41, 0.08), (0.59, 0.08), (0.69, 0.11), (0.80, 0.23), (0.70, 0.27), (0.65, 0.22), (0.63, 0.40)),
    *((0.84, 0.86), (0.16, 0.86), (0.37, 0.40), (0.35, 0.22), (0.30, 0.27), (0.20, 0.23), (0.31, 0.11)),
]
LEGS: Points = [(0.31, 0.06), (0.69, 0.06), (0.74, 0.35), (0.70, 0.94), (0.54, 0.94), (0.50, 0.40), (0.46, 0.94), (0.30, 0.94), (0.26, 0.35)]


class Photo:
    """A garment on white: silhouette, cloth, shading, shadow."""

    def __init__(self) -> None:
        self.size = (PHOTO_SIZE[0] * 4, PHOTO_SIZE[1] * 4)
        self.mask = Image.new("L", self.size, 0)
        self.cloth = Image.new("RGB", self.size, "white")
        self.lines = Image.new("RGBA", self.size, (0, 0, 0, 0))

    def at(self, points: Points) -> Points:
        return [(x * self.size[0], y * self.size[1]) for x, y in points]

    def shape(self, points: Points) -> None:
        ImageDraw.Draw(self.mask).polygon(self.at(points), fill=255)

    def cut(self, box: tuple[float, float, float, float]) -> None:
        ImageDraw.Draw(self.mask).ellipse(self.at([box[:2], box[2:]]), fill=0)

    def line(self, points: Points, colour: tuple[int, int, int, int], width: int = 5) -> None:
        ImageDraw.Draw(self.lines).line(self.at(points), fill=colour, width=width)

    def finished(self) -> bytes:
        """The picture as PNG."""
        mask = self.mask.filter(ImageFilter.GaussianBlur(6)).point(lambda value: 255 if value > 127 else 0)
        depth = mask.filter(ImageFilter.GaussianBlur(45))
        dark = Image.eval(depth, lambda value: 255 - int(70 * (1 - max(0, value - 127) / 128)))
        cloth = Image.composite(self.cloth, Image.new("RGB", self.size, "black"), dark)
        cloth.paste(self.lines, (0, 0), self.lines)
        shadow = Image.eval(mask.filter(ImageFilter.GaussianBlur(30)), lambda value: int(value * 0.16))
        page = Image.new("RGB", self.size, "white")
        page.paste((90, 90, 95), (10, 22), shadow)
        page.paste(cloth, (0, 0), mask.filter(ImageFilter.GaussianBlur(2)))
        out = BytesIO()
        page.resize(PHOTO_SIZE, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
        return out.getvalue()


def striped_shirt() -> bytes:
    """A navy T-shirt with white stripes."""
    photo = Photo()
    photo.shape(SHIRT)
    photo.cut((0.41, 0.07, 0.59, 0.185))
    photo.cloth.paste((30, 42, 82), (0, 0, *photo.size))
    draw = ImageDraw.Draw(photo.cloth)
    for y in range(0, photo.size[1], 92):
        draw.rectangle((0, y, photo.size[0], y + 30), fill=(246, 246, 243))
    seam = (15, 20, 40, 150)
    photo.line([(0.29, 0.16), (0.27, 0.36)], seam)
    photo.line([(0.71, 0.16), (0.73, 0.36)], seam)
    photo.line([(0.27, 0.842), (0.73, 0.842)], seam)
    ImageDraw.Draw(photo.lines).arc(
        photo.at([(0.39, 0.047), (0.61, 0.208)])[0] + photo.at([(0.61, 0.208)])[0], 20, 160, fill=(24, 34, 68, 255), width=34
    )
    return photo.finished()


def dotted_dress() -> bytes:
    """A red dress with white dots."""
    photo = Photo()
    photo.shape(DRESS)
    photo.cut((0.42, 0.03, 0.58, 0.13))
    photo.cloth.paste((196, 30, 44), (0, 0, *photo.size))
    draw = ImageDraw.Draw(photo.cloth)
    for row, y in enumerate(range(0, photo.size[1], 78)):
        for x in range(39 * (row % 2), photo.size[0], 78):
            draw.ellipse((x - 15, y - 15, x + 15, y + 15), fill=(250, 248, 246))
    band = photo.at([(0.36, 0.39), (0.64, 0.415)])
    draw.rectangle((*band[0], *band[1]), fill=(158, 20, 34))
    for x in (0.30, 0.42, 0.50, 0.58, 0.70):
        photo.line([(0.5 + (x - 0.5) * 0.5, 0.43), (x, 0.84)], (110, 8, 20, 90), 9)
    return photo.finished()


def jeans() -> bytes:
    """Mid-blue five-pocket jeans."""
    photo = Photo()
    photo.shape(LEGS)
    photo.cloth.paste((74, 110, 158), (0, 0, *photo.size))
    wash = Image.new("L", photo.size, 0)
    for x in (0.37, 0.63):
        ImageDraw.Draw(wash).ellipse(photo.at([(x - 0.06, 0.20)])[0] + photo.at([(x + 0.06, 0.62)])[0], fill=110)
    photo.cloth.paste((150, 180, 212), (0, 0), wash.filter(ImageFilter.GaussianBlur(60)))
    thread, seam = (196, 146, 84, 255), (34, 54, 88, 190)
    photo.line([(0.30, 0.105), (0.70, 0.105)], thread, 6)
    photo.line([(0.50, 0.06), (0.50, 0.40)], seam, 7)
    photo.line([(0.52, 0.105), (0.53, 0.25), (0.50, 0.29)], thread, 5)
    photo.line([(0.31, 0.17), (0.37, 0.165), (0.40, 0.105)], thread, 6)
    photo.line([(0.69, 0.17), (0.63, 0.165), (0.60, 0.105)], thread, 6)
    photo.line([(0.29, 0.915), (0.47, 0.915)], thread, 5)
    photo.line([(0.53, 0.915), (0.71, 0.915)], thread, 5)
    ImageDraw.Draw(photo.lines).ellipse(photo.at([(0.488, 0.07)])[0] + photo.at([(0.512, 0.092)])[0], fill=(170, 130, 80, 255))
    return photo.finished()


PHOTOS = {"striped_shirt": striped_shirt, "dotted_dress": dotted_dress, "jeans": jeans}


def build(target: Path) -> None:
    """Writes the workbook."""
    articles = tomllib.loads((HERE / "sample_catalog.toml").read_text(encoding="utf-8"))["article"]
    workbook = Workbook()
    workbook.properties.creator = "nkd_pipeline sample"
    workbook.properties.created = WHEN
    sheet = workbook.active
    sheet.title = "Artikel"
    sheet.append(HEADERS)
    sheet.freeze_panes = "A2"
    for column, width in zip(sheet.iter_cols(1, len(HEADERS), 1, 1), WIDTHS, strict=True):
        column[0].font = Font(bold=True)
        sheet.column_dimensions[column[0].column_letter].width = width
    for number, article in enumerate(articles, 2):
        for column, value in enumerate(cells(article), 1):
            sheet.cell(number, column, value).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = ROW_HEIGHT
        if "photo" in article:
            image = SheetImage(BytesIO(PHOTOS[article["photo"]]()))
            image.width, image.height = (round(side * PHOTO_SCALE) for side in PHOTO_SIZE)
            sheet.add_image(image, f"F{number}")
            sheet.row_dimensions[number].height = pixels_to_points(image.height) + 4
    out = BytesIO()
    workbook.save(out)
    target.write_bytes(without_clock(out.getvalue()))


def without_clock(data: bytes) -> bytes:
    """The same workbook with fixed times: openpyxl stamps the moment of saving into the properties and into each zip entry."""
    out = BytesIO()
    stamp = f"{WHEN:%Y-%m-%dT%H:%M:%S}Z".encode()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            entry = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, part)
    return out.getvalue()


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sample_catalog.xlsx")
