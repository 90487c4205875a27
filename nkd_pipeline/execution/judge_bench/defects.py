"""The defects that are planted, each with the aspect in which a judge should see it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nkd_pipeline.execution.judge_bench import damage, redrawing
from nkd_pipeline.execution.judge_bench.damage import Pixels
from nkd_pipeline.records import ImageOrder
from nkd_pipeline.rubric.rules import load_rubric
from nkd_pipeline.sketch.read import garment_spec
from nkd_pipeline.sketch.render import render

Plant = Callable[[ImageOrder, np.random.Generator, int], Pixels | None]


@dataclass(frozen=True, slots=True)
class Defect:
    """`plant` returns the defective picture of an order, or None when the defect cannot be planted in it.

    A defect without causes is one that no judge looks for.
    """

    name: str
    aspect: str
    causes: tuple[str, ...]  # of the rubric; a judge that looked for one of them claims to see the defect
    plant: Plant


def good(order: ImageOrder, size: int) -> Pixels:
    """The order's picture as the pipeline draws it."""
    return np.asarray(render(garment_spec(order), size), np.uint8)


def _on_picture(spoil: Callable[[Pixels, np.random.Generator], Pixels], *, upright: bool = False) -> Plant:
    def plant(order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
        attributes = order.attributes
        lies = attributes.sketch_kind in load_rubric().garments.lying or "asymmetric" in f"{attributes.hem} {' '.join(attributes.details)}"
        return None if upright and lies else spoil(good(order, size), rng)

    return plant


def _sign(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


def _tilted(image: Pixels, rng: np.random.Generator) -> Pixels:
    return damage.moved(image, turn=_sign(rng) * rng.uniform(4, 15), scale=0.85)


def _off_centre(image: Pixels, rng: np.random.Generator) -> Pixels:
    angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.08, 0.14)
    return damage.moved(image, across=far * np.cos(angle), down=far * np.sin(angle), scale=0.7)


def _cropped(image: Pixels, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.5:
        return damage.moved(image, scale=rng.uniform(1.35, 1.6))
    garment = ~damage.behind(image)
    tall = garment.any(axis=1).sum() >= garment.any(axis=0).sum()
    far = _sign(rng) * rng.uniform(0.2, 0.3)  # the longer side fills four fifths of the picture
    return damage.moved(image, **{"down" if tall else "across": far})


def _with_second(image: Pixels, rng: np.random.Generator) -> Pixels:
    return damage.with_second_object(image, rng.uniform(0.13, 0.2))


def _greyed(image: Pixels, rng: np.random.Generator) -> Pixels:
    return damage.shaded_background(image, rng.uniform(0.6, 0.78))


def _shaded(image: Pixels, rng: np.random.Generator) -> Pixels:
    return damage.gradient_background(image, rng.uniform(0.6, 0.78))


def _white_on_white(order: ImageOrder, rng: np.random.Generator, size: int) -> Pixels | None:
    if order.prompt.colours[0] not in ("white", "off-white", "ivory", "cream") or len(order.prompt.colours) > 1 or order.attributes.prints:
        return None
    return damage.faded(good(order, size), rng.uniform(0.08, 0.2))


DEFECTS: tuple[Defect, ...] = (
    Defect("wrong type", "garment_type", ("garment_type",), redrawing.wrong_type),
    Defect("wrong colour", "colour", ("main_colour",), redrawing.wrong_colour),
    Defect("wrong pattern", "pattern_print", ("pattern_missing", "pattern_unstated", "pattern_class"), redrawing.wrong_pattern),
    Defect("missing print", "pattern_print", ("print_missing", "motif"), redrawing.missing_print),
    Defect("print beside its place", "pattern_print", ("print_place",), functools.partial(redrawing.displaced_print, 0)),
    Defect("print too high or low", "pattern_print", (), functools.partial(redrawing.displaced_print, 90)),
    Defect("wrong neckline", "construction", ("neckline",), functools.partial(redrawing.wrong_form, "neckline")),
    Defect("wrong sleeves", "construction", ("sleeves",), functools.partial(redrawing.wrong_form, "sleeves")),
    Defect("tilt 4-15°", "pose_framing", ("tilted",), _on_picture(_tilted, upright=True)),
    Defect("off-centre", "pose_framing", ("off_centre",), _on_picture(_off_centre)),
    Defect("crop", "pose_framing", ("cropped",), _on_picture(_cropped)),
    Defect("blur", "realism", ("blurred",), _on_picture(lambda image, rng: damage.blurred(image, rng.uniform(0.0025, 0.005)))),
    Defect("second object", "background_isolation", ("second_object",), _on_picture(_with_second)),
    Defect("grey background", "background_isolation", ("background_lightness",), _on_picture(_greyed)),
    Defect("uneven background", "background_isolation", ("background_uneven",), _on_picture(_shaded)),
    Defect("white on white", "background_isolation", ("faint_outline", "not_isolated"), _white_on_white),
)
