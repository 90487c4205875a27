"""SSIM against its definition, and the likeness of garments that lie differently in their pictures."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nkd_pipeline.metrics.ssim import garment_ssim, ssim
from nkd_pipeline.stage import RowError

SHIRT = [(6, 4), (8, 5), (12, 5), (14, 4), (18, 8), (16, 10), (14, 9), (14, 17), (6, 17), (6, 9), (4, 10), (2, 8)]
BAG = [(5, 8), (15, 8), (16, 17), (4, 17)]


def noise(seed, height=24, width=30):
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def by_definition(first, second):
    """Equation 13 of the paper, window by window, with nothing of the implementation in it."""
    window = np.array([[math.exp(-((x - 5) ** 2 + (y - 5) ** 2) / (2 * 1.5**2)) for x in range(11)] for y in range(11)])
    weights = window / window.sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = []
    for top in range(first.shape[0] - 10):
        for left in range(first.shape[1] - 10):
            x, y = (picture[top : top + 11, left : left + 11].astype(float) for picture in (first, second))
            mx, my = (weights * x).sum(), (weights * y).sum()
            vx, vy, cov = (weights * (x - mx) ** 2).sum(), (weights * (y - my) ** 2).sum(), (weights * (x - mx) * (y - my)).sum()
            values.append((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2)))
    return sum(values) / len(values)


RAMP = np.tile(np.arange(30, dtype=np.uint8) * 8, (24, 1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(noise(1), noise(2), id="noise"),
        pytest.param(noise(1), noise(1) // 2 + 40, id="less contrast"),
        pytest.param(noise(3), 255 - noise(3), id="a negative: structure is opposite"),
        pytest.param(RAMP, RAMP[:, ::-1], id="gradients"),
        pytest.param(noise(4, 11, 11), noise(5, 11, 11), id="one window only"),
    ],
)
def test_it_is_what_the_paper_defines(first, second):
    assert ssim(first, second) == pytest.approx(by_definition(first, second), abs=1e-9)


@pytest.mark.parametrize(
    "picture", [pytest.param(noise(1), id="noise"), pytest.param(np.zeros((20, 20)), id="black"), pytest.param(np.full((11, 40), 255), id="white")]
)
def test_a_picture_is_like_itself(picture):
    assert ssim(picture, picture) == pytest.approx(1.0, abs=1e-12)


def test_flat_pictures_differ_in_luminance_alone():
    # variances are 0, so only the first factor of equation 13 is left
    c1 = (0.01 * 255) ** 2
    assert ssim(np.full((20, 20), 100), np.full((20, 20), 50)) == pytest.approx((2 * 100 * 50 + c1) / (100**2 + 50**2 + c1), abs=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(11, 40), st.integers(11, 40))
def test_order_does_not_matter_and_the_range_holds(one, other, height, width):
    first, second = noise(one, height, width), noise(other, height, width)
    assert ssim(first, second) == pytest.approx(ssim(second, first), abs=1e-12)
    assert -1 <= ssim(first, second) <= 1 + 1e-12


def test_the_mean_can_be_taken_over_a_part():
    first, second = noise(1, 40, 40), noise(1, 40, 40)
    second[:, 25:] = 255 - second[:, 25:]
    left = np.zeros((40, 40), dtype=bool)
    left[:, :20] = True
    assert ssim(first, second, left) == pytest.approx(1.0, abs=1e-12)
    assert ssim(first, second, ~left) < 0.5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(noise(1), noise(1, 24, 31), id="other size"),
        pytest.param(noise(1, 10, 40), noise(1, 10, 40), id="smaller than the window"),
        pytest.param(np.zeros((20, 20, 3)), np.zeros((20, 20, 3)), id="in colour"),
    ],
)
def test_what_cannot_be_compared_is_refused(first, second):
    with pytest.raises(ValueError, match="two greyscale pictures of one size, 11 pixels a side"):
        ssim(first, second)


def test_a_part_without_windows_is_refused():
    corner = np.zeros((24, 30), dtype=bool)
    corner[0, 0] = True
    with pytest.raises(ValueError, match="no window is centred"):
        ssim(noise(1), noise(1), corner)


def garment(path, outline=SHIRT, side=400, scale=1.0, stripes=True, ground="#f4f4f4"):
    """Draws a garment with stripes that go with it; `scale` is its share of the picture's side, the rest of which is above and left of it."""
    unit = 1024 / 20
    drawn = Image.new("RGB", (1024, 1024), ground)
    ImageDraw.Draw(drawn).polygon([(x * unit, y * unit) for x, y in outline], fill="#1c264f")
    for stripe in (11, 13, 15) if stripes else ():
        ImageDraw.Draw(drawn).rectangle((6.5 * unit, stripe * unit, 13.5 * unit, (stripe + 1) * unit), fill="#e8c14a")
    small = drawn.resize((round(side * scale), round(side * scale)), Image.Resampling.LANCZOS)
    image = Image.new("RGB", (side, side), ground)
    image.paste(small, (side - small.width, side - small.height))
    image.save(path)
    return path


def test_place_size_and_background_of_a_garment_do_not_count(tmp_path):
    first = garment(tmp_path / "first.png")
    moved = garment(tmp_path / "moved.png", side=700, scale=0.6, ground="#dfe3e6")
    assert garment_ssim(first, first) == pytest.approx(1.0, abs=1e-9)
    assert garment_ssim(first, moved) > 0.9


def test_another_pattern_or_another_garment_is_less_alike(tmp_path):
    first, plain = garment(tmp_path / "first.png"), garment(tmp_path / "plain.png", stripes=False)
    bag = garment(tmp_path / "bag.png", BAG)
    assert garment_ssim(first, bag) < garment_ssim(first, plain) < 0.95


def test_the_white_that_both_pictures_share_does_not_make_them_alike(tmp_path):
    # a belt leaves most of the canvas white
    belt = [(9, 1), (11, 1), (11, 19), (9, 19)]
    plain, chequered = garment(tmp_path / "plain.png", belt, stripes=False), tmp_path / "chequered.png"
    image = Image.open(plain).convert("RGB")
    for top in range(20, 380, 12):
        ImageDraw.Draw(image).rectangle((180, top, 220, top + 6), fill="#e8c14a")
    image.save(chequered)
    assert garment_ssim(plain, chequered) < 0.5


@pytest.mark.parametrize("kind", ["unreadable_image", "no_garment"])
def test_a_file_without_a_garment_is_named_without_its_folder(tmp_path, kind):
    good, bad = garment(tmp_path / "good.png"), tmp_path / "photo.png"
    if kind == "unreadable_image":
        bad.write_bytes(b"no picture")
    else:
        Image.new("RGB", (200, 200), "#fafafa").save(bad)
    with pytest.raises(RowError) as refused:
        garment_ssim(good, bad)
    assert refused.value.kind == kind
    assert str(refused.value).startswith("photo.png: ")
