"""Photos embedded in a workbook reach their article; an unsound one never costs the article."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline.catalog.pictures import Photo, read_photos, verified_photo
from nkd_pipeline_tests.catalog.books import HEADERS, picture, place, repacked, workbook

ROWS = [HEADERS, *((f"Rock {number}", "Text", "", "", f"A-{number}") for number in range(2, 6))]


def delivered(tmp_path, change, rows=ROWS, parts=None):
    """The delivery, its sound photos by article, and by article why there is none."""
    path = repacked(workbook(tmp_path / "d.xlsx", rows, change=change), parts or {})
    delivery = read_delivery(path)
    read = dict(read_photos(path, delivery.pictures))
    photos = {key: photo for key, photo in read.items() if isinstance(photo, Photo)}
    return delivery, photos, {key: photo for key, photo in read.items() if key not in photos}


def test_each_photo_belongs_to_its_row_and_keeps_its_bytes(tmp_path):
    red, blue = picture("PNG", colour="red"), picture("JPEG", colour="blue")

    def change(book):
        place(book.active, red, "F3")
        place(book.active, blue, "H5")

    delivery, photos, _ = delivered(tmp_path, change)
    assert {key: photo.suffix for key, photo in photos.items()} == {"A-3": ".png", "A-5": ".jpg"}
    assert photos["A-3"].data == red
    assert photos["A-5"].data == blue
    assert len(delivery.rows) == 4


@pytest.mark.parametrize(
    ("first", "offset", "last", "end", "article"),
    [
        pytest.param(2, 0.0, 2, 0.9, "A-3", id="within the row"),
        pytest.param(2, 0.9, 3, 0.8, "A-4", id="only its edge is in the row above"),
        pytest.param(2, 0.1, 3, 0.2, "A-3", id="a little of it in the row below"),
        pytest.param(2, 0.2, 9, 0.5, "A-3", id="a large photo beside low rows begins at its own"),
        pytest.param(2, 0.8, 9, 0.5, "A-4", id="or begins just above it"),
    ],
)
def test_a_photo_laid_by_hand_finds_its_row(tmp_path, first, offset, last, end, article):
    from openpyxl.drawing.image import Image
    from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor

    def change(book):
        for row in range(1, 12):
            book.active.row_dimensions[row].height = 50
        image = Image(BytesIO(picture()))
        whole = 50 * 12_700
        start, stop = (AnchorMarker(col=5, row=row, rowOff=int(part * whole)) for row, part in ((first, offset), (last, end)))
        image.anchor = TwoCellAnchor(_from=start, to=stop)
        book.active.add_image(image)

    assert list(delivered(tmp_path, change)[1]) == [article]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(picture(size=(300, 300))[:-300], "bytes are damaged", id="cut off"),
        pytest.param(b"\x01\x00\x09\x00 metafile", "format is not known", id="a drawing, no photo"),
        pytest.param(b"", "format is not known", id="no bytes"),
    ],
)
def test_an_unsound_photo_is_noted_and_its_article_stays(tmp_path, data, says):
    delivery, photos, faults = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts={"xl/media/image1.png": data})
    assert len(delivery.rows) == 4
    assert not photos
    assert says in faults["A-3"]


def test_a_photo_that_unpacks_to_hundreds_of_megabytes_is_left_out(tmp_path):
    from PIL import Image

    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    delivery, _, faults = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts={"xl/media/image1.png": out.getvalue()})
    assert "more than 64 megapixels" in faults["A-3"]
    assert len(delivery.rows) == 4


def test_a_photo_of_too_many_bytes_is_left_out(tmp_path):
    parts = {"xl/media/image1.png": b"\x89PNG" * 6_500_000}
    delivery, _, faults = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts=parts)
    assert "it has 26 MB, at most 25 MB" in faults["A-3"]
    assert len(delivery.rows) == 4


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP"])
def test_other_formats_become_png(kind):
    from PIL import Image

    photo = verified_photo(picture(kind))
    assert photo.suffix == ".png"
    with Image.open(BytesIO(photo.data)) as image:
        assert (image.format, image.size) == ("PNG", (12, 10))


def test_photos_of_bad_rows_and_of_the_header_are_not_taken(tmp_path):
    def change(book):
        place(book.active, picture(), "F1")
        place(book.active, picture(), "F3")

    rows = [HEADERS, ("Rock", "Text", "", "", "A-2"), (None, None, None, None, "A-3")]
    delivery, photos, _ = delivered(tmp_path, change, rows)
    assert not photos
    assert len(delivery.quarantined) == 1


def test_a_picture_beside_many_rows_is_a_logo_and_beside_some_the_photo_of_their_variants(tmp_path):
    def change(book):
        for row in range(2, 32):
            place(book.active, picture(colour="red" if row < 12 else "blue"), f"F{row}")

    rows = [HEADERS, *((f"Rock {number}", "Text", "", "", f"A-{number}") for number in range(2, 42))]
    drawing = "xl/drawings/_rels/drawing1.xml.rels"
    targets = {f"image{number}.png": "image1.png" if number < 11 else "image11.png" for number in range(1, 31)}

    def shared(xml):
        return re.sub(rb"image\d+\.png", lambda match: targets[match[0].decode()].encode(), xml)

    delivery, photos, _ = delivered(tmp_path, change, rows, {drawing: shared})
    assert len(photos) == 30
    targets = dict.fromkeys(targets, "image1.png")
    delivery, photos, _ = delivered(tmp_path, change, rows, {drawing: shared})
    assert not photos
    assert "lies beside 30 rows, so it is no photo of an article" in delivery.notes[0]


def test_photos_are_read_until_their_limit_and_the_rest_is_noted(tmp_path):
    import numpy as np
    from PIL import Image

    out = BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (1400, 1400, 3), dtype=np.uint8)  # 5.9 MB, and no packing makes it smaller
    Image.fromarray(noise).save(out, "PNG", compress_level=0)
    path = repacked(workbook(tmp_path / "d.xlsx", ROWS), {"xl/media/1.png": out.getvalue()})
    read = list(read_photos(path, {f"A-{number}": "xl/media/1.png" for number in range(180)}))
    assert [isinstance(photo, Photo) for _, photo in read] == [True] * 169 + [False] * 11
    assert "1,000 MB together" in read[-1][1]


def test_several_photos_on_a_row_and_links_instead_of_photos_are_noted(tmp_path):
    def change(book):
        place(book.active, picture(colour="red"), "F3")
        place(book.active, picture(colour="blue"), "G3")

    delivery, photos, _ = delivered(tmp_path, change)
    assert list(photos) == ["A-3"]
    assert "rows with several photos: the first was taken (row 3)" in delivery.notes[0]
    linked = [("name", "Bild"), ("Rock", "https://example.org/1.jpg")]
    assert "only photos that are embedded" in read_delivery(workbook(tmp_path / "l.xlsx", linked)).notes[0]
