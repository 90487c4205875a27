"""German deliveries of random articles: what a copywriter and a buyer could have written of them, so that the whole flow can be run."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from nkd_pipeline.records import Attributes, DeliveryRow, ImageOrder
from nkd_pipeline.text.vocabulary import read_rows

# field of `Attributes` -> the vocabulary's file
FILES = {
    "garment": "garments",
    "colours": "colours",
    "materials": "materials",
    "patterns": "patterns",
    "prints": "prints",
    "motifs": "motifs",
    "neckline": "necklines",
    "collar": "collars",
    "sleeves": "sleeves",
    "closure": "closures",
    "fit": "fits",
    "details": "details",
}
_PROSE = ("neckline", "collar", "sleeves", "closure", "prints", "patterns", "details")


def delivery_row(order: ImageOrder) -> DeliveryRow:
    """The article's texts in German; the same for the same article. Values that the vocabulary has no German word for stay English, as buyers do."""
    known, data = order.attributes, _data()
    garment = _title(german("garment", known.garment))
    name = data["name"].format(group=data["groups"].get(known.target_group, ""), garment=garment)
    values = {field: _values(known, field) for field in FILES}
    talk = _picked(data["talk"], order.article_id, "talk"), _picked(data["talk"], order.article_id, "more talk")
    prose = [
        _picked(data["sentences"]["opening"], order.article_id, "opening").format(garment=garment),
        talk[0],
        *(_sentence(field, values, order.article_id) for field in _PROSE if values[field]),
        talk[1],
    ]
    bullets = [data["bullets"][field].format(value=_title(", ".join(values[field]))) for field in ("materials", "fit") if values[field]]
    shorthand = ",".join([*values["colours"], *values["patterns"][:1], *(f'"{text}"' for text in known.lettering)])
    description = "\n".join([" ".join(dict.fromkeys(prose)), *bullets])
    return DeliveryRow(order.article_id, "", "", 0, name=name, description=description, model_name=garment[:24], model_descr=shorthand)


def german(field: str, english: str) -> str:
    """The first German word of the vocabulary for an English term; the term itself where there is none."""
    return _words(FILES[field]).get(english, english)


def _values(known: Attributes, field: str) -> list[str]:
    stated = getattr(known, field)
    return [german(field, value) for value in ((stated,) if isinstance(stated, str) else stated) if value]


def _sentence(field: str, values: dict[str, list[str]], article_id: str) -> str:
    wording = _data()["sentences"][field]
    if field == "prints" and not values["motifs"]:
        wording = _data()["sentences"]["details"]
    text: str = _picked(wording, article_id, field).format(value=_title(", ".join(values[field])), motif=_title(", ".join(values["motifs"])))
    return text


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _picked(texts: Sequence[str], article_id: str, what: str) -> str:
    return texts[int.from_bytes(hashlib.sha256(f"{article_id} {what}".encode()).digest()[:4], "big") % len(texts)]


@functools.cache
def _words(file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in read_rows(file):
        if row["lang"] == "de":
            found.setdefault(row["english"], row["term"])
    return found


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("deliveries.toml").read_text(encoding="utf-8"))
