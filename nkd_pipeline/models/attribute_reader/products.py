"""Products as the reader learns them: a picture with all questions about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nkd_pipeline.models.attribute_reader.blip2 import Blip2
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.records.photo_attributes import VqaPair

if TYPE_CHECKING:
    import torch

Product = tuple[VqaPair, ...]  # all pairs about one picture
_KEPT_BYTES = 1 << 30  # of preprocessed pictures that stay in memory between epochs


def of_split(pairs: Sequence[VqaPair], split: str) -> list[Product]:
    """The pairs of a split, those of a product together."""
    products: dict[str, list[VqaPair]] = {}
    for pair in pairs:
        if pair.split == split:
            products.setdefault(pair.article_id, []).append(pair)
    return [tuple(product) for product in products.values()]


class Pictures:
    """Pictures as the model takes them; each is read and made smaller once, as long as there is room for it."""

    def __init__(self, reader: Blip2) -> None:
        self._reader = reader
        self._kept: dict[str, torch.Tensor] = {}

    def of(self, rows: Sequence[tuple[Product, bool]]) -> torch.Tensor:
        """(rows, 3, edge, edge); mirrored where the row says so."""
        import torch

        found = [self._one(product[0]) for product, _ in rows]
        return torch.stack([pixels.flip(-1) if mirrored else pixels for pixels, (_, mirrored) in zip(found, rows, strict=True)])

    def _one(self, pair: VqaPair) -> torch.Tensor:
        if (kept := self._kept.get(pair.sha256)) is not None:
            return kept
        pixels = self._reader.pixels([read_picture(pair)])[0]
        if (len(self._kept) + 1) * pixels.nbytes <= _KEPT_BYTES:
            self._kept[pair.sha256] = pixels
        return pixels
