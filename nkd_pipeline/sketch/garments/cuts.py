"""Proportions: reads kinds.toml and adapts a kind's cut to the wearer, the fit and the length."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from nkd_pipeline.sketch.spec import GarmentSpec

NECK_Y = -0.72


@dataclass(frozen=True, slots=True)
class UpperCut:
    """Half widths and heights of a garment for the upper body; the file's comments say what each is."""

    shoulder: float
    drop: float
    chest: float
    armpit: float
    waist: float
    waist_y: float
    hem: float
    bottom: float
    dip: float
    ease: float
    sleeve: float  # factor on sleeve lengths


@dataclass(frozen=True, slots=True)
class LowerCut:
    """Half widths, lengths and leg widths of trousers."""

    waist: float
    hip: float
    rise: float
    knee: float
    ankle: float
    length: float
    spread: float


@dataclass(frozen=True, slots=True)
class NeckCut:
    """The opening for the head."""

    width: float
    depth: float
    form: str
    band: float


@dataclass(frozen=True, slots=True)
class SleeveCut:
    """A sleeve; `angle` in degrees below the horizontal."""

    length: float
    angle: float
    opening: float
    puff: float = 0.0
    ruffle: float = 0.0
    batwing: float = 0.0


@functools.cache
def table() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))


def kinds() -> frozenset[str]:
    """All kinds that have a cut."""
    data = table()
    return frozenset((*data["upper"], *data["lower"], *data["other"])) - {"base"}


def words(kind: str) -> dict[str, str]:
    """What an article of this kind gets where its texts are silent: neckline, collar, sleeves, closure, hem, fabric."""
    data = table()
    if kind in data["other"]:
        return {"fabric": data["other"][kind]}
    part = "upper" if kind in data["upper"] else "lower"
    return {**data[part]["base"]["words"], **data[part][kind].get("words", {})}


def _numbers(part: str, kind: str) -> dict[str, float]:
    data = table()[part]
    return {name: float(value) for name, value in {**data["base"], **data[kind]}.items() if name != "words"}


def _widening(spec: GarmentSpec) -> float:
    return next((float(factor) for word, factor in table()["fits"].items() if word in spec.fit), 1.0)


def upper(spec: GarmentSpec, kind: str = "") -> UpperCut:
    """The upper-body cut of the spec's kind (or of another kind that it is composed of)."""
    n = _numbers("upper", kind or spec.kind)
    group = table()["groups"][spec.group]
    wide, long = _widening(spec), float(group["length"]) * float(table()["lengths"]["upper"].get(spec.length, 1.0))
    for name in ("chest", "waist", "hem"):
        n[name] *= wide * group["width"]
    n["shoulder"] *= (0.4 + 0.6 * wide) * group["width"]
    n["bottom"] = max(NECK_Y + (n["bottom"] - NECK_Y) * long, n["armpit"] + 0.2)
    n["waist_y"] = min(NECK_Y + (n["waist_y"] - NECK_Y) * float(group["length"]), (n["armpit"] + n["bottom"]) / 2)
    n["drop"] += 0.05 * max(0.0, wide - 1)
    return UpperCut(**n, sleeve=float(group["sleeve"]))


def lower(spec: GarmentSpec, kind: str = "") -> LowerCut:
    """The trouser cut of the spec's kind (or of another kind that it is composed of)."""
    n = _numbers("lower", kind or spec.kind)
    group = table()["groups"][spec.group]
    factor = next((float(value) for word, value in table()["leg_fits"].items() if word in spec.fit), 1.0)
    n["knee"] *= (0.45 + 0.55 * factor) * group["width"]
    n["ankle"] *= factor * group["width"]
    if "flared" in spec.fit or "bootcut" in spec.fit:
        n["ankle"] *= 1.45
    n["waist"] *= group["width"]
    n["hip"] *= group["width"] * (0.85 + 0.15 * factor)
    n["length"] *= float(group["length"]) * float(table()["lengths"]["lower"].get(spec.length, 1.0))
    n["length"] = max(n["length"], n["rise"] + 0.08)
    return LowerCut(**n)


def neck(name: str, cut: UpperCut) -> NeckCut:
    """The neck opening, never wider than the shoulders allow."""
    found = NeckCut(**table()["necks"].get(name, table()["necks"]["crew neck"]))
    room = cut.shoulder - 0.035
    return found if found.width <= room else NeckCut(room, found.depth, found.form, found.band)


def sleeve(name: str, cut: UpperCut) -> SleeveCut:
    """The sleeve, adapted to the wearer; sleeveless has length 0."""
    n = dict(table()["sleeves"].get(name, table()["sleeves"]["sleeveless"]))
    n["length"] *= cut.sleeve if n["length"] > 0.4 else (1 + cut.sleeve) / 2
    n["opening"] *= cut.ease
    return SleeveCut(**n)


def pattern_scale(group: str) -> float:
    """How much larger patterns look on small garments."""
    return float(table()["groups"][group]["pattern"])
