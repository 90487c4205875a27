"""Clean texts: the first stage after a delivery is read.

Every column is repaired on its own; then words that the delivery cut off are completed from the article's other texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from nkd_pipeline.records import Article, DeliveryRow
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.text.normalise import complete_end, hex_to_names, repair_text
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import digest

TEXT_COLUMNS = ("name", "description", "model_name", "model_descr", "color", "gender", "category", "brand")


class TextRepair(Stage[DeliveryRow, Article]):
    """Repairs the texts of delivery rows.

    Raises `RowError("no_text")` for a row in which no column has a letter left.
    """

    batch_size = 256

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"vocabulary": digest()}

    def __call__(self, rows: Sequence[DeliveryRow]) -> list[Article]:
        return [_repaired(row) for row in rows]


def _repaired(row: DeliveryRow) -> Article:
    texts = {column: repair_text(getattr(row, column)) for column in TEXT_COLUMNS}
    readable = " ".join(texts[column] for column in ("name", "description", "model_name", "model_descr", "category"))
    if not any(map(str.isalpha, readable)):
        raise RowError(
            "no_text",
            f"article {row.article_id} ({row.source_file}, row {row.source_row}): name, description, model_name, model_descr and "
            "category hold no word. Fill at least the name in the delivery and import it again.",
        )
    limits = rules("normalise")
    texts["model_name"] = complete_end(texts["model_name"], limits["model_name_limit"], f"{texts['name']} {texts['description']}")
    texts["model_descr"] = complete_end(
        texts["model_descr"], limits["model_descr_limit"], " ".join((texts["name"], texts["description"], texts["model_descr"][:-1]))
    )
    texts["color"] = hex_to_names(texts["color"])
    texts["model_descr"] = hex_to_names(texts["model_descr"])
    given = {item.name: getattr(row, item.name) for item in fields(row)}
    return Article(**(given | texts))
