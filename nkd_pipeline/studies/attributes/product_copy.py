"""Product copy from nothing but what was read from the products' pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.copywriter.wording import tones
from nkd_pipeline.records.product_copy import AttributeValue, CopyOrder, ProductCopy
from nkd_pipeline.report.table import Share, Table
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.storage.tables import FAILED
from nkd_pipeline.studies.attributes.steps import PREDICTED, all_pairs, answers
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Section, excerpt
from nkd_pipeline.studies.common.running import StudyRun, missing, read_table

COPY = "product_copy"
LANGUAGES = {"en": "English", "de": "German"}
EXAMPLES = 8


class ProductCopySettings(StageSettings):
    """`[studies.product_copy]`: copy for so many held-out products, in which languages and tone.

    Answers that the model gives with less than `confidence` (0..1) are not taken over.
    """

    products: int = Field(default=200, ge=1)
    languages: tuple[Literal["en", "de"], ...] = Field(default=("en", "de"), min_length=1)
    tone: str = "plain"
    confidence: float = Field(default=0.0, ge=0, le=1)

    @field_validator("tone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in tones():
            raise ValueError(f"{value} is no tone. There are {', '.join(tones())}")
        return value


def copy_settings(profile: Profile) -> ProductCopySettings:
    """The settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(COPY, ProductCopySettings)


def product_copy(run: StudyRun) -> Made:
    """A description of each held-out product, from the attributes that the model read from its picture; a shard for each language.

    Every attribute must be in the text, by the vocabulary's words for it in that language. What a language model leaves out is asked for once more; a
    text that still lacks it fails.
    """
    wanted = copy_settings(run.study.profile)
    stage, products = run.study.profile.stage(COPY), _read_values(run, wanted)
    written: dict[str, dict[str, ProductCopy]] = {}
    for language in dict.fromkeys(wanted.languages):
        orders = [CopyOrder(article_id, values, language, wanted.tone) for article_id, values in products.items()]
        written[language] = run.table(COPY, ProductCopy, stage, orders, shard=language)
    texts = [copy for found in written.values() for copy in found.values()]
    values = {"products": len(products), "repaired": sum(bool(copy.lacking) for copy in texts)}
    examples = [{"article": copy.article_id, "language": copy.language, "text": copy.text} for copy in texts[:EXAMPLES]]
    return Made(len(texts), values, table=examples)


def copy_section(run: StudyRun) -> Section:
    """The copy's part of the study's report. Raises StudyError when none has been written."""
    languages = run.study.tables.keys(COPY)
    if not languages:
        raise missing(COPY)
    written = {language: read_table(run.study, COPY, ProductCopy, COPY, shard=language) for language in LANGUAGES if language in languages}
    wanted = copy_settings(run.study.profile)
    note = (
        f"Tone: {tones()[wanted.tone]['title'].lower()}. Written by {run.study.profile.stage(COPY).backend}. A text is complete when it states every "
        "attribute that was read, as the vocabulary understands it; one that was not is asked for once more, and failed when it is not then."
    )
    columns = ("language", "complete at once", "complete when asked once more", "failed")
    rows = tuple(_counts(run, language, found) for language, found in written.items())
    counts = Table("copy", "Descriptions from what was read", columns, rows, "No description was asked for.", note)
    return Section("copy", "Product copy", tables=(counts, _examples(written)))


def _counts(run: StudyRun, language: str, found: Mapping[str, ProductCopy]) -> tuple[str | Share, ...]:
    states = [row.state.status for row in run.study.tables.read(COPY, ProductCopy, language).values()]
    mended, asked = sum(bool(copy.lacking) for copy in found.values()), len(states)
    parts = (len(found) - mended, mended, states.count(FAILED))
    return (LANGUAGES[language], *(Share(part, asked, "nothing was asked for") for part in parts))


def _examples(written: Mapping[str, Mapping[str, ProductCopy]]) -> Table:
    ids = list(dict.fromkeys(article_id for found in written.values() for article_id in found))[:EXAMPLES]
    rows = tuple(
        (
            "; ".join(next(found[article_id].stated for found in written.values() if article_id in found)),
            *(excerpt(found[article_id].text) if article_id in found else "none" for found in written.values()),
        )
        for article_id in ids
    )
    return Table("copy_examples", "Examples", ("read from the picture", *(LANGUAGES[language] for language in written)), rows, "None was written.")


def _read_values(run: StudyRun, wanted: ProductCopySettings) -> dict[str, tuple[AttributeValue, ...]]:
    """Product -> what the model read from its picture; products of which nothing was read are left out. Raises StudyError before the predictions."""
    products: dict[str, list[AttributeValue]] = {}
    for attribute, found in answers(run, PREDICTED, all_pairs(run)).items():
        for article_id, answer in found.items():
            if answer.answer and answer.confidence >= wanted.confidence:
                products.setdefault(article_id, []).append(AttributeValue(attribute, answer.answer))
    return {article_id: tuple(values) for article_id, values in list(products.items())[: wanted.products]}
