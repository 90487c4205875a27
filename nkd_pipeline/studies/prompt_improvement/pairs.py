"""The pairs that the improver learns from and is measured on, and the articles on which it is compared with the template."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.prompt_improver.article_pairs import article_pairs, is_held_out
from nkd_pipeline.models.prompt_improver.pair_files import PairsError, hub_file, read_pairs
from nkd_pipeline.records import ImageOrder
from nkd_pipeline.records.studies import PromptPair
from nkd_pipeline.studies.common.articles import FEWEST, released_orders
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.prompt_improvement.settings import PairsFile, PromptImprovementSettings
from nkd_pipeline.text.short_form import short_form


def pairs_of(main: Workspace, settings: PromptImprovementSettings) -> list[PromptPair]:
    """All pairs, no short prompt twice. Raises StudyError when they cannot be read, or are too few to train and to measure."""
    if settings.pairs is not None:
        pairs = _of_file(settings.pairs, settings.held_out_share)
    elif settings.articles == "random":
        pairs = article_pairs(settings.count, settings.seed, settings.held_out_share, settings.style_share)
    else:
        texts = {short_form(order.attributes, order.prompt.colours): order for order in released_orders(main)}
        share = settings.held_out_share
        pairs = [PromptPair(order.article_id, basic, order.prompt.prompt, is_held_out(basic, share)) for basic, order in texts.items()]
    held_out = sum(pair.held_out for pair in pairs)
    if min(held_out, len(pairs) - held_out) < FEWEST // 5:
        raise StudyError(
            f"{len(pairs)} pairs, {held_out} of them held out, are too few. Give more pairs, or set held_out_share in the study's settings."
        )
    return pairs


def unseen_articles(main: Workspace, settings: PromptImprovementSettings) -> list[ImageOrder]:
    """Articles whose short form the improver was not trained on, as many as are to be compared."""
    if settings.articles == "home":
        orders = [
            order for order in released_orders(main) if is_held_out(short_form(order.attributes, order.prompt.colours), settings.held_out_share)
        ]
        return orders[: settings.compared]
    rng = np.random.default_rng([settings.seed, 1])  # other articles than the pairs are made of
    found: dict[str, ImageOrder] = {}
    while len(found) < settings.compared:
        order = random_order(rng)
        if is_held_out(short_form(order.attributes, order.prompt.colours), settings.held_out_share):
            found[order.article_id] = order
    return list(found.values())


def _of_file(source: PairsFile, share: float) -> list[PromptPair]:
    try:
        path = hub_file(source.data, source.revision, source.file) if source.revision else Path(source.data).expanduser()
        return read_pairs(path, share)
    except (PairsError, CheckpointError) as error:
        raise StudyError(str(error)) from error
