"""A garment as a list of parts and lines in painting order. Nothing is painted here, so the extent is known before the first pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nkd_pipeline.sketch.geometry import Points, extent, sided
from nkd_pipeline.sketch.spec import RGB, Cloth, Print

Look = float | bool | tuple[float, float] | tuple["Fold", ...]  # values of the keywords that `Drawing.part` takes
Fold = tuple[float, float, float, float, float, float]  # from x, y to x, y; half width; height


@dataclass(frozen=True, eq=False, slots=True)
class Relief:
    """The height field that light falls on. Parts sewn together share one, so that no false edge shows along their seam."""

    outlines: tuple[Points, ...]
    folds: tuple[Fold, ...] = ()
    edge: float = 0.035  # width of the rounded border
    bulge: float = 0.9  # steepness of the border
    form: float = 0.5  # how round the whole is
    crumple: float = 0.6  # unevenness of the surface


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """A piece of cloth."""

    outline: Points
    cloth: Cloth
    relief: Relief
    grain: float = 0.0  # radians by which weave and pattern are turned
    pivot: tuple[float, float] = (0.0, 0.0)  # where they are turned, and where a pattern begins
    shade: float = 1.0  # < 1: lies in the dark, as the inside of a neck
    contact: float = 0.5  # strength of its shadow on what lies below
    printed: bool = False
    sewn: bool = False  # lies on cloth that is already there and cannot reach beyond it: pockets, plackets, stripes


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A seam (darkens what lies below), a stitch (dashed) or a cord (has a colour and a body)."""

    points: Points
    width: float
    look: str = "seam"  # seam, stitch, cord
    colour: RGB | None = None
    strength: float = 0.3


@dataclass(frozen=True, eq=False, slots=True)
class Button:
    """A round thing: button, rivet, snap, eyelet."""

    x: float
    y: float
    radius: float
    colour: RGB
    look: str = "button"  # button (with holes), metal, flat


@dataclass(frozen=True, eq=False, slots=True)
class Glow:
    """A soft patch of light (amount > 0) or shade on cloth that is already there."""

    x: float
    y: float
    rx: float
    ry: float
    amount: float
    angle: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Placard:
    """Where the print lies: centre, width and height it may fill. Parts marked `printed` carry it."""

    x: float
    y: float
    width: float
    height: float
    print: Print


RELIEF_WORDS = ("folds", "edge", "bulge", "form", "crumple")
Op = Part | Line | Button | Glow


@dataclass(slots=True)
class Drawing:
    """Collects what is to be painted; `rng` gives every garment its own folds."""

    rng: np.random.Generator
    ops: list[Op] = field(default_factory=list)
    placard: Placard | None = None

    def part(self, outline: Points, cloth: Cloth, relief: Relief | None = None, **look: Look) -> None:
        """Adds a part. Keywords of `Relief` (folds, edge, bulge, form, crumple) shape it, those of `Part` say how it lies."""
        shape: dict[str, Any] = {name: look.pop(name) for name in RELIEF_WORDS if name in look}
        lies: dict[str, Any] = dict(look)
        self.ops.append(Part(outline, cloth, relief or Relief((outline,), **shape), **lies))

    def seam(self, points: Points, width: float = 0.004, strength: float = 0.3) -> None:
        """A line where cloth is joined or folded."""
        self.ops.append(Line(points, width, "seam", None, strength))

    def stitch(self, points: Points, colour: RGB | None = None, width: float = 0.0035) -> None:
        """A row of stitches: a shade of the cloth, or contrast thread."""
        self.ops.append(Line(points, width, "stitch", colour, 0.2))

    def cord(self, points: Points, width: float, colour: RGB) -> None:
        """A round cord, strap or piping."""
        self.ops.append(Line(points, width, "cord", colour))

    def button(self, x: float, y: float, radius: float, colour: RGB, look: str = "button") -> None:
        """A button or a metal rivet."""
        self.ops.append(Button(x, y, radius, colour, look))

    def glow(self, centre: Sequence[float], radii: Sequence[float], amount: float, angle: float = 0.0) -> None:
        """Light or shade laid over the cloth."""
        self.ops.append(Glow(centre[0], centre[1], radii[0], radii[1], amount, angle))

    def both(self, points: Points) -> Iterable[tuple[int, Points]]:
        """The outline for the wearer's two sides, with its sign."""
        return ((side, sided(points, side)) for side in (-1, 1))

    def place(self, other: Drawing, shift: Sequence[float], scale: float = 1.0) -> None:
        """Adds all of another drawing, enlarged and then moved: the second piece of a set, the other shoe of a pair."""
        by = np.asarray(shift, dtype=np.float64)
        reliefs: dict[int, Relief] = {}  # parts that shared a relief go on sharing it

        def there(points: Points) -> Points:
            result: Points = points * scale + by
            return result

        for op in other.ops:
            match op:
                case Part(relief=relief):
                    if id(relief) not in reliefs:
                        folds = tuple(
                            (*(np.array(f[:2]) * scale + by), *(np.array(f[2:4]) * scale + by), f[4] * scale, f[5] * scale) for f in relief.folds
                        )
                        reliefs[id(relief)] = replace(relief, outlines=tuple(map(there, relief.outlines)), folds=folds, edge=relief.edge * scale)
                    pivot = np.asarray(op.pivot) * scale + by
                    self.ops.append(replace(op, outline=there(op.outline), relief=reliefs[id(relief)], pivot=(float(pivot[0]), float(pivot[1]))))
                case Line():
                    self.ops.append(replace(op, points=there(op.points), width=op.width * scale))
                case Button():
                    self.ops.append(replace(op, x=op.x * scale + by[0], y=op.y * scale + by[1], radius=op.radius * scale))
                case Glow():
                    self.ops.append(replace(op, x=op.x * scale + by[0], y=op.y * scale + by[1], rx=op.rx * scale, ry=op.ry * scale))
        if other.placard is not None:
            p = other.placard
            self.placard = replace(p, x=p.x * scale + by[0], y=p.y * scale + by[1], width=p.width * scale, height=p.height * scale)

    def extent(self) -> tuple[Points, Points]:
        """Bounding box of everything drawn."""
        return extent(op.outline if isinstance(op, Part) else op.points for op in self.ops if isinstance(op, Part | Line))

    def vary(self, value: float, by: float) -> float:
        """The value, a little different for every seed."""
        return value + float(self.rng.uniform(-by, by))
