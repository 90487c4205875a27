"""The garments that can be drawn, by their kind."""

from __future__ import annotations

from collections.abc import Callable

from nkd_pipeline.sketch.drawing import Drawing
from nkd_pipeline.sketch.garments import accessories, babywear, boots, dresses, footwear, onepieces, outerwear, tops, trousers, underwear, woollens
from nkd_pipeline.sketch.spec import GarmentSpec

GARMENTS: dict[str, Callable[[GarmentSpec, Drawing], None]] = {
    **dict.fromkeys(
        ("t-shirt", "longsleeve", "tank top", "camisole", "polo shirt", "shirt", "blouse", "tunic", "sweatshirt", "hoodie", "sweater", "cardigan"),
        tops.top,
    ),
    **dict.fromkeys(("trousers", "jeans", "leggings", "joggers", "shorts"), trousers.trousers),
    "dress": dresses.dress,
    "skirt": dresses.skirt,
    "jumpsuit": onepieces.jumpsuit,
    "dungarees": onepieces.dungarees,
    "jacket": outerwear.jacket,
    "denim jacket": outerwear.denim_jacket,
    "quilted jacket": outerwear.quilted_jacket,
    "vest": outerwear.quilted_jacket,
    "coat": outerwear.coat,
    "blazer": outerwear.blazer,
    "pyjamas": babywear.pyjamas,
    "bodysuit": babywear.bodysuit,
    "romper": babywear.romper,
    "bra": underwear.bra,
    "briefs": underwear.briefs,
    "boxer shorts": underwear.boxer_shorts,
    "bikini": underwear.bikini,
    "swimsuit": underwear.swimsuit,
    "tights": underwear.tights,
    "socks": woollens.socks,
    "beanie": woollens.beanie,
    "cap": accessories.cap,
    "scarf": woollens.scarf,
    "gloves": woollens.gloves,
    "bag": accessories.bag,
    "belt": accessories.belt,
    "sunglasses": accessories.sunglasses,
    "shoes": footwear.shoes,
    "boots": boots.boots,
    "sandals": footwear.sandals,
}
