"""Texts: what is known and said of an article before there is a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from nkd_pipeline.records.articles import UNHASHED, Article

TARGET_GROUPS = ("women", "men", "girls", "boys", "kids", "baby", "unisex", "")


@dataclass(frozen=True, slots=True)
class Translation:
    """The article's texts in English."""

    article_id: str
    name: str
    description: str
    model_name: str
    model_descr: str
    color: str = ""
    gender: str = ""
    category: str = ""
    untranslated: tuple[str, ...] = ()  # words that the backend did not know and left as they were


@dataclass(frozen=True, slots=True)
class TranslatedArticle:
    """What an extractor reads."""

    article: Article
    translation: Translation

    @property
    def article_id(self) -> str:
        return self.article.article_id


@dataclass(frozen=True, slots=True)
class Fact:
    """One visible fact of the source, and where it stands."""

    aspect: str  # garment, target_group, colour, material, pattern, print, neckline, collar, sleeves, closure, hem, fit, length, detail
    value: str  # canonical English, as the prompt would say it
    column: str  # the delivery's column
    source: str  # the words found there


@dataclass(frozen=True, slots=True)
class Finding:
    """One lint finding of a prompt and how it was resolved (the paper's Table III)."""

    kind: str  # ambiguous_term, missing_attribute, conflicting_features, cultural_mismatch
    place: str  # column or attribute
    text: str  # the words in question
    resolution: str  # glossary_expansion, catalog_default, emphasis, localisation_rule
    says: str  # what was done, as a sentence


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of one field of `Attributes` comes from."""

    field: str
    source: str  # rules, or how the language model's reply was read: json, repaired, lines; both joined by "+" where it added to the rules' values
    agrees: bool | None  # whether model and rules say the same; None when only one of them says anything


@dataclass(frozen=True, slots=True)
class Attributes:
    """What can be seen of an article. Values are the vocabulary's canonical English terms; empty means that the texts do not say."""

    article_id: str
    garment: str  # "t-shirt", "5-pocket jeans"
    sketch_kind: str  # which garment the sketch can draw for it; "" when none fits
    target_group: str  # one of TARGET_GROUPS
    colours: tuple[str, ...] = ()  # main colour first
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # "striped", "checked", "melange"
    prints: tuple[str, ...] = ()  # "large front print"
    motifs: tuple[str, ...] = ()  # "butterfly"
    lettering: tuple[str, ...] = ()  # texts printed on the garment, as written
    neckline: str = ""
    collar: str = ""
    sleeves: str = ""
    closure: str = ""
    hem: str = ""
    fit: str = ""
    length: str = ""
    details: tuple[str, ...] = ()
    non_visual: tuple[str, ...] = ()  # claims that were dropped: nobody can see them
    facts: tuple[Fact, ...] = ()
    product_type: str = ""  # the paper's four keys, as phrases
    key_visual_features: str = ""
    color_material_details: str = ""
    design_aspects: str = ""
    origins: tuple[Origin, ...] = ()  # of a language model's extraction; empty when rules alone read the texts
    agreement: float | None = None  # fields on which model and rules agree / fields that both state, 0..1
    findings: tuple[Finding, ...] = ()  # what the extraction has to report: contradictions between model and texts
    reply: str = field(default="", metadata=UNHASHED)  # the language model's own words


@dataclass(frozen=True, slots=True)
class DescribedArticle:
    """What the prompt writer reads."""

    article: Article
    attributes: Attributes
    repairs: tuple[str, ...] = ()  # causes of deviations that earlier attempts showed

    @property
    def article_id(self) -> str:
        return self.article.article_id


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the image model and the scorer are told."""

    article_id: str
    prompt: str
    negative_prompt: str
    clip_prompt: str
    clip_prompt_truncated: int  # words cut off to stay below CLIP's 77 tokens
    background: str  # "white", or "light grey" for white garments
    colours: tuple[str, ...]  # as the image must show them: normalised, defaults filled in
    retention: float  # visible facts that the prompt carries / all visible facts, 0..1
    facts_total: int
    facts_lost: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    repairs: tuple[str, ...] = ()  # causes of deviations against which words were added
