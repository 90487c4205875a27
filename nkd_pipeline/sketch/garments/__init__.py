"""The garments that can be drawn, by their kind."""

from __future__ import annotations

from collections.abc import Callable

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import dresses, outerwear, tops, trousers
from nkd_pipeline.sketch.spec import GarmentSpec

GARMENTS: dict[str, Callable[[GarmentSpec, Drawing], None]] = {
    **dict.fromkeys(("t-shirt", "longsleeve", "tank top", "camisole", "polo shirt", "shirt", "blouse", "tunic", "sweatshirt", "hoodie", "sweater", "cardigan"), tops.top),
    **dict.fromkeys(("trousers", "jeans", "leggings", "joggers", "shorts"), trousers.trousers),
    "dress": dresses.dress,
    "skirt": dresses.skirt,
    "jumpsuit": dresses.jumpsuit,
    "dungarees": dresses.dungarees,
    "jacket": outerwear.jacket,
    "denim jacket": outerwear.denim_jacket,
    "quilted jacket": outerwear.quilted_jacket,
    "vest": outerwear.quilted_jacket,
    "coat": outerwear.coat,
    "blazer": outerwear.blazer,
}
