"""Colour and texture of drawn garments, of which it is known what they look like."""

import hashlib

import pytest

from nkd_pipeline.metrics.picture_look import CROSSED, LINED, PLAIN, LookReader, texture_of
from nkd_pipeline.records import Attributes, JudgedImage, Prompt
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.sketch.from_text import SketchOfText
from nkd_pipeline.sketch.stage import SketchSettings
from nkd_pipeline.stage import RowError, StageSettings


def drawn(folder, text):
    """A drawn text, as judges get it."""
    (image,) = SketchOfText(SketchSettings(size=384))([PictureOrder("a", 7, text)])
    file = folder / "a.png"
    file.write_bytes(image.png)
    nothing = Prompt("a", "", "", "", 0, "", (), 1.0, 0, ())
    return JudgedImage("a", 1, hashlib.sha256(image.png).hexdigest(), nothing, Attributes("a", "", "", ""), str(file))


@pytest.mark.parametrize(
    ("text", "colour", "texture"),
    [
        pytest.param("a plain t-shirt in red", "red", PLAIN, id="plain"),
        pytest.param("a striped t-shirt in navy and white", None, LINED, id="stripes run one way"),
        pytest.param("a checked shirt in red and white", None, CROSSED, id="checks cross"),
    ],
)
def test_a_garment_is_seen_as_it_was_drawn(tmp_path, text, colour, texture):
    (look,) = LookReader(StageSettings())([drawn(tmp_path, text)])
    assert look.texture == texture
    assert colour is None or look.colour == colour


def test_a_cloth_that_cannot_be_measured_is_plain():
    assert texture_of({}) == PLAIN


def test_a_file_that_is_no_picture_fails_as_one_row(tmp_path):
    row = drawn(tmp_path, "a red dress")
    (tmp_path / "a.png").write_bytes(b"no picture")
    with pytest.raises(RowError):
        LookReader(StageSettings())([row])
