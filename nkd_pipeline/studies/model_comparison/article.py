"""The controlled article: read by the embedded stages, so that all models in all profiles are told the same."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.profile import DEFAULT_PROFILE, load_profile
from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.execution.steps import STEPS, Position
from nkd_pipeline.records import Attributes, DeliveryRow, ImageOrder, Prompt
from nkd_pipeline.studies.common.running import StudyError, StudyRun, read_plain, read_table

PACKAGED = Path(__file__).with_name("article.toml")
STEPS_OF_TEXT = ("articles", "translated_descriptions", "extracted_attributes", "prompts")
ROWS = "delivery_rows"
MOST_BYTES = 1 << 20  # of an article's file


def read_article(file: str) -> DeliveryRow:
    """The delivery row of a TOML file, "" for the packaged one. Raises StudyError when it is none."""
    path = Path(file) if file else PACKAGED
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StudyError(f"{path} has more than {MOST_BYTES:,} bytes, an article has a few hundred. Name another file as article.")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        columns: dict[str, Any] = {"source_file": path.name, "source_sheet": "", "source_row": 1, **values}
        row = DeliveryRow(**columns)
    except (OSError, ValueError, TypeError) as error:
        raise StudyError(
            f"{path} is no article: {error}. Write it as a TOML file with article_id, name, description, model_name, model_descr."
        ) from error
    if not all(isinstance(getattr(row, column), str) for column in values) or not row.article_id.replace("-", "").isalnum():
        raise StudyError(f"{path}: all columns are texts, and article_id has letters, digits and hyphens alone. Correct the file.")
    return row


def describe_article(run: StudyRun, row: DeliveryRow) -> dict[str, Any]:
    """The records that the embedded stages make of the row, by table. Raises StudyError when one of them cannot."""
    embedded, where = load_profile(DEFAULT_PROFILE), Position(run.study, row, 0)
    run.plain(ROWS, DeliveryRow, [row])
    made = dict[str, Any]()
    for name in STEPS_OF_TEXT:
        step = STEPS[name]
        order = step.order(where, *(made[upstream] for upstream in step.upstream))
        found: dict[str, Any] = run.table(name, step.record, embedded.stage(name), [order])
        if row.article_id not in found:
            state = run.outcomes[name].rows[row.article_id].state
            raise StudyError(f"The controlled article cannot be compared by: {name} failed ({state.error}). Correct its file.")
        made[name] = found[row.article_id]
    return made


def picture_orders(run: StudyRun, asset: str, pictures: int) -> dict[str, ImageOrder]:
    """What every model is asked: the same prompt with `pictures` seeds, each under an id of its own.

    Raises StudyError when `asset`, which reads the article, has not been materialized.
    """
    (row,) = read_plain(run.study, ROWS, DeliveryRow, asset)
    prompt = read_table(run.study, "prompts", Prompt, asset)[row.article_id]
    attributes = read_table(run.study, "extracted_attributes", Attributes, asset)[row.article_id]
    ids = [f"{row.article_id}-{number}" for number in range(1, pictures + 1)]
    return {key: picture_order(key, article_seed(key, 1), prompt, attributes) for key in ids}


def picture_order(article_id: str, seed: int, prompt: Prompt, attributes: Attributes) -> ImageOrder:
    """One picture of the article, under another id."""
    return ImageOrder(article_id, 1, seed, dataclasses.replace(prompt, article_id=article_id), dataclasses.replace(attributes, article_id=article_id))
