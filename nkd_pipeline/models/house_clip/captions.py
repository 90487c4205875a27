"""Captions and statements about sketches: what is said, and which attributes it states."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nkd_pipeline.models.house_clip.articles import nouns
from nkd_pipeline.models.house_clip.values import values, wording
from nkd_pipeline.models.house_clip.visible import PRINTED, UNPRINTED
from nkd_pipeline.records import Attributes, ImageOrder
from nkd_pipeline.text.grammar import article, is_pair, is_plural
from nkd_pipeline.text.template import Look, clip_prompt_of, prompt_of

Truth = Mapping[str, str]
_FORMS = ("neckline", "sleeves", "collar", "closure")


def some_of(truth: Truth, rng: np.random.Generator) -> dict[str, str]:
    """A random part of what a sketch shows, for one caption to state; a second colour only behind the first."""
    shares, share = wording()["stated"], rng.uniform(0.3, 1.2)
    stated = {name: value for name, value in truth.items() if rng.random() < shares.get(name, 0.0) * share}
    if "colour" not in stated:
        stated.pop("second colour", None)
    if truth.get("print") == UNPRINTED and rng.random() < 0.08:
        stated["print"] = UNPRINTED
    if truth.get("print") == PRINTED and "motif" not in stated and rng.random() < 0.5:
        stated["print"] = PRINTED
    return stated or {"type": truth["type"]}


def with_one_wrong(stated: Truth, rng: np.random.Generator) -> dict[str, str]:
    """The same caption with one attribute that is not so."""
    name = tuple(stated)[int(rng.integers(0, len(stated)))]
    others = [value for value in values()[name] if value != stated[name]]
    return {**stated, name: others[int(rng.integers(0, len(others)))]}


def caption(order: ImageOrder, stated: Truth, rng: np.random.Generator) -> str:
    """A sentence that states these attributes: in the wording of the pipeline's prompts, or in simple words."""
    rules = wording()["captions"]
    if "type" in stated and "print" not in stated and rng.random() < rules["of_the_pipeline"]:
        return _as_prompt(order, stated, long=bool(rng.random() < rules["of_the_long_prompt"]))
    return _simple(order, stated, rng)


def filled(statement: str, noun: str, colour: str = "") -> str:
    """A statement with its slots {garment}, {noun}, {a} and {colour} filled for a garment."""
    garment = f"a pair of {noun}" if is_pair(noun) else noun if is_plural(noun) else f"{article(noun)} {noun}"
    text = statement.replace("{garment}", garment).replace("{noun}", noun).replace("{colour}", colour)
    head, slot, tail = text.partition("{a} ")
    return f"{head}{article(tail)} {tail}" if slot else text


def _as_prompt(order: ImageOrder, stated: Truth, *, long: bool) -> str:
    """The pipeline's own prompt for an article of which only these attributes are known; what cannot be seen is said as well."""
    known = order.attributes
    same_kind = stated["type"] == known.sketch_kind
    pattern = stated.get("pattern", "")
    told = Attributes(
        known.article_id,
        garment=known.garment if same_kind else stated["type"],
        sketch_kind=stated["type"],
        target_group=known.target_group,
        materials=known.materials,
        patterns=(pattern,) if pattern else (),
        prints=known.prints if "motif" in stated else (),
        motifs=(stated["motif"],) if "motif" in stated else (),
        lettering=known.lettering if "motif" in stated else (),
        fit=known.fit,
        details=known.details,
        neckline=stated.get("neckline", ""),
        sleeves=stated.get("sleeves", ""),
        collar=stated.get("collar", ""),
        closure=stated.get("closure", ""),
    )
    colours = tuple(stated[name] for name in ("colour", "second colour") if name in stated)
    look = Look(colours, order.prompt.background, "words", told.garment)
    return prompt_of(told, look) if long else clip_prompt_of(told, look)


def _simple(order: ImageOrder, stated: Truth, rng: np.random.Generator) -> str:
    rules = wording()["captions"]
    kind = stated.get("type", "")
    names = (kind, *nouns()[kind][1:]) if kind == order.attributes.sketch_kind else (kind,)
    noun = order.attributes.garment if order.attributes.garment in names and rng.random() < 0.4 else kind
    if not noun:
        noun = rules["unnamed"][int(rng.integers(0, len(rules["unnamed"])))]
    words, behind = [], []
    if "colour" in stated:
        words.append(" and ".join(stated[name] for name in ("colour", "second colour") if name in stated))
    for name in ("pattern", *_FORMS, "motif", "print"):
        if name not in stated:
            continue
        if stated[name] in rules["before_the_noun"] and rng.random() < 0.6:
            words.append(stated[name])
        else:
            behind.append(_says(name, stated[name], rng))
    beginning: str = rules["beginnings"][int(rng.integers(0, len(rules["beginnings"])))]
    phrase = " ".join([*words, noun])
    named = filled("{garment}", noun) if not words else phrase if is_plural(noun) else f"{article(phrase)} {phrase}"
    order_of_phrases = rng.permutation(len(behind))
    return beginning + named + (" with " + " and ".join(behind[place] for place in order_of_phrases) if behind else "")


def _says(attribute: str, value: str, rng: np.random.Generator) -> str:
    """A value as a phrase behind "with", cut out of one of its statements."""
    phrases = [text.partition("{garment} with ")[2] for text in values()[attribute][value].statements if "{garment} with " in text]
    return phrases[int(rng.integers(0, len(phrases)))]


__all__ = ["Truth", "caption", "filled", "some_of", "with_one_wrong"]
