"""Pairs of prompts from the project's own random articles: of each the short form and the prompt that is written for it."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from importlib.resources import files
from typing import Any

import numpy as np

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.records.studies import PromptPair
from nkd_pipeline.text.short_form import short_form


def article_pairs(count: int, seed: int, held_out_share: float = 0.1, style_share: float = 0.0) -> list[PromptPair]:
    """So many pairs, the same for the same arguments, no two with the same short form.

    `style_share` of the improved texts name styles and artists that nobody asked for, as those of public prompt collections do. Raises ValueError
    when a share is not within 0..1.
    """
    if not (0 <= held_out_share <= 1 and 0 <= style_share <= 1):
        raise ValueError(f"The shares {held_out_share} and {style_share} must lie within 0..1.")
    rng = np.random.default_rng([seed, 9])
    pairs: dict[str, PromptPair] = {}
    while len(pairs) < count:
        order = random_order(rng)
        basic = short_form(order.attributes, order.prompt.colours)
        improved = _with_styles(order.prompt.prompt, rng) if rng.random() < style_share else order.prompt.prompt
        pairs.setdefault(basic, PromptPair(order.article_id, basic, improved, is_held_out(basic, held_out_share)))
    return list(pairs.values())


def is_held_out(basic: str, share: float) -> bool:
    """Whether a pair is kept from training: `share` of all short prompts, chosen by their words, so that the same one is never on both sides."""
    return int.from_bytes(hashlib.sha256(basic.strip().lower().encode()).digest()[:4], "big") < share * 2**32


def _with_styles(text: str, rng: np.random.Generator) -> str:
    data = _table()
    phrases = text.split(", ")
    for _ in range(int(rng.integers(1, data["most"] + 1))):
        place = len(phrases) if rng.random() < data["at_the_end"] else int(rng.integers(1, len(phrases) + 1))
        phrases.insert(place, _phrase(rng))
    return ", ".join(phrases)


def _phrase(rng: np.random.Generator) -> str:
    data = _table()
    phrase = str(rng.choice(data["phrases"]))
    for name in ("artist", "style", "renderer"):
        while f"{{{name}}}" in phrase:
            phrase = phrase.replace(f"{{{name}}}", str(rng.choice(data[name])), 1)
    return phrase


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("article_pairs.toml").read_text(encoding="utf-8"))
