"""The cloths of one garment besides its main one: trims, ribs, linings, threads, buttons."""

from __future__ import annotations

from dataclasses import replace

from nkd_pipeline.sketch.colour import luminance, mixed, shaded
from nkd_pipeline.sketch.spec import RGB, Cloth, GarmentSpec

OFF_WHITE: RGB = (238, 235, 226)
BRASS: RGB = (190, 146, 88)
NICKEL: RGB = (184, 186, 192)
JEANS_THREAD: RGB = (206, 146, 74)


def plain(spec: GarmentSpec) -> Cloth:
    """The main cloth without its pattern; melange stays, it is the yarn's own."""
    keeps = spec.cloth.pattern in ("melange", "textured")
    return spec.cloth if keeps else replace(spec.cloth, pattern="plain")


def rib(spec: GarmentSpec) -> Cloth:
    """Ribbed cuffs and bands: in the trim colour when the article has contrast trims."""
    colour = spec.trim if spec.has("contrast trim", "contrast cuff", "contrast collar", "contrast neck", "contrasting") else spec.cloth.colour
    return replace(plain(spec), fabric="rib", colour=colour)


def trim(spec: GarmentSpec, fabric: str = "") -> Cloth:
    """The second colour."""
    return Cloth(spec.trim, fabric=fabric or spec.cloth.fabric)


def of(colour: RGB, fabric: str = "woven") -> Cloth:
    """A plain cloth of any colour."""
    return Cloth(colour, fabric=fabric)


def lining(spec: GarmentSpec) -> Cloth:
    """The inside."""
    base = plain(spec)
    return base if luminance(base.colour) > 60 else replace(base, colour=mixed(base.colour, (255, 255, 255), 0.08))


def sleeve(spec: GarmentSpec) -> Cloth:
    """What sleeves are cut from."""
    return trim(spec) if spec.contrasting and spec.has("contrast sleeves", "contrasting sleeves") else spec.cloth


def thread(spec: GarmentSpec) -> RGB | None:
    """Contrast thread for denim and where the article says so; None for a shade of the cloth."""
    if spec.has("contrast stitching", "contrasting seams", "contrast seam"):
        return spec.trim if spec.contrasting else OFF_WHITE
    return JEANS_THREAD if spec.cloth.fabric == "denim" and luminance(spec.cloth.colour) < 170 else None


def button(spec: GarmentSpec) -> RGB:
    """Buttons that can be told from the cloth."""
    return OFF_WHITE if luminance(spec.cloth.colour) < 165 else shaded(spec.cloth.colour, 0.62)


def cord(spec: GarmentSpec) -> RGB:
    """Drawstrings."""
    if spec.contrasting:
        return spec.trim
    return OFF_WHITE if luminance(spec.cloth.colour) < 190 else shaded(spec.cloth.colour, 0.6)
