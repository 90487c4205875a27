"""A language model's four phrases, read by the same vocabulary as the articles' texts."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from nkd_pipeline.records import Article, Attributes
from nkd_pipeline.text.context import THINGS
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.garments import Garment
from nkd_pipeline.text.gathering import read_article
from nkd_pipeline.text.grounding import Ground
from nkd_pipeline.text.json_reply import Reply
from nkd_pipeline.text.key_phrases import MANY, SINGLE
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, tokens_of, vocabulary

_PHRASES = ("key_visual_features", "color_material_details", "design_aspects")
_NO_NOUN = frozenset(("target_group", "colour", "material", "pattern", "fit", "length", "intensity", "non_visual"))


@dataclass(frozen=True, slots=True)
class Claims:
    """What a reply says: as an article of its own whose name is the product type, and the garment that it names."""

    article: Article
    garment: Garment | None

    def attributes(self, garment: Garment) -> Attributes:
        """The typed fields, read as said of `garment`; their own garment is what the reply names, "" when it names none."""
        if self.garment and self.garment.families == garment.families:
            return attributes_of(self.article)
        # the reader must know of what it reads; what the added name itself says is none of the reply's
        named = attributes_of(dataclasses.replace(self.article, name=f"{self.article.name} {garment.english}"), otherwise=garment)
        added = attributes_of(dataclasses.replace(self.article, name=garment.english, model_descr=""), otherwise=garment)
        kept = {field: _without(getattr(named, field), getattr(added, field)) for field in (*MANY, *SINGLE)}
        stated = (self.garment.english, self.garment.kind) if self.garment else ("", "")
        return dataclasses.replace(named, garment=stated[0], sketch_kind=stated[1], **kept)  # type: ignore[arg-type]

    def grounded_garment(self, ground: Ground) -> Garment | None:
        """The garment that the reply names and the translated texts as well, known to the vocabulary or not; None without one."""
        name = self.garment.english if self.garment else noun_of(self.article.name)
        found = ground.garment(name) if name else None
        if found is None:
            return None
        if self.garment:
            return dataclasses.replace(self.garment, column=found[0], source=found[1])
        return Garment(name, "", frozenset(), Term(name, "en", name, "garment", ""), *found)


def claims_of(article_id: str, reply: Reply) -> Claims:
    """The claims of a reply. The phrases are read like a buyer's note, where a comma ends each."""
    phrases = ", ".join(reply.values[key] for key in _PHRASES if key in reply.values)
    article = Article(article_id, "", "", 0, name=reply.values.get("product_type", ""), model_descr=phrases)
    garment = read_article(article).garment
    return Claims(article, garment if garment and garment.column == "name" else None)


def _without(value: str | tuple[str, ...], other: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return "" if value == other else value
    return tuple(item for item in value if item not in other)


def noun_of(product_type: str) -> str:
    """A product type without group, colour and all behind a preposition: "women's blue cape with hood" -> cape; "" when it says nothing."""
    head: list[str] = []
    for word in tokens_of(re.split(r"[,;:(/\n]", product_type, maxsplit=1)[0]):
        if word in words("merging", "noun_ends"):
            break
        if not any(term.aspect in _NO_NOUN for term in vocabulary().find(word)):
            head.append(word)
    noun = head[-rules("merging")["noun_words"] :]
    part = noun and any(term.aspect in THINGS for term in vocabulary().find(noun[-1]))
    return "" if not noun or part or noun[-1] in words("merging", "no_garments") else " ".join(noun)
