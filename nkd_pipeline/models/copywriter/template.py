"""Copy without a language model: an opening in the order's tone, and the attributes in a list."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.models.copywriter.values import as_said, aspect_of, is_said, lacking
from nkd_pipeline.models.copywriter.wording import tones, wording, wording_digest
from nkd_pipeline.records.product_copy import AttributeValue, CopyOrder, ProductCopy
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.text.grammar import listed

NAME = "template writer"


class TemplateCopywriter(Stage[CopyOrder, ProductCopy]):
    """Puts the attributes into fixed sentences: always complete, never eloquent.

    Raises `RowError("no_attributes")` for an order without a value that copy speaks of, and "attributes_missing" as all copywriters do.
    """

    batch_size = 256

    @property
    def backend(self) -> str:
        return NAME

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"wording": wording_digest()}

    def __call__(self, rows: Sequence[CopyOrder]) -> list[ProductCopy]:
        return [finished(row, _written(row), self.backend) for row in rows]


def finished(order: CopyOrder, text: str, model: str, repaired: Sequence[AttributeValue] = ()) -> ProductCopy:
    """The copy of an order. Raises `RowError("attributes_missing")` when the text does not state all values that copy speaks of."""
    values = said_values(order)
    if missing := lacking(values, text, order.language):
        named = ", ".join(value.said for value in missing)
        again = ", even when it was asked for once more" if repaired else ""
        raise RowError(
            "attributes_missing", f"The copy does not state {named}{again}: {text[:300]!r}. Choose another model, or add the words to values.toml."
        )
    unsaid = tuple(value.said for value in order.values if value not in values)
    stated, mended = (tuple(value.said for value in found) for found in (values, repaired))
    return ProductCopy(order.article_id, order.language, order.tone, text, stated, unsaid, mended, model)


def said_values(order: CopyOrder) -> tuple[AttributeValue, ...]:
    """The values that the copy must state. Raises `RowError("no_attributes")` when there is none."""
    values = tuple(value for value in order.values if is_said(value))
    if not values:
        raise RowError("no_attributes", "Nothing that copy speaks of is known of this article. Predict its attributes first.")
    return values


def _written(order: CopyOrder) -> str:
    values, words, tone = said_values(order), wording()[order.language], tones()[order.tone][order.language]
    aspects = {value: aspect_of(value.value) for value in values}
    garment = next((value for value in values if aspects[value] == "garment"), None)
    colour = next((value for value in values if aspects[value] == "colour"), None)
    product = as_said(garment.value, order.language) if garment else words["product"]
    if colour:
        product = words["in_colour"].format(product=product, colour=as_said(colour.value, order.language))
    others = [_in_list(value, order.language) for value in values if value not in (garment, colour)]
    sentences = [
        tone["opening"].format(product=product, Product=product[:1].upper() + product[1:]),
        words["list"].format(list=listed_in(others, order.language)) if others else "",
        tone["closing"],
    ]
    return " ".join(filter(None, sentences))


def _in_list(value: AttributeValue, language: str) -> str:
    """A value as the list has it; one that the vocabulary does not know with its attribute, which says what it is."""
    said = as_said(value.value, language)
    return said if aspect_of(value.value) else f"{value.attribute} {said}"


def listed_in(parts: Sequence[str], language: str) -> str:
    """Several things in one phrase: "a, b and c", "a, b und c"."""
    return listed(parts) if language == "en" or len(parts) < 2 else f"{', '.join(parts[:-1])} und {parts[-1]}"
