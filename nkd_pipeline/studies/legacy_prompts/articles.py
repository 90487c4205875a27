"""The articles on which both ways are tried, with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import DeliveryRow, ImageOrder, Prompt
from nkd_pipeline.studies.common.articles import article_orders
from nkd_pipeline.studies.legacy_prompts.deliveries import delivery_row
from nkd_pipeline.studies.legacy_prompts.settings import LegacyPromptsSettings
from nkd_pipeline.text.english.comparing import facts_invented, facts_lost
from nkd_pipeline.text.english.reading import facts_of


@dataclass(frozen=True, slots=True)
class Known:
    """An article as it was delivered, with its attributes; `invented` says that it was made at random, so that these are true."""

    row: DeliveryRow
    order: ImageOrder
    invented: bool

    def retention(self, prompt: Prompt) -> float:
        """Share 0..1 of the article's visible facts that a prompt says: of the true ones, or of those that were read in its texts."""
        stated = facts_of(self.order.prompt.prompt) if self.invented else ()
        return 1 - len(facts_lost(self.order.prompt.prompt, prompt.prompt)) / len(stated) if stated else prompt.retention

    def added(self, prompt: Prompt) -> int | None:
        """How many facts a prompt states that are not true of the article; None where the truth is not known."""
        return len(facts_invented(self.order.prompt.prompt, prompt.prompt)) if self.invented else None


def known_articles(main: Workspace, settings: LegacyPromptsSettings) -> dict[str, Known]:
    """The articles by id. Raises StudyError when a home is to give them and has released too few."""
    orders = article_orders(main, settings)
    if settings.articles == "random":
        return {order.article_id: Known(delivery_row(order), order, invented=True) for order in orders}
    rows = {row.article_id: row for shard in main.shards() for row in main.delivered(shard)}
    chosen = [order for order in orders if order.article_id in rows][: settings.count]
    return {order.article_id: Known(rows[order.article_id], order, invented=False) for order in chosen}
