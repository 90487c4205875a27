"""The judge that measures pixels: everything a ruler and a colour meter can tell, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nkd_pipeline.records import ASPECTS, Attributes, Prompt
from nkd_pipeline.rubric.deductions import Findings
from nkd_pipeline.rubric.pixel_checks.background import Background, fit_background
from nkd_pipeline.rubric.pixel_checks.boxes import Box, around, cut_off
from nkd_pipeline.rubric.pixel_checks.foreground import Foreground, find_garment, rim, without_holes
from nkd_pipeline.rubric.pixel_checks.garment_colours import (
    Palette,
    colour_distance,
    distinct_colours,
    find_palette,
    main_colour,
    part_distance,
    sample_colours,
)
from nkd_pipeline.rubric.pixel_checks.geometry import measure_geometry
from nkd_pipeline.rubric.pixel_checks.patterns import measure_pattern
from nkd_pipeline.rubric.pixel_checks.people import measure_skin
from nkd_pipeline.rubric.pixel_checks.picture import Mask, Picture
from nkd_pipeline.rubric.pixel_checks.prints import measure_print
from nkd_pipeline.rubric.pixel_checks.sharpness import measure_outline, measure_sharpness
from nkd_pipeline.rubric.rules import Rubric
from nkd_pipeline.rubric.traits import find_traits, pieces, stated_colours

JUDGE = "pixel"
_HIDDEN = "not assessable, because no garment stands out from the background; a human judge can look"
_BUSY = "not assessable, because the background is busy; a human judge can look"


@dataclass(slots=True)
class _Seen:
    """What was measured, where in the picture by the measure's name, words for the sentences, and the shares of the garment's colours by name."""

    words: dict[str, str]
    measures: dict[str, float] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    colours: Mapping[str, float] = field(default_factory=dict)

    def add(self, measures: Mapping[str, float], box: Box = ()) -> None:
        """Adds measures that were taken at one place."""
        self.measures.update(measures)
        self.boxes.update(dict.fromkeys(measures, box))


def judge_pixels(picture: Picture, prompt: Prompt, attributes: Attributes, rubric: Rubric) -> Findings:
    """Measures a picture and applies the rubric's rules; the background comes first, for nothing can be measured without it."""
    background = fit_background(picture)
    busy = rubric.worst("background_isolation", "background_busy", _background(background)) == "strong"
    garment = None if busy else find_garment(picture, background)
    if garment is not None and rim(garment.mask) > 0:
        background = fit_background(picture, garment.mask)  # a pale garment that is cut off had bent the surface towards itself
    seen = _Seen({"background": prompt.background, "patterns": ", ".join(attributes.patterns)})
    seen.add(_background(background))
    seen.boxes.update(background_unevenness=background.uneven_at, background_clutter=background.cluttered_at)
    traits = find_traits(prompt, attributes, rubric)
    if not busy:
        seen.add({"garment_found": float(garment is not None)})
    if garment is not None:
        parts = garment.own_parts(pieces(attributes, rubric), rubric.garments.piece_size)
        mask = garment.largest(parts)
        _see_shape(seen, picture, garment, parts, "upright" in traits)
        if "open shape" in traits:
            mask = without_holes(picture, mask, background)
        _see_colours(seen, picture, mask, garment, prompt, traits, rubric)
    if rubric.worst("pose_framing", "cropped", seen.measures) is not None:
        traits |= {"cut off"}
    assessed = rubric.assessed(seen.measures, traits)
    unseen = [aspect for aspect in ASPECTS if garment is None and rubric.aspects[aspect].rules and aspect not in assessed]
    reasons = dict.fromkeys(unseen, _BUSY if busy else _HIDDEN)
    deviations = rubric.deviations(seen.measures, traits, seen.words, JUDGE, seen.boxes)
    return Findings(deviations, assessed, reasons, _rounded(seen.measures, seen.colours), rubric.causes(seen.measures, traits))


def _background(background: Background) -> dict[str, float]:
    return {
        "background_lightness": background.lightness,
        "background_chroma": background.chroma,
        "background_unevenness": background.unevenness,
        "background_texture": background.texture,
        "background_clutter": background.clutter,
    }


def _see_shape(seen: _Seen, picture: Picture, garment: Foreground, parts: int, upright: bool) -> None:
    mask = garment.largest(parts)
    own = sum(garment.areas[:parts])
    extra = garment.areas[parts] / own if len(garment.areas) > parts else 0.0
    seen.add({"touching": rim(mask)}, cut_off(mask))
    seen.add({"extra_object": extra}, around(garment.labels == parts + 1))
    measures = {"area": float(mask.mean()), "parts": float(len(garment.areas)), **measure_geometry(mask, upright)}
    if "tilt" in measures:
        measures["tilt_size"] = abs(measures["tilt"])
    seen.add({**measures, **measure_outline(picture, mask)}, around(mask))
    seen.add(measure_sharpness(picture, mask))  # a blur lies over all of the picture


def _see_colours(seen: _Seen, picture: Picture, mask: Mask, garment: Foreground, prompt: Prompt, traits: frozenset[str], rubric: Rubric) -> None:
    everywhere = sample_colours(picture, mask, rim=5)  # cuffs, neckbands and straps lie near the edge
    pixels = everywhere if "composed" in traits else sample_colours(picture, mask)
    palette = find_palette(pixels)
    shares = rubric.colour
    main_lab = main_colour(pixels)
    seen.colours = palette.names
    seen.add(*measure_pattern(picture, mask))
    seen.add(*measure_skin(picture, garment.mask, main_lab))
    if "shown print" in traits:
        seen.add(*measure_print(picture, mask, main_lab))
    measures = {"distinct_colours": float(distinct_colours(palette, shares.multicolour))}
    seen.words["seen"] = _large(palette)
    main, *others = stated_colours(prompt) or ("",)
    if main:
        part = "plain" not in traits or "composed" in traits
        measures["main_colour_distance"] = colour_distance(palette, main, shares.main_share_part if part else shares.main_share)
        seen.words["stated"] = main
    if others:
        distances = {name: part_distance(everywhere, name, shares.second_share) for name in others}
        seen.words["missing"] = max(distances, key=lambda name: distances[name])
        measures["second_colour_distance"] = distances[seen.words["missing"]]
    seen.add(measures, around(mask))  # a stated colour costs points only where no part of any size comes near it, so all of the garment is the place


def _large(palette: Palette) -> str:
    large = [name for name, share in palette.names.items() if share >= 0.15] or list(palette.names)[:1]
    return " and ".join(large[:2])


def _rounded(measures: Mapping[str, float], colours: Mapping[str, float]) -> dict[str, object]:
    rounded: dict[str, object] = {name: round(value, 4) for name, value in measures.items()}
    return {**rounded, "colours": {name: round(share, 3) for name, share in list(colours.items())[:4]}}
