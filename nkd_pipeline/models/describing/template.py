"""Descriptions without a language model: words are chosen and put into a sentence.

This is no prompting, and the report says so: it shows how much comes of what a strategy lets a writer read, with the writer as simple as can be.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from nkd_pipeline.models.describing.asking import CHAIN_OF_THOUGHT, ZERO_SHOT, sources_of
from nkd_pipeline.records.descriptions import Description, DescriptionOrder
from nkd_pipeline.stage import Stage
from nkd_pipeline.text.english.lexicon import english_digest
from nkd_pipeline.text.english.pieces import pieces_of
from nkd_pipeline.text.grammar import article, is_plural, listed
from nkd_pipeline.text.rules import words

NAME = "template writer"
_ALWAYS = ("colour", "material", "pattern")
_PARTS = ("neckline", "collar", "sleeves", "closure")  # said together behind "with"

Values = Mapping[str, Sequence[str]]


class TemplateDescriber(Stage[DescriptionOrder, Description]):
    """Writes one sentence from words that it finds in what it is given.

    Zero-shot takes what the style is mostly shown in. Chain of thought lets the occasion overrule the style, step by step, and keeps the steps.
    Few-shot takes the words of the examples, retrieval those of the passages; what neither says is the style's. Which of several words is taken is
    chance, the same for the same cell and strategy.
    """

    batch_size = 256

    @property
    def backend(self) -> str:
        return NAME

    def fingerprint(self) -> dict[str, object]:
        data = files(__package__).joinpath("template.toml").read_bytes()
        return super().fingerprint() | {"template": hashlib.sha256(data).hexdigest(), "english": english_digest()}

    def __call__(self, rows: Sequence[DescriptionOrder]) -> list[Description]:
        return [_described(row) for row in rows]


def named_in(text: str) -> dict[str, list[str]]:
    """The vocabulary's words in a text by aspect, in the order of the text, each once."""
    found: dict[str, list[str]] = {}
    for piece in pieces_of(text):
        term = piece.readings[0] if piece.readings else None
        # "neckline" alone says nothing of one
        if term and term.english and term.english not in words("phrases", "bare") and term.english not in found.setdefault(term.aspect, []):
            found[term.aspect].append(term.english)
    return found


def _described(order: DescriptionOrder) -> Description:
    style: Values = _data()["styles"].get(order.request.style, {})
    occasion: Mapping[str, Any] = _data()["occasions"].get(order.request.occasion, {})
    read = [named_in(text) for text in (*(example.text for example in order.examples), *(passage.text for passage in order.passages))]
    aspects = (*_ALWAYS, *_data()["garments"].get(order.request.garment, ()))
    chosen: dict[str, str] = {}
    thoughts: list[str] = []
    for aspect in aspects:
        own: Sequence[str] = style.get(aspect, ())
        told: Sequence[str] = next((found[aspect] for found in read if found.get(aspect)), [])
        if order.strategy == CHAIN_OF_THOUGHT and aspect in occasion:
            told = [value for value in occasion[aspect] if value in own] or occasion[aspect]
            thoughts.append(_data()["sentence"]["thought"].format(why=occasion["why"], values=f"{aspect} {' or '.join(told)}"))
        values = told or own
        if values:
            chosen[aspect] = values[0] if order.strategy == ZERO_SHOT else _by_lot(values, f"{order.article_id} {order.strategy} {aspect}")
    return Description(order.article_id, _sentence(order, chosen), "\n".join(thoughts), sources_of(order), NAME)


def _sentence(order: DescriptionOrder, chosen: Mapping[str, str]) -> str:
    wording = _data()["sentence"]
    noun = " ".join(filter(None, [order.request.style, chosen.get("pattern", ""), order.request.garment]))
    subject = noun if is_plural(order.request.garment) else f"{article(noun)} {noun}"
    parts = [value if is_plural(value) else f"{article(value)} {value}" for value in map(_with_noun, filter(None, map(chosen.get, _PARTS)))]
    rest = [wording[aspect].format(value) for aspect, value in chosen.items() if aspect in wording]
    if parts:
        rest.append(f"with {listed(parts)}")
    text: str = wording["text"].format(
        subject=subject[:1].upper() + subject[1:],
        colour=chosen.get("colour", "white"),
        occasion=order.request.occasion,
        rest="".join(f", {phrase}" for phrase in rest),
    )
    return text


def _with_noun(value: str) -> str:
    """A part that is named by an adjective alone gets its noun: "off-shoulder" -> "off-shoulder neckline"."""
    return str(_data()["nouns"].get(value, value))


def _by_lot(values: Sequence[str], key: str) -> str:
    return values[int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % len(values)]


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("template.toml").read_text(encoding="utf-8"))
