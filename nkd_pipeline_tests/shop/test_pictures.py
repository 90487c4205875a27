"""Packed pictures: exact sizes, true colours, and a marking that other programs read in every format."""

import io
import json
import subprocess

import numpy as np
import pytest
from PIL import Image, ImageCms

from nkd_pipeline.shop.marking import Marking, UnusablePictureError, srgb_profile
from nkd_pipeline.shop.pack import write_pack
from nkd_pipeline.shop.pictures import encode
from nkd_pipeline.shop.settings import EXTENSIONS, shop_settings
from nkd_pipeline.storage.images import Provenance, encode_png
from nkd_pipeline_tests.shop.homes import SHARD

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
MARKING = Marking(SOURCE_TYPE, "<x:xmpmeta/>")


def drawn(width, height, background=(250, 250, 250)):
    """A red disc on a light ground."""
    rows, columns = np.mgrid[:height, :width]
    disc = (rows - height / 2) ** 2 + (columns - width / 2) ** 2 < (min(width, height) / 3) ** 2
    return Image.fromarray(np.where(disc[..., None], (200, 30, 40), background).astype(np.uint8))


def read(encoded):
    return np.asarray(Image.open(io.BytesIO(encoded.data)).convert("RGB"), dtype=float)


def test_exiftool_reads_marking_and_colour_profile_in_every_format(opened, tmp_path):
    workspace = opened('formats = ["jpeg", "webp", "png"]')
    packed = write_pack(workspace, [SHARD], tmp_path / "pack")
    asked = ["-DigitalSourceType", "-ProfileDescription", "-ColorSpaceData", "-CreatorTool", "-Software", "-Warning", "-Error", "-Parameters"]
    listed = [tmp_path / "pack" / picture.file for picture in packed.pictures]
    told = json.loads(subprocess.run(["exiftool", "-json", *asked, *listed], check=True, capture_output=True, text=True).stdout)
    assert len(told) == 3 * 3 * 2
    assert {path.suffix for path in listed} == {f".{extension}" for extension in EXTENSIONS.values()}
    for entry in told:
        del entry["SourceFile"]
        assert entry == {  # and no prompt, which is nobody's business outside
            "DigitalSourceType": SOURCE_TYPE,
            "ProfileDescription": "sRGB built-in",
            "ColorSpaceData": "RGB ",
            "CreatorTool": "nkd_pipeline: nkd-sketch/2",
            "Software": "nkd_pipeline",
        }


def test_the_marking_outlives_image_servers_that_keep_exif_alone(opened, tmp_path):
    packed = write_pack(opened('formats = ["jpeg", "webp"]'), [SHARD], tmp_path / "pack")
    for picture in packed.pictures:
        assert Image.open(tmp_path / "pack" / picture.file).getexif()[0x010E] == SOURCE_TYPE


@pytest.mark.parametrize(("kind", "least"), [("png", 99.0), ("jpeg", 38.0), ("webp", 36.0)])
def test_colours_stay_as_they_were(workspace, kind, least):
    source = drawn(256, 256)
    shown = read(encode(source, kind, 256, shop_settings(workspace.profile), MARKING))
    error = np.mean((shown - np.asarray(source)) ** 2)
    assert (99.0 if error == 0 else 10 * np.log10(255**2 / error)) >= least  # PSNR in dB; 36 is beyond what people see


@pytest.mark.parametrize(
    ("shape", "source", "size", "becomes"),
    [
        pytest.param("as_is", (300, 200), 150, (150, 100), id="smaller, by the longest edge"),
        pytest.param("as_is", (200, 300), 150, (100, 150), id="upright"),
        pytest.param("as_is", (100, 100), 160, (160, 160), id="larger than its source when that is asked for"),
        pytest.param("as_is", (1000, 2), 100, (100, 1), id="no edge vanishes"),
        pytest.param("square", (200, 300), 150, (150, 150), id="on a square canvas"),
        pytest.param("square", (256, 256), 128, (128, 128), id="square already"),
    ],
)
def test_sizes_are_exact(opened, shape, source, size, becomes):
    encoded = encode(drawn(*source), "png", size, shop_settings(opened(f'shape = "{shape}"').profile), MARKING)
    assert (encoded.width, encoded.height) == becomes == Image.open(io.BytesIO(encoded.data)).size


def test_a_square_canvas_goes_on_in_the_colour_of_the_background(opened):
    settings = shop_settings(opened('shape = "square"').profile)
    shown = read(encode(drawn(100, 200, background=(231, 232, 233)), "png", 200, settings, MARKING))
    assert np.array_equal(shown[:, 0], np.tile((231.0, 232.0, 233.0), (200, 1)))
    assert np.array_equal(shown[100, 100], (200.0, 30.0, 40.0))


def test_the_colour_profile_is_srgb_and_always_the_same(monkeypatch):
    first = srgb_profile()
    monkeypatch.setattr(ImageCms, "createProfile", _an_hour_later(ImageCms.createProfile))
    assert srgb_profile.__wrapped__() == first
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(first))).strip() == "sRGB built-in"


def _an_hour_later(create):
    class Later:
        def __init__(self, name):
            self._bytes = bytearray(ImageCms.ImageCmsProfile(create(name)).tobytes())
            self._bytes[31] ^= 1  # the hour in the header's date

        def read(self):
            return bytes(self._bytes)

    return Later


def test_a_picture_without_marking_does_not_go_out():
    png = encode_png(np.zeros((8, 8, 3), np.uint8), Provenance("a", 1, 1, "p", "n", ("m",)))
    marked = Image.open(io.BytesIO(png))
    assert Marking.of(marked).source_type.endswith("trainedAlgorithmicMedia")
    marked.info.pop("XML:com.adobe.xmp")
    with pytest.raises(UnusablePictureError, match="no longer says that it is synthetic"):
        Marking.of(marked)
    with pytest.raises(UnusablePictureError, match="nkd retry"):
        Marking.of(Image.new("RGB", (4, 4)))
