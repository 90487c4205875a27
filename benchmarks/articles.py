"""As many different articles as a benchmark wants, made from the sample delivery."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline.records import DeliveryRow

SAMPLE = Path(__file__).parent.parent / "data" / "deliveries" / "sample_catalog.xlsx"
COLOURS = ("schwarz", "weiß", "rot", "blau", "grün", "gelb", "rosa", "grau", "beige", "türkis", "dunkelblau")


def articles(count: int) -> list[DeliveryRow]:
    """The sample's articles over and over, each round with another colour in model_descr, so that no two rows are equal."""
    sample = read_delivery(SAMPLE).rows
    rows = []
    for index in range(count):
        row, turn = sample[index % len(sample)], index // len(sample)
        descr = f"{row.model_descr},{COLOURS[turn % len(COLOURS)]}" if turn else row.model_descr
        name = f"{row.name} Modell {turn}" if turn else row.name
        rows.append(dataclasses.replace(row, article_id=f"B-{index:06d}", name=name, model_descr=descr, photo=None))
    return rows
