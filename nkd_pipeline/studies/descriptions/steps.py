"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

from pathlib import Path

from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.records import DeliveryRow, GeneratedImage
from nkd_pipeline.records.descriptions import Description, DescriptionOrder, Passage
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyError, StudyRun, joined, read_plain, read_table
from nkd_pipeline.studies.descriptions.grid import orders_of, passages_of
from nkd_pipeline.studies.descriptions.settings import settings

ORDERS, DESCRIPTIONS, IMAGES = "description_orders", "descriptions", "description_images"
PASSAGES = "fashion_passages"  # a table without an asset of its own
PICTURES = "generated_images"  # the table's name is that of the main flow, one shard a strategy: the review page finds the pictures


def description_orders(run: StudyRun) -> Made:
    """What is described: styles with garments for occasions, each in every strategy, with what the strategy lets a writer read.

    Few-shot prompting gets the nearest of the examples that people wrote, retrieval the nearest passages of a folder of fashion texts; files and
    numbers of the passages are kept.
    """
    wanted = settings(run.study.profile)
    passages = passages_of(wanted)
    try:
        orders = orders_of(wanted, passages)
    except CheckpointError as error:
        raise StudyError(str(error)) from error
    run.plain(PASSAGES, Passage, passages)
    run.plain(ORDERS, DescriptionOrder, orders)
    quoted = {passage.name for order in orders for passage in order.passages}
    values = {"cells": len(orders) // len(wanted.strategies), "strategies": len(wanted.strategies), "passages": len(passages), "quoted": len(quoted)}
    return Made(len(orders), values)


def descriptions(run: StudyRun) -> Made:
    """What the profile's writer makes of each request in each strategy, with its reasoning and its sources."""
    stage = run.study.profile.stage(DESCRIPTIONS)
    made = {name: run.table(DESCRIPTIONS, Description, stage, orders, shard=name) for name, orders in orders_by_strategy(run).items()}
    table = [{"strategy": name, "description": text.text} for name, texts in made.items() for text in list(texts.values())[:2]]
    return Made(sum(map(len, made.values())), table=table)


def description_images(run: StudyRun) -> Made:
    """A picture of each description, with the same seed in every strategy.

    They lie in the study's home as those of a delivery do, one shard a strategy, so that people can rate them: `nkd review --mode survey`.
    """
    stage = run.study.profile.stage(IMAGES)
    pictures: dict[str, list[Path]] = {}
    for name, orders in orders_by_strategy(run).items():
        texts = read_table(run.study, DESCRIPTIONS, Description, DESCRIPTIONS, shard=name)
        wanted = joined([order.article_id for order in orders], texts, DESCRIPTIONS, _picture_order)
        made = run.table(PICTURES, GeneratedImage, stage, wanted, shard=name)
        pictures[name] = [run.study.images.path(image) for image in made.values()]
        rows = [_shown(order, texts[order.article_id]) for order in orders if order.article_id in texts]
        run.plain("delivery_rows", DeliveryRow, rows, shard=name)
    return Made(sum(map(len, pictures.values())), pictures=pictures)


def orders_by_strategy(run: StudyRun) -> dict[str, list[DescriptionOrder]]:
    """The orders of each strategy, strategies in the order of the settings."""
    found: dict[str, list[DescriptionOrder]] = {}
    for order in read_plain(run.study, ORDERS, DescriptionOrder, ORDERS):
        found.setdefault(order.strategy, []).append(order)
    return found


def _picture_order(text: Description) -> PictureOrder:
    return PictureOrder(text.article_id, article_seed(text.article_id, 1), text.text)


def _shown(order: DescriptionOrder, text: Description) -> DeliveryRow:
    """What the review page says beside the picture; which strategy it is of, nobody is told."""
    request = order.request
    name = f"{request.garment}, {request.style}, for {request.occasion}"
    return DeliveryRow(order.article_id, "", "", 0, name=name, description=text.text)
