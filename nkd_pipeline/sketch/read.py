"""Reads what the extractor found: attributes, the prompt's colours and background, and a seed become a garment specification."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from nkd_pipeline.records import Attributes, ImageOrder
from nkd_pipeline.sketch import motifs
from nkd_pipeline.sketch.garments import GARMENTS, cuts
from nkd_pipeline.sketch.patterns import PATTERNS
from nkd_pipeline.sketch.spec import RGB, Cloth, GarmentSpec, Print
from nkd_pipeline.stage import RowError
from nkd_pipeline.text import colours as named

FORMS = ("neckline", "collar", "sleeves", "closure", "hem", "length")
DARKEST, LIGHTEST = 27, 246  # cloth is never quite black or white: its folds must show


@functools.cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("reading.toml").read_text(encoding="utf-8"))


def garment_spec(order: ImageOrder) -> GarmentSpec:
    """What to draw for an order.

    Raises RowError `not_drawable` when no sketch exists for the garment, and `no_colour` when no colour is known.
    """
    attributes, prompt = order.attributes, order.prompt
    kind = attributes.sketch_kind
    if kind not in GARMENTS:
        raise RowError(
            "not_drawable",
            f"article {order.article_id}: no sketch can be drawn of {attributes.garment or kind or 'a garment without a name'!r}; choose the profile "
            "flux for it, or map its garment to a sketch kind in text/vocabulary/garments.csv",
        )
    words = {**cuts.words(kind), **_rules()["usually"].get(attributes.target_group, {}).get(kind, {})}
    palette, multicoloured = _palette(order)
    pattern = _pattern(attributes, multicoloured)
    group = _rules()["groups"].get(attributes.target_group, "adult")
    cloth = Cloth(
        palette[0],
        palette[1:],
        pattern,
        _fabric(attributes, words["fabric"]),
        _motif(attributes) if pattern == "all-over print" else "",
        cuts.pattern_scale(group),
    )
    return GarmentSpec(
        kind,
        cloth,
        palette[1] if len(palette) > 1 else palette[0],
        group,
        **{name: _form(name, attributes, words) for name in FORMS},
        fit=attributes.fit,
        details=(attributes.garment, *attributes.details, *(value for value in (getattr(attributes, name) for name in FORMS) if value)),
        printed=_print(attributes, pattern),
        background=_rules()["background"].get(prompt.background, _rules()["background"]["white"]),
        seed=order.seed,
    )


def _form(name: str, attributes: Attributes, words: dict[str, str]) -> str:
    """The form of a neckline, collar ... as the renderer knows it; the kind's usual one where the texts are silent."""
    said: str = getattr(attributes, name)
    means: str = _rules()["means"][name].get(said, said)
    if means == "none":
        return ""
    if means in ("straps", "spaghetti straps"):
        broad = _rules()["wide_straps"]["usually" if means == "straps" else "always"]
        return "wide straps" if attributes.sketch_kind in broad else "spaghetti straps"
    return words.get(name, "") if means in ("", "usual") else means


def _palette(order: ImageOrder) -> tuple[tuple[RGB, ...], bool]:
    """The colours in order of weight, and whether the article is multicoloured."""
    names = order.prompt.colours or order.attributes.colours
    rules = _rules()["multicolour"]
    multicoloured = "multicolour" in names
    if multicoloured:
        before = tuple(name for name in names if name != "multicolour")
        names = (*(before or (rules["ground"],)), *rules["accents"])
    found = [colour.rgb for colour in map(named.find, names) if colour is not None]
    if not found:
        raise RowError(
            "no_colour",
            f"article {order.article_id}: no known colour among {list(names)}; name one in the delivery, or set the prompt stage's colour policy to "
            "default or vary",
        )
    distinct = tuple(dict.fromkeys(_printable(rgb) for rgb in found))
    return distinct, multicoloured


def _printable(rgb: tuple[int, int, int]) -> RGB:
    r, g, b = (min(max(int(channel), DARKEST), LIGHTEST) for channel in rgb)
    return r, g, b


def _first(table: dict[str, str], phrases: tuple[str, ...]) -> str:
    text = " | ".join(phrases).lower() + " "
    return next((value for word, value in table.items() if word in text), "")


def _fabric(attributes: Attributes, usual: str) -> str:
    rules = _rules()
    by_detail = _first(rules["details"], attributes.details)
    if by_detail:
        return by_detail
    kind = attributes.sketch_kind
    if kind in ("jeans", "denim jacket"):
        return "denim"
    by_material = _first(rules["fabric"], (*attributes.materials, attributes.garment))
    return usual if not by_material or kind in rules["keeps"].get(by_material, ()) else by_material


def _pattern(attributes: Attributes, multicoloured: bool) -> str:
    rules = _rules()["pattern"]
    known = [name for name in attributes.patterns if name in PATTERNS]
    strong = [name for name in known if name not in rules["weak"] and name != "all-over print"]
    if strong:
        return strong[0]
    if "all-over print" in known or _mentions(attributes.prints, "all_over"):
        return "all-over print"
    if multicoloured and not attributes.prints:
        return str(rules["multicoloured"])
    return known[0] if known else "plain"


def _mentions(phrases: tuple[str, ...], rule: str) -> bool:
    return any(word in phrase.lower() for phrase in phrases for word in _rules()["prints"][rule])


def _motif(attributes: Attributes) -> str:
    """The first motif that can be drawn, else the first that is named."""
    return next((motif for motif in attributes.motifs if motifs.resolved(motif)), attributes.motifs[0] if attributes.motifs else "")


def _print(attributes: Attributes, pattern: str) -> Print | None:
    """The placed print, if the texts speak of one that is seen from the front."""
    rules = _rules()["prints"]
    placed = tuple(phrase for phrase in attributes.prints if not any(word in phrase.lower() for word in (*rules["all_over"], *rules["unseen"])))
    unseen_only = bool(attributes.prints) and not placed
    if unseen_only or not (placed or attributes.motifs or attributes.lettering):
        return None
    named = bool(attributes.motifs and placed) or bool(attributes.lettering)
    if pattern in rules["figured"] and not named:
        return None
    # lettering alone is a print of its own; otherwise an unnamed motif becomes an emblem
    motif = _motif(attributes) or ("" if attributes.lettering else "emblem of " + attributes.article_id)
    placed = tuple(phrase for phrase in placed if not _mentions((phrase,), "small")) or placed  # the large print counts, not the logo beside it
    if _mentions(placed, "left_chest"):
        return Print(motif, attributes.lettering, "left chest", 1.0)
    place = "upper chest" if _mentions(placed, "upper_chest") else "front"
    return Print(motif, attributes.lettering, place, 0.55 if _mentions(placed, "small") else 0.75 if place == "upper chest" else 1.0)
