"""Pictures carry their history, and other programs can read it."""

import json
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nkd_pipeline.records import RenderedImage
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.images import ImageStore, Provenance, encode_png, read_provenance

PICTURE = np.random.default_rng(0).integers(0, 255, (32, 24, 3), dtype=np.uint8)
HISTORY = Provenance("a1", 2, 7, 'a "navy" t-shirt <b> Größe', "text, logo", ("nkd-sketch/1",), {"size": 1024}, "algorithmicMedia")


def test_the_picture_is_what_was_drawn(tmp_path):
    path = tmp_path / "p.png"
    path.write_bytes(encode_png(PICTURE, HISTORY))
    assert np.array_equal(np.asarray(Image.open(path)), PICTURE)
    assert read_provenance(path) == HISTORY


def test_exiftool_reads_source_type_and_settings(tmp_path):
    path = tmp_path / "p.png"
    path.write_bytes(encode_png(PICTURE, HISTORY))
    told = json.loads(subprocess.run(["exiftool", "-json", str(path)], check=True, capture_output=True, text=True).stdout)[0]
    assert told["DigitalSourceType"] == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    assert json.loads(told["Parameters"])["settings"] == {"size": 1024}
    assert "Warning" not in told


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_prompt_survives(tmp_path_factory, prompt):
    path = tmp_path_factory.mktemp("p") / "p.png"
    history = Provenance("a", 1, 1, prompt, prompt, ("m",))
    path.write_bytes(encode_png(PICTURE, history))
    assert read_provenance(path) == history


def test_a_picture_without_history_is_named(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (4, 4)).save(path)
    with pytest.raises(ValueError, match=r"photo\.png carries no settings"):
        read_provenance(path)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(PICTURE.astype(float), id="floats would be cut off"),
        pytest.param(PICTURE[..., 0], id="grey"),
        pytest.param(np.zeros((4, 4, 4), np.uint8), id="alpha"),
    ],
)
def test_only_rgb_bytes_are_encoded(picture):
    with pytest.raises(ValueError, match="H x W x 3 uint8"):
        encode_png(picture, HISTORY)


def test_every_attempt_is_kept_in_order(tmp_path):
    store = ImageStore(Home(tmp_path))
    for attempt in (1, 2, 10):
        stored = store.put("s.000", RenderedImage("a1", attempt, 5, encode_png(PICTURE, HISTORY), 24, 32))
    assert [path.name for path in store.attempts("s.000")["a1"]] == ["1.png", "2.png", "10.png"]
    assert store.path(stored).name == "10.png"
    assert stored.image_path == "images/s.000/a1/10.png"
