"""Random articles for training: attributes and prompts as the pipeline's own stages would have them."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np

from nkd_pipeline.records import Article, Attributes, DescribedArticle, ImageOrder
from nkd_pipeline.rubric.topics import hidden
from nkd_pipeline.sketch import motifs
from nkd_pipeline.text.colours import delta_e2000, named_colours
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter
from nkd_pipeline.text.vocabulary import read_rows

Chosen = TypeVar("Chosen")
DISTINCT = 22.0  # CIEDE2000 from which two colours on one garment are taken for two


@functools.cache
def table() -> dict[str, Any]:
    """articles.toml as it stands."""
    return tomllib.loads(files(__package__).joinpath("articles.toml").read_text(encoding="utf-8"))


@functools.cache
def nouns() -> dict[str, tuple[str, ...]]:
    """The English words for each kind; words that mean several kinds are left out."""
    kinds: dict[str, set[str]] = {}
    for row in read_rows("garments"):
        kinds.setdefault(row["english"], set()).add(row["kind"])
    own = {english: next(iter(of)) for english, of in kinds.items() if len(of) == 1}
    return {kind: (kind, *sorted(word for word, of in own.items() if of == kind and word != kind)) for kind in table()["kinds"]}


@functools.cache
def _writer() -> PromptWriter:
    return PromptWriter(PromptSettings())


def random_order(rng: np.random.Generator) -> ImageOrder:
    """An article of any kind in any colour, pattern and form, with the prompt that is written for it and a seed for the renderer."""
    number = int(rng.integers(0, 2**31))
    attributes = _attributes(f"H-{number}", rng)
    (prompt,) = _writer()([DescribedArticle(_article(attributes.article_id), attributes)])
    return ImageOrder(attributes.article_id, 1, number, prompt, attributes)


def _article(article_id: str) -> Article:
    return Article(article_id, "", "", 0)


def _attributes(article_id: str, rng: np.random.Generator) -> Attributes:
    data = table()
    kind = _weighted(rng, {name: entry["weight"] for name, entry in data["kinds"].items()})
    pattern = _weighted(rng, data["patterns"])
    words = data["words"]
    prints, shown, lettering = _print(kind, pattern, rng)
    forms = _forms(kind, rng)
    details = tuple(detail for detail in (_any(rng, words["details"]),) if rng.random() < words["detail_share"])
    return Attributes(
        article_id,
        garment=kind if rng.random() < 0.5 else _any(rng, nouns()[kind]),
        sketch_kind=kind,
        target_group=_any(rng, data["groups"].get(kind, data["groups"]["usual"])),
        colours=_colours(pattern, rng),
        materials=(_any(rng, words["materials"]),) if rng.random() < 0.4 else (),
        patterns=() if pattern == "plain" and rng.random() < 0.7 else (pattern,),
        prints=prints,
        motifs=shown,
        lettering=lettering,
        fit=_any(rng, words["fits"]),
        details=details,
        neckline=forms["neckline"],
        collar=forms["collar"],
        sleeves=forms["sleeves"],
        closure=forms["closure"],
    )


def _forms(kind: str, rng: np.random.Generator) -> dict[str, str]:
    """Neckline, collar, sleeves and closure; none that another one hides."""
    drawn = {name: _form(kind, name, rng) for name in ("neckline", "collar", "sleeves", "closure")}
    return {name: "" if hidden(name, lambda other: (drawn[other],)) else value for name, value in drawn.items()}


def _form(kind: str, name: str, rng: np.random.Generator) -> str:
    listed = table()["kinds"][kind].get(name, [""])
    words: Sequence[str] = table()["forms"][listed] if isinstance(listed, str) else listed
    return _any(rng, words)


def _colours(pattern: str, rng: np.random.Generator) -> tuple[str, ...]:
    """The main colour, and often a second one that is clearly another."""
    names, labs = tuple(named_colours()), np.array([colour.lab for colour in named_colours().values()])
    first = int(rng.integers(0, len(names)))
    share = table()["words"]["trim_share" if pattern in ("plain", "textured") else "second_colour_share"]
    if rng.random() >= share:
        return (names[first],)
    others = np.flatnonzero(delta_e2000(labs, labs[first]) > DISTINCT)
    return names[first], names[int(rng.choice(others))]


def _print(kind: str, pattern: str, rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Phrase, motif and lettering of a print, each empty or with one entry."""
    rules = table()["prints"]
    common, every = rules["common"], motifs.known()
    motif = _any(rng, common) if rng.random() < rules["common_share"] else _any(rng, every)
    if pattern == "all-over print":
        return ("all-over print",), (motif,), ()
    if kind not in rules["shown_on"] or pattern not in rules["with_patterns"] or rng.random() >= rules["share"]:
        return (), (), ()
    phrase, words = _any(rng, rules["phrases"]), _any(rng, rules["lettering"])
    if rng.random() >= rules["lettering_share"]:
        return (phrase,), (motif,), ()
    return (phrase,), (motif,) if rng.random() < 0.6 else (), (words,)


def _any(rng: np.random.Generator, values: Sequence[Chosen]) -> Chosen:
    return values[int(rng.integers(0, len(values)))]


def _weighted(rng: np.random.Generator, weights: dict[str, float]) -> str:
    shares = np.array(list(weights.values()))
    return tuple(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]
