"""Thumbnails are small, upright, on white, and never stop a page."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from nkd_pipeline.report.thumbnails import thumbnail, thumbnails

from .examples import picture


def decode(found):
    return Image.open(io.BytesIO(base64.b64decode(found.uri.removeprefix("data:image/webp;base64,"))))


def png_header(width, height):
    """A PNG that promises a size and delivers no pixels."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    framed = (struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def test_a_thumbnail_keeps_the_proportions_and_stays_small(tmp_path):
    file = tmp_path / "wide.png"
    Image.new("RGB", (1024, 512), "navy").save(file)
    found = thumbnail(file, 420)
    assert (found.width, found.height) == (420, 210) == decode(found).size
    assert len(found.uri) < 25_000
    assert found.problem == ""


def test_a_picture_smaller_than_the_thumbnail_is_not_enlarged(tmp_path):
    assert thumbnail(picture(tmp_path / "small.png", side=90), 420).width == 90


def test_transparency_becomes_white(tmp_path):
    file = tmp_path / "clear.png"
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(file)
    assert min(decode(thumbnail(file, 64)).convert("RGB").getpixel((32, 32))) > 250


def test_a_photo_taken_sideways_stands_upright(tmp_path):
    file = tmp_path / "sideways.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate a quarter turn to see it as it was
    Image.new("RGB", (400, 200), "red").save(file, exif=exif)
    assert (thumbnail(file, 100).width, thumbnail(file, 100).height) == (50, 100)


@pytest.mark.parametrize("mode", [pytest.param(mode, id=mode) for mode in ("1", "L", "LA", "P", "CMYK", "I;16")])
def test_any_colour_mode_is_shown(tmp_path, mode):
    file = tmp_path / ("picture.tif" if mode == "CMYK" else "picture.png")
    Image.new(mode, (32, 32)).save(file)
    assert thumbnail(file, 32).uri


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "not a picture", id="an empty file"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "not a picture", id="a format that would start another program"),
        pytest.param(png_header(9000, 9000), "9000 x 9000 pixels", id="a decompression bomb"),
        pytest.param(png_header(60000, 60000), "cannot be shown", id="a bomb that the library itself refuses"),
        pytest.param(png_header(64, 64), "cannot be shown", id="a file cut off after its header"),
    ],
)
def test_a_file_that_cannot_be_shown_says_why(tmp_path, content, words):
    file = tmp_path / "bad.png"
    file.write_bytes(content)
    found = thumbnail(file, 64)
    assert found.uri == ""
    assert words in found.problem
    assert str(tmp_path) not in found.problem


def test_a_missing_file_says_so(tmp_path):
    assert "No such file" in thumbnail(tmp_path / "gone.png", 64).problem


def test_each_file_and_size_is_made_once(tmp_path):
    file = picture(tmp_path / "a.png")
    made = thumbnails([(file, 100), (file, 50), (file, 100)])
    assert {request: thumb.width for request, thumb in made.items()} == {(file, 100): 100, (file, 50): 50}
