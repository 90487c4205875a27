"""The paper's four keys as phrases, composed from the typed attributes."""

from __future__ import annotations

import dataclasses

from nkd_pipeline.records import Attributes
from nkd_pipeline.text.grammar import listed, possessive

# fields of several values -> the aspect of their facts
MANY = {"colours": "colour", "materials": "material", "patterns": "pattern", "prints": "print", "motifs": "motif", "details": "detail"}
SINGLE = ("neckline", "collar", "sleeves", "closure", "hem", "fit", "length")


def with_key_phrases(attributes: Attributes) -> Attributes:
    """The attributes with `product_type`, `key_visual_features`, `color_material_details` and `design_aspects` as their other fields have it.

    Of several target groups, "baby" and "boys", `facts` knows the second.
    """
    groups = [fact.value for fact in attributes.facts if fact.aspect == "target_group"]
    colours, motifs = listed(attributes.colours), listed(attributes.motifs)
    return dataclasses.replace(
        attributes,
        product_type=f"{possessive(groups)} {attributes.garment}".strip(),
        key_visual_features=", ".join(value for aspect in SINGLE if (value := getattr(attributes, aspect))),
        color_material_details=", ".join((*([colours] if colours else []), *attributes.patterns, *attributes.materials)),
        design_aspects=", ".join(
            (
                *attributes.prints,
                *([f"motif: {motifs}"] if motifs else []),
                *(f'lettering "{text}"' for text in attributes.lettering),
                *attributes.details,
            )
        ),
    )
