"""An order for a picture of a text becomes one that the image backends know."""

from __future__ import annotations

import dataclasses

from nkd_pipeline.records import Article, Attributes, DescribedArticle, ImageOrder, Prompt
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.text.english.reading import read_prompt
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline.text.template import negative_prompt

ATTEMPT = 1


def drawing_order(row: PictureOrder) -> ImageOrder:
    """The order for a renderer, which draws attributes: the text is its prompt, colours and background are those that the prompt writer gives.

    Raises `RowError("no_garment")` when the order has no attributes and its text names no garment.
    """
    attributes = dataclasses.replace(row.attributes or read_prompt(row.text), article_id=row.article_id)
    (prompt,) = PromptWriter(PromptSettings())([DescribedArticle(Article(row.article_id, "", "", 0), attributes)])
    return ImageOrder(row.article_id, ATTEMPT, row.seed, dataclasses.replace(prompt, prompt=row.text), attributes)


def painting_order(row: PictureOrder) -> ImageOrder:
    """The order for a model that reads the text itself: any text will do, and nothing of it is interpreted."""
    prompt = Prompt(
        row.article_id,
        row.text,
        negative_prompt(),
        clip_prompt=row.text,
        clip_prompt_truncated=0,
        background="white",
        colours=(),
        retention=1.0,
        facts_total=0,
        facts_lost=(),
    )
    unread = Attributes(row.article_id, garment="", sketch_kind="", target_group="")
    return ImageOrder(row.article_id, ATTEMPT, row.seed, prompt, row.attributes or unread)
