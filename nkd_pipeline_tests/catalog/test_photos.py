"""Photos embedded in a workbook reach their article; an unsound one never costs the article."""

from __future__ import annotations

from io import BytesIO

import pytest

from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline.catalog.pictures import verified_photo
from nkd_pipeline_tests.catalog.books import HEADERS, picture, place, repacked, workbook

ROWS = [HEADERS, *((f"Rock {number}", "Text", "", "", f"A-{number}") for number in range(2, 6))]


def delivered(tmp_path, change, rows=ROWS, parts=None):
    path = workbook(tmp_path / "d.xlsx", rows, change=change)
    return read_delivery(repacked(path, parts or {}))


def test_each_photo_belongs_to_its_row_and_keeps_its_bytes(tmp_path):
    red, blue = picture("PNG", colour="red"), picture("JPEG", colour="blue")

    def change(book):
        place(book.active, red, "F3")
        place(book.active, blue, "H5")

    delivery = delivered(tmp_path, change)
    assert {key: photo.suffix for key, photo in delivery.photos.items()} == {"A-3": ".png", "A-5": ".jpg"}
    assert delivery.photos["A-3"].data == red
    assert delivery.photos["A-5"].data == blue
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

    assert list(delivered(tmp_path, change).photos) == [article]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(picture(size=(300, 300))[:-300], "bytes are damaged", id="cut off"),
        pytest.param(b"\x01\x00\x09\x00 metafile", "format is not known", id="a drawing, no photo"),
        pytest.param(b"", "format is not known", id="no bytes"),
    ],
)
def test_an_unsound_photo_is_noted_and_its_article_stays(tmp_path, data, says):
    delivery = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts={"xl/media/image1.png": data})
    assert len(delivery.rows) == 4
    assert not delivery.photos
    assert delivery.notes[0].startswith('d.xlsx: the photo of article "A-3" was left out: ')
    assert says in delivery.notes[0]


def test_a_photo_that_unpacks_to_hundreds_of_megabytes_is_left_out(tmp_path):
    from PIL import Image

    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    delivery = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts={"xl/media/image1.png": out.getvalue()})
    assert "more than 64 megapixels" in delivery.notes[0]
    assert len(delivery.rows) == 4


def test_a_photo_of_too_many_bytes_is_left_out(tmp_path):
    delivery = delivered(tmp_path, lambda book: place(book.active, picture(), "F3"), parts={"xl/media/image1.png": b"\x89PNG" * 6_500_000})
    assert "it has 26 MB, at most 25 MB" in delivery.notes[0]
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
    delivery = delivered(tmp_path, change, rows)
    assert not delivery.photos
    assert len(delivery.quarantined) == 1


def test_several_photos_on_a_row_and_links_instead_of_photos_are_noted(tmp_path):
    def change(book):
        place(book.active, picture(colour="red"), "F3")
        place(book.active, picture(colour="blue"), "G3")

    delivery = delivered(tmp_path, change)
    assert list(delivery.photos) == ["A-3"]
    assert "row 3 has several photos" in delivery.notes[0]
    linked = [("name", "Bild"), ("Rock", "https://example.org/1.jpg")]
    assert "only photos that are embedded" in read_delivery(workbook(tmp_path / "l.xlsx", linked)).notes[0]
