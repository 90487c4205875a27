"""Stripes, checks and other patterns made of straight lines."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.colour import mixed
from nkd_pipeline.sketch.geometry import moved
from nkd_pipeline.sketch.patterns.swatch import Swatch

# a snowflake star and a tree, as knitters draw them
NORWEGIAN_STAR = (
    "...x.....x...",
    "x..xx...xx..x",
    "xx..x.x.x..xx",
    ".xx..xxx..xx.",
    "..xx.xxx.xx..",
    "...xxx.xxx...",
    "xxxxx...xxxxx",
    "...xxx.xxx...",
    "..xx.xxx.xx..",
    ".xx..xxx..xx.",
    "xx..x.x.x..xx",
    "x..xx...xx..x",
    "...x.....x...",
)


def plain(swatch: Swatch) -> None:
    """One colour."""


def striped(swatch: Swatch) -> None:
    """Horizontal stripes; with several accents each gets a repeat's part."""
    accents = swatch.inks.several
    if len(accents) == 1:
        swatch.band(swatch.y, 0.29, 0.71, accents[0])
        return
    step = 1 / len(accents)
    for i, rgb in enumerate(accents):
        swatch.band(swatch.y, (i + 0.2) * step, (i + 0.8) * step, rgb)


def vertical_stripes(swatch: Swatch) -> None:
    """Stripes from top to bottom."""
    swatch.band(swatch.x, 0.3, 0.7, swatch.inks.first)


def pinstripe(swatch: Swatch) -> None:
    """Hairlines from top to bottom."""
    swatch.band(swatch.x, 0.43, 0.57, swatch.inks.first, 0.85)


def block_stripes(swatch: Swatch) -> None:
    """Few broad horizontal bands."""
    accents = swatch.inks.several
    step = 0.72 / len(accents)
    for i, rgb in enumerate(accents):
        swatch.band(swatch.y, 0.14 + i * step, 0.14 + (i + 1) * step, rgb)


def colour_block(swatch: Swatch) -> None:
    """Upper part in the second colour; a third colour makes a band between."""
    inks = swatch.inks
    # the repeat is larger than any garment and its middle is the garment's middle
    swatch.band(swatch.y, -1.0, 0.465, inks.first)
    if len(inks.several) > 1:
        swatch.band(swatch.y, 0.465, 0.50, inks.second)


def gradient(swatch: Swatch) -> None:
    """Ground colour at the top fading into the second colour below."""
    swatch.ink(np.clip((swatch.y - 0.36) / 0.3, 0, 1), swatch.inks.first)


def checked(swatch: Swatch) -> None:
    """Tartan: broad bands, narrow lines, darker where they cross."""
    inks = swatch.inks
    thin = inks.second if len(inks.several) > 1 else mixed(inks.first, (255, 255, 255), 0.35)
    for axis in (swatch.x, swatch.y):
        swatch.band(axis, 0.10, 0.42, inks.first, 0.55)
        swatch.band(axis, 0.60, 0.66, inks.first, 0.6)
        swatch.band(axis, 0.80, 0.83, thin, 0.8)


def gingham(swatch: Swatch) -> None:
    """Vichy: equal bands both ways."""
    for axis in (swatch.x, swatch.y):
        swatch.band(axis, 0.0, 0.5, swatch.inks.first, 0.55)


def houndstooth(swatch: Swatch) -> None:
    """Broken checks with points."""
    tooth = ((0, 0.5), (0.5, 0.5), (0.5, 0.25), (0.75, 0.5), (1, 0.5), (0.5, 0.0), (0.5, -0.25), (0.25, 0), (0, 0))
    swatch.shape(moved(np.array(tooth, dtype=np.float64), 0.13, 0.38), swatch.inks.first)


def herringbone(swatch: Swatch) -> None:
    """Slanted lines that change direction column by column."""
    slant = np.abs(swatch.x * 2 % 2 - 1)
    wave = np.sin(2 * np.pi * (swatch.y * 3 + slant))
    swatch.ink(np.clip(wave * 1.5 + 0.5, 0, 1) * np.float32(0.6), swatch.inks.first)


def argyle(swatch: Swatch) -> None:
    """Diamonds and crossing fine lines."""
    u, v = np.abs(swatch.x - 0.5), np.abs(swatch.y - 0.5)
    pixel = 1.5 / swatch.width
    swatch.ink(np.clip((0.5 - u - v) / pixel + 0.5, 0, 1), swatch.inks.first)
    thin = np.minimum(np.abs(u - v), np.abs(u + v - 0.5) + 9)
    swatch.ink(np.clip((0.012 - thin) / pixel + 0.5, 0, 1), swatch.inks.second if len(swatch.inks.several) > 1 else swatch.inks.ground)


def norwegian(swatch: Swatch) -> None:
    """Rows of stars between zigzag bands, stitch by stitch."""
    stitches = np.zeros((36, 15), bool)
    for row, text in enumerate(NORWEGIAN_STAR):
        stitches[row + 11, 1:14] = [letter == "x" for letter in text]
    for column in range(15):
        zigzag = abs(column % 6 - 3)
        for top in (2, 28):
            stitches[top + zigzag, column] = stitches[top + 1 + zigzag, column] = True
    stitches[[0, 8, 26, 34]] = True
    stitches[9, ::2] = stitches[25, ::2] = True
    rows, columns = (swatch.y[:, 0] * 36).astype(int), (swatch.x[0] * 15).astype(int)
    swatch.ink(stitches[rows][:, columns].astype(np.float32), swatch.inks.first)
