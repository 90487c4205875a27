"""Sketches of articles as questions with known answers: what was drawn is known."""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import ImageOrder
from nkd_pipeline.studies.attributes.settings import AttributesSettings
from nkd_pipeline.studies.common.articles import released_orders


@functools.cache
def rules() -> Mapping[str, Any]:
    """sketches.toml as it stands."""
    return tomllib.loads(files(__package__).joinpath("sketches.toml").read_text(encoding="utf-8"))


def shown_articles(main: Workspace, settings: AttributesSettings) -> dict[str, tuple[ImageOrder, dict[str, str]]]:
    """Articles with the attributes that their sketches show; those that show fewer than `settings.fewest`, or not those needed, are passed over.

    Random ones are drawn until there are `settings.count`; of a home's articles as many are taken. Raises StudyError as `released_orders` does.
    """
    orders: Iterable[ImageOrder] = released_orders(main) if settings.articles == "home" else _random_orders(settings.seed)
    shown = ((order, sketch_answers(order)) for order in orders)
    needed = set(rules()["needed"])
    enough = ((order, answers) for order, answers in shown if len(answers) >= settings.fewest and needed <= answers.keys())
    return {order.article_id: (order, answers) for order, answers in itertools.islice(enough, settings.count)}


def _random_orders(seed: int) -> Iterator[ImageOrder]:
    import numpy as np

    from nkd_pipeline.models.house_clip.articles import random_order  # imports OpenCV, for which definitions do not wait

    rng = np.random.default_rng(seed)
    while True:
        yield random_order(rng)


def sketch_answers(order: ImageOrder) -> dict[str, str]:
    """Attribute -> answer for all that the sketch of an order shows beyond doubt; {} for an article that cannot be drawn."""
    from nkd_pipeline.models.house_clip.visible import seen
    from nkd_pipeline.sketch.read import garment_spec
    from nkd_pipeline.stage import RowError

    try:
        found = seen(order, garment_spec(order))
    except (RowError, IndexError):  # no sketch for the garment, or no colour
        return {}
    return answers_of(found)


def answers_of(found: Mapping[str, str]) -> dict[str, str]:
    """Attribute -> answer for what `house_clip.visible.seen` says of a sketch."""
    answers: dict[str, str] = {}
    for attribute, rule in rules()["attributes"].items():
        if not all(found.get(name) in allowed for name, allowed in rule.get("only", {}).items()):
            continue
        value, without = found.get(rule["shows"], ""), rule.get("without")
        if not value and without and without["where"] in found:
            answers[attribute] = without["answer"]
        elif answer := next((answer for answer, values in rule["answers"].items() if value in values), ""):
            answers[attribute] = answer
    return answers
