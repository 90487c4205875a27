"""Pictures are read with care: whatever lies where the picture should be costs its own row and says how to mend it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nkd_pipeline.models import pictures
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.judged import judged, png

SOUND = png((32, 32))


def test_a_sound_picture_is_read_in_rgb(tmp_path):
    picture = read_picture(judged(tmp_path, size=(40, 30)))
    assert (picture.mode, picture.size) == ("RGB", (40, 30))


def as_jpeg(path):
    Image.new("RGB", (32, 32)).save(path, "JPEG")


def as_bomb(path):
    Image.new("1", (20_000, 20_000)).save(path, "PNG", compress_level=9)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        pytest.param(Path.unlink, "missing_image", id="deleted"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), "unreadable_image", id="a folder of that name"),
        pytest.param(lambda path: path.write_bytes(b""), "unreadable_image", id="empty, as a full disk leaves it"),
        pytest.param(lambda path: path.write_bytes(SOUND[:-200]), "unreadable_image", id="cut off"),
        pytest.param(lambda path: path.write_bytes(b"no picture"), "unreadable_image", id="no picture"),
        pytest.param(as_jpeg, "unreadable_image", id="a JPEG under a PNG's name"),
        pytest.param(as_bomb, "unreadable_image", id="50 KB that unpack to 400 megapixels"),
        pytest.param(lambda path: os.truncate(path, pictures.MAX_BYTES + 1), "unreadable_image", id="a file without end"),
        pytest.param(lambda path: path.write_bytes(png((32, 32), seed=9)), "picture_changed", id="another picture put there by hand"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"\0"), "picture_changed", id="the same pixels in other bytes"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name_and_the_cure(tmp_path, damage, kind):
    row = judged(tmp_path)
    damage(Path(row.image_file))
    with pytest.raises(RowError, match="aterialize generated_images again") as raised:
        read_picture(row)
    assert raised.value.kind == kind
    assert row.image_file in raised.value.message
    assert len(raised.value.message) < len(row.image_file) + 250


@settings(max_examples=200)
@given(place=st.integers(0, len(SOUND) - 1), value=st.integers(0, 255), end=st.integers(0, 40))
def test_no_damage_to_a_file_raises_anything_else(tmp_path_factory, place, value, end):
    row = judged(tmp_path_factory.getbasetemp(), size=(32, 32))
    data = bytearray(SOUND)
    data[place] = value
    Path(row.image_file).write_bytes(data[: len(data) - end])
    try:
        read_picture(row)
    except RowError as error:
        assert error.kind in ("unreadable_image", "picture_changed")  # noqa: PT017 - any other error fails the test by itself
    else:
        assert bytes(data[: len(data) - end]) == SOUND


def test_the_hash_that_counts_is_the_rows(tmp_path):
    with pytest.raises(RowError, match="not the picture that was generated"):
        read_picture(replace(judged(tmp_path), sha256="0" * 64))
