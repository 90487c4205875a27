"""The articles that a study works on: made at random, so that the truth about them is known, or those that a home has released."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from nkd_pipeline.execution.catalog_view import RELEASED, view_shard
from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import ImageOrder
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.common.running import StudyError

FEWEST = 10  # articles with which a study can be tried at all


class ArticleSettings(StageSettings):
    """Which articles; `count` is that of random ones, of a home's articles all are taken."""

    articles: Literal["random", "home"] = "random"
    count: int = Field(default=1000, ge=FEWEST)
    seed: int = Field(default=1, ge=0)


def article_orders(main: Workspace, settings: ArticleSettings) -> list[ImageOrder]:
    """The articles with attributes and prompt, each once. Raises StudyError when the home is to give them and has released too few."""
    if settings.articles == "home":
        return released_orders(main)
    from nkd_pipeline.models.house_clip.articles import random_order  # imports OpenCV, for which definitions do not wait

    rng = np.random.default_rng(settings.seed)
    return list({order.article_id: order for order in (random_order(rng) for _ in range(settings.count))}.values())


def released_orders(main: Workspace) -> list[ImageOrder]:
    """The articles that a home has released. Raises StudyError when these are too few."""
    orders: dict[str, ImageOrder] = {}
    for shard in main.shards():
        for view in view_shard(main, shard):
            prompt, attributes = view.record("prompts"), view.record("extracted_attributes")
            if view.status == RELEASED and prompt and attributes:
                orders.setdefault(prompt.article_id, ImageOrder(prompt.article_id, 1, article_seed(prompt.article_id, 1), prompt, attributes))
    if len(orders) < FEWEST:
        raise StudyError(
            f"{main.home.root} has {len(orders)} released articles, a study needs {FEWEST}. Release some with `nkd run DELIVERY`, or set "
            'articles = "random" in the study\'s settings.'
        )
    return list(orders.values())
