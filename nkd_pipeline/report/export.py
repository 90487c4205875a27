"""The export: one row per article with everything a shop needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.catalog_view import ArticleView, view_shard
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.storage.exports import write_export

COLUMNS: dict[str, type] = {
    "article_id": str,
    "source_row": int,
    "name": str,
    "prompt": str,
    "negative_prompt": str,
    "clip_prompt": str,
    "product_type": str,
    "key_visual_features": str,
    "color_material_details": str,
    "design_aspects": str,
    "image_path": str,
    "clip_score": float,
    "rubric_score": float,
    "verdict": str,
    "attempts": int,
    "status": str,
    "error": str,
    "waived": str,
}


def export_row(view: ArticleView) -> dict[str, Any]:
    """One article as the export has it: `status` is released, waived, failed or pending; `image_path` lies below home; unknown values are None."""
    decision = view.decision
    prompt, attributes = view.record("prompts"), view.record("extracted_attributes")
    texts = ("prompt", "negative_prompt", "clip_prompt")
    keys = ("product_type", "key_visual_features", "color_material_details", "design_aspects")
    return {
        "article_id": view.delivered.article_id,
        "source_row": view.delivered.source_row,
        "name": view.delivered.name,
        **{name: getattr(prompt, name) if prompt else None for name in texts},
        **{name: getattr(attributes, name) if attributes else None for name in keys},
        "image_path": decision.image_path,
        "clip_score": decision.clip_score,
        "rubric_score": decision.rubric_score,
        "verdict": decision.verdict or None,
        "attempts": decision.attempt,
        "status": view.status,
        "error": decision.reason or None,
        "waived": decision.waived or None,
    }


def export_shards(workspace: Workspace, shards: Iterable[str], kind: str, path: Path) -> int:
    """Writes the articles of the shards to one file and returns how many there are."""
    rows = [export_row(view) for shard in shards for view in view_shard(workspace, shard)]
    write_export(path, kind, COLUMNS, rows)
    return len(rows)
