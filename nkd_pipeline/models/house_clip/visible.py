"""What can be seen on a sketch: the truth that the house CLIP learns and is measured by."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from nkd_pipeline.records import ImageOrder
from nkd_pipeline.sketch import motifs
from nkd_pipeline.sketch.spec import GarmentSpec

ATTRIBUTES = ("type", "colour", "second colour", "pattern", "neckline", "sleeves", "collar", "closure", "print", "motif")
PRINTED, UNPRINTED = "a print", "no print"


@functools.cache
def table() -> dict[str, Any]:
    """visible.toml as it stands."""
    return tomllib.loads(files(__package__).joinpath("visible.toml").read_text(encoding="utf-8"))


def seen(order: ImageOrder, spec: GarmentSpec) -> dict[str, str]:
    """Attribute -> value for all that the sketch of an order shows, whether the article's texts say it or not."""
    names = order.prompt.colours or order.attributes.colours
    found = {"type": spec.kind, "colour": names[0], "pattern": spec.cloth.pattern}
    if len(names) > 1 and spec.cloth.pattern not in ("plain", "textured", "melange"):
        found["second colour"] = names[1]
    strapped = spec.sleeves == "spaghetti straps"
    if not spec.collar and not strapped and spec.neckline:
        # a placket below a round neck makes a henley
        found["neckline"] = "henley neck" if spec.neckline == "crew neck" and spec.closure == "button placket" else spec.neckline
    found |= {name: value for name in ("sleeves", "collar", "closure") if (value := getattr(spec, name))}
    if found.get("neckline") == "halter neck" or spec.neckline == "halter neck":
        found.pop("sleeves", None)  # it leaves no place for them
    if found.get("neckline") == "henley neck":
        found["closure"] = "button placket"
    found["print"] = PRINTED if spec.printed else UNPRINTED
    found["motif"] = motifs.resolved(spec.printed.motif) if spec.printed and spec.printed.motif else ""
    return {name: value for name, word in found.items() if (value := _value(name, word, spec))}


def _value(name: str, word: str, spec: GarmentSpec) -> str:
    rules = table()
    value: str = rules["same"].get(word, word)
    kinds = rules["kinds"].get("print" if name == "motif" else name)
    if (kinds is not None and spec.kind not in kinds) or spec.kind in rules["not_on"].get(name, ()) or value in rules["unclear"].get(name, ()):
        return ""
    if name == "print" and spec.cloth.pattern in rules["figured"]["patterns"]:
        return ""
    return value
