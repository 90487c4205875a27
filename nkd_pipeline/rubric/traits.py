"""What the rules must know of an article before they can judge its picture."""

from __future__ import annotations

import re

import numpy as np

from nkd_pipeline.records import Attributes, Prompt
from nkd_pipeline.rubric.pixel_checks.people import is_skin
from nkd_pipeline.rubric.rules import Rubric
from nkd_pipeline.text.colours import delta_e2000, find


def find_traits(prompt: Prompt, attributes: Attributes, rubric: Rubric) -> frozenset[str]:
    """Returns the traits that hold, of `rules.TRAITS`; "cut off" is the picture's and is added by the judge."""
    kind = attributes.sketch_kind
    patterns = set(attributes.patterns) - {"plain"}
    printed = bool(attributes.prints or attributes.motifs or attributes.lettering)
    several = len(prompt.colours) > 1 or "multicolour" in prompt.colours
    visible = bool(patterns & rubric.patterns.visible)
    texts = {*patterns, *_words(" ".join((*attributes.materials, *attributes.patterns, *prompt.colours, attributes.garment)))}
    held = {
        "light grey background": prompt.background != "white",
        "upright": kind not in rubric.garments.lying and "asymmetric" not in f"{attributes.hem} {' '.join(attributes.details)}",
        "plain": not patterns and not printed and not several,
        "patterned": visible and _differ(prompt, rubric.patterns.difference),
        "contrasting": bool(patterns & rubric.patterns.visible - rubric.patterns.natural) or "contrast" in " ".join(attributes.details),
        "printed": printed,
        "mixed yarn": bool(texts & rubric.patterns.mixed),
        "multicolour": "multicolour" in prompt.colours,
        "several colours": several,
        "open shape": kind in rubric.garments.open,
        "composed": kind in rubric.garments.composed,
        "skin-like": any(bool(is_skin(np.array(colour.lab))) for name in prompt.colours if (colour := find(name)) is not None),
        "level stripes": bool(patterns) and patterns <= rubric.patterns.level,
        "upright stripes": bool(patterns) and patterns <= rubric.patterns.upright,
        "checks": bool(patterns) and patterns <= rubric.patterns.checks,
        "figures": bool(patterns) and patterns <= rubric.patterns.figures,
    }
    return frozenset({trait for trait, holds in held.items() if holds} | _print_traits(attributes, patterns, rubric))


def _print_traits(attributes: Attributes, patterns: set[str], rubric: Rubric) -> set[str]:
    """Tells whether a print must be seen on the front, and whether in its middle."""
    phrases = " | ".join(attributes.prints).casefold()
    rules = rubric.prints
    if patterns or attributes.sketch_kind not in rules.shown_on or any(word in phrases for word in rules.unseen):
        return set()
    if not (attributes.prints or attributes.motifs or attributes.lettering):
        return set()
    aside = any(word in phrases for word in rules.aside)
    return {"shown print"} if aside else {"shown print", "middle print"}


def stated_colours(prompt: Prompt) -> tuple[str, ...]:
    """Returns the stated colours that the vocabulary knows, main colour first; empty when the main one is not known."""
    known = tuple(name for name in prompt.colours if find(name) is not None)
    return known if known and known[0] == prompt.colours[0] else ()


def pieces(attributes: Attributes, rubric: Rubric) -> int:
    """Returns how many separate parts a picture of the article may show."""
    by_kind = rubric.garments.pieces.get(attributes.sketch_kind, 1)
    return max([by_kind, *(rubric.garments.set_words.get(word, 1) for word in _words(attributes.garment))])


def _differ(prompt: Prompt, distance: float) -> bool:
    """Tells whether some two of the stated colours differ so much that a pattern of them cannot be overlooked."""
    labs = [colour.lab for name in prompt.colours if (colour := find(name)) is not None]
    return any(float(delta_e2000(labs[0], lab)) > distance for lab in labs[1:])


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.casefold())
