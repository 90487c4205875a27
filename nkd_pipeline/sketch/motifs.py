"""The drawable motifs: parses motifs.toml and hands out coloured outlines. Motifs that are not in it become an abstract emblem."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from nkd_pipeline.sketch.colour import luminance, mixed, shaded
from nkd_pipeline.sketch.emblems import Shape, emblem
from nkd_pipeline.sketch.geometry import Points, ellipse, ribbon, rotated, spline
from nkd_pipeline.sketch.spec import RGB

FIELD = 100.0
EMBLEM = ""


@dataclass(frozen=True, slots=True)
class Library:
    """The motif file as read."""

    motifs: dict[str, tuple[tuple[str, Points], ...]]  # name -> (ink, outline) in painting order
    aliases: dict[str, str]  # other word -> name
    inks: dict[str, RGB]
    natural: dict[str, RGB]  # name -> colour


@functools.cache
def _library() -> Library:
    data = tomllib.loads(files(__package__).joinpath("motifs.toml").read_text(encoding="utf-8"))
    inks: dict[str, RGB] = {name: (r, g, b) for name, (r, g, b) in data["inks"].items()}
    motifs = {name: tuple(shape for line in text.split("\n") if line for shape in _parsed(name, line)) for name, text in data["motifs"].items()}
    return Library(motifs, data["aliases"], inks, {name: inks[ink] for name, ink in data["natural"].items()})


def _parsed(motif: str, line: str) -> list[tuple[str, Points]]:
    """One line of the motif file as one outline, or two when it is mirrored."""
    form, ink, *words = line.split()
    try:
        numbers = np.array([[float(value) for value in word.split(",")] for word in words])
        outline = _outline(form.rstrip("2"), numbers) / FIELD - 0.5
    except (ValueError, KeyError) as error:
        raise ValueError(f"motifs.toml, motif {motif!r}: cannot read {line!r}: {error}; the head of the file says how shapes are written") from error
    twin = [(ink, outline * (-1, 1))] if form.endswith("2") else []
    return [(ink, outline), *twin]


def _outline(form: str, numbers: Points) -> Points:
    if form == "poly":
        return numbers
    if form == "blob":
        return spline(numbers)
    if form == "oval":
        (x, y), (rx, ry) = numbers[:2]
        turn = np.radians(numbers[2][0]) if len(numbers) > 2 else 0.0
        return rotated(ellipse(x, y, rx, ry), turn, (x, y))
    if form in ("bar", "arc"):
        line = numbers[1:] if form == "bar" else spline(numbers[1:], closed=False)
        return ribbon(line, float(numbers[0][0]))
    raise KeyError(f"unknown form {form!r}")


def known() -> tuple[str, ...]:
    """Names of the motifs that are really drawn."""
    return tuple(_library().motifs)


def resolved(words: str) -> str:
    """The drawable motif that some words mean ("cute dinosaurs" -> "dinosaur"), or "" for the emblem."""
    motifs, aliases = _library().motifs, _library().aliases
    text = " ".join(words.lower().split())
    for candidate in (text, text.removesuffix("s"), text.removesuffix("es")):
        if candidate in motifs:
            return candidate
        if candidate in aliases:
            return aliases[candidate]
    inside = [name for name in (*motifs, *aliases) if name in text.split() or name + "s" in text.split() or (" " in name and name in text)]
    longest = max(inside, key=len, default="")
    return aliases.get(longest, longest)


def shapes_of(words: str, main: RGB, ground: RGB, seed: int = 0) -> list[Shape]:
    """Coloured outlines of a motif printed in `main` on cloth of colour `ground`; an emblem when it is unknown."""
    library = _library()
    name = resolved(words)
    if name == EMBLEM:
        return emblem(words, main, ground, seed)
    soft = mixed(main, (255, 255, 255), 0.45) if luminance(main) < 150 else shaded(main, 0.72)
    colours = library.inks | {"main": main, "soft": soft, "ground": ground}
    return [(outline, colours[ink]) for ink, outline in library.motifs[name]]


def natural_colour(words: str) -> RGB | None:
    """The colour a motif has by nature, or None when any will do."""
    return _library().natural.get(resolved(words))
