"""What reviewers look at: pictures of a home with their texts, and nothing of what anybody or anything has said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Article, DeliveryRow


@dataclass(frozen=True, slots=True)
class Texts:
    """What the article's picture must show, in the delivery's words and in those that the image model was told."""

    name: str
    german: tuple[str, ...]  # paragraphs
    english: str  # name
    prompt: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of one article."""

    shard: str
    article_id: str
    attempt: int
    sha256: str
    file: Path
    texts: Texts

    @property
    def key(self) -> str:
        return picture_key(self.shard, self.article_id, self.sha256)


def picture_key(shard: str, article_id: str, sha256: str) -> str:
    """Names a picture among all of a home, whatever attempt was made again."""
    return f"{shard}/{article_id}/{sha256}"


def latest_pictures(workspace: Workspace, shards: Iterable[str]) -> list[Picture]:
    """The current picture of each article that has one, in the order of the deliveries."""
    found = []
    for shard in shards:
        images, texts, there = read_rows(workspace, "generated_images", shard), texts_of(workspace, shard), workspace.images.attempts(shard)
        for article_id, texts_of_article in texts.items():
            row = images.get(article_id)
            if row and row.record and (file := workspace.images.path(row.record)) in there.get(article_id, ()):
                found.append(Picture(shard, article_id, row.record.attempt, row.record.sha256, file, texts_of_article))
    return found


def all_attempts(workspace: Workspace, shard: str) -> list[list[Picture]]:
    """Every stored attempt of each article, oldest first, in the delivery's order."""
    files = workspace.images.attempts(shard)
    return [
        [Picture(shard, article_id, int(file.stem), hashlib.sha256(file.read_bytes()).hexdigest(), file, texts) for file in files.get(article_id, ())]
        for article_id, texts in texts_of(workspace, shard).items()
    ]


def texts_of(workspace: Workspace, shard: str) -> dict[str, Texts]:
    """The texts of a shard's articles, in the delivery's order; what no stage has made yet is empty."""
    tables = {asset: read_rows(workspace, asset, shard) for asset in ("articles", "translated_descriptions", "prompts")}
    return {
        row.article_id: _texts(row, {asset: _record(rows.get(row.article_id)) for asset, rows in tables.items()})
        for row in workspace.delivered(shard)
    }


def _record(row: Any) -> Any:  # noqa: ANN401 - each table has its own record
    return row.record if row else None


def _texts(delivered: DeliveryRow, records: Mapping[str, Any]) -> Texts:
    article: Article | DeliveryRow = records["articles"] or delivered
    translation, prompt = records["translated_descriptions"], records["prompts"]
    columns = (article.description, " · ".join(text for text in (article.model_name, article.model_descr) if text), article.color)
    return Texts(
        name=article.name or article.article_id,
        german=tuple(text for text in columns if text),
        english=translation.name if translation else "",
        prompt=prompt.prompt if prompt else "",
    )
