"""What a text says is drawn."""

import io

import numpy as np
import pytest
from PIL import Image

from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.sketch.from_text import SketchOfText
from nkd_pipeline.sketch.stage import SketchSettings
from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.images import read_provenance
from nkd_pipeline.text.english.reading import read_prompt

TEXT = "a women's red blouse with long sleeves"


def drawn(*orders):
    return SketchOfText(SketchSettings(size=64))(list(orders))


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGB")).astype(int)


def test_the_garment_of_the_text_is_drawn_in_its_colour():
    (picture,) = drawn(PictureOrder("A-1", 7, TEXT))
    red, green, blue = pixels(picture)[32, 32]
    assert (picture.article_id, picture.seed, picture.width, picture.height) == ("A-1", 7, 64, 64)
    assert red > green + 60 < blue + 120


def test_attributes_that_are_known_are_not_read_again():
    known = read_prompt("a blue t-shirt")
    told, read = drawn(PictureOrder("A-1", 7, TEXT, known), PictureOrder("A-1", 7, "a blue t-shirt"))
    assert (pixels(told) == pixels(read)).all()


def test_a_text_without_colour_gets_the_catalogs():
    assert len(drawn(PictureOrder("A-1", 7, "a pair of jeans"))) == 1


def test_the_picture_says_of_which_text_it_was_made(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(drawn(PictureOrder("A-1", 7, TEXT))[0].png)
    provenance = read_provenance(path)
    assert (provenance.article_id, provenance.attempt, provenance.seed, provenance.prompt) == ("A-1", 1, 7, TEXT)
    assert provenance.source_type == "algorithmicMedia"


@pytest.mark.parametrize(
    ("text", "kind"),
    [pytest.param("a red sunset", "no_garment", id="no garment"), pytest.param("a garter belt", "not_drawable", id="one that nobody can draw")],
)
def test_what_cannot_be_drawn_is_refused(text, kind):
    with pytest.raises(RowError) as refused:
        drawn(PictureOrder("A-1", 7, text))
    assert refused.value.kind == kind
