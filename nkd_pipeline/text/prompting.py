"""Prompts: attributes become the sentence for the image model, with background, emphasis, colours and lint findings."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from nkd_pipeline.records import Attributes, DescribedArticle, Fact, Finding, Prompt
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.colours import nearest_hex
from nkd_pipeline.text.grammar import possessive
from nkd_pipeline.text.lint import findings_of, names_colourways
from nkd_pipeline.text.repairing import repaired
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.template import Look, clip_prompt_of, cut_at_phrases, prompt_of
from nkd_pipeline.text.vocabulary import digest, fold


class PromptSettings(StageSettings):
    """Settings of the prompt writer.

    `missing_colour`: "ask" fails an article whose texts name no colour, "default" takes the catalog's colour for such a garment and reports it,
    "vary" takes one of the palette by the article's id and reports it. `colour_table` is a CSV file with the columns name and hex: a customer's own
    colour names. `clip_max_words` counts words and punctuation marks; 52 of them stay below CLIP's 77 tokens (1.4 tokens each, and two for start
    and end).
    """

    emphasis: Literal["words", "weights"] = "words"
    region: Literal["us", "uk"] = "us"
    missing_colour: Literal["ask", "default", "vary"] = "default"
    colour_table: str | None = None
    clip_max_words: int = Field(default=52, ge=8, le=75)


class PromptWriter(Stage[DescribedArticle, Prompt]):
    """Writes prompts.

    Raises `RowError("no_colour")` for an article without a colour when the policy is "ask". Raises ValueError in `load` when the colour table
    cannot be read.
    """

    Settings: ClassVar[type[StageSettings]] = PromptSettings
    batch_size = 256

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._own = settings if isinstance(settings, PromptSettings) else PromptSettings.model_validate(settings.model_dump())
        self._table: dict[str, str] = {}

    def fingerprint(self) -> dict[str, object]:
        table = _table_bytes(Path(self._own.colour_table)) if self._own.colour_table else b""
        return super().fingerprint() | {"vocabulary": digest(), "colour_table": hashlib.sha256(table).hexdigest()}

    def load(self) -> None:
        if self._own.colour_table:
            self._table = read_colour_table(Path(self._own.colour_table))

    def __call__(self, rows: Sequence[DescribedArticle]) -> list[Prompt]:
        return [self.written(row) for row in rows]

    def written(self, row: DescribedArticle, text: str | None = None) -> Prompt:
        """The prompt of an article, by the template or in the words of `text`; words against earlier deviations are added to either."""
        attributes = row.attributes
        colours, missing = self._colours(row)
        findings = [*findings_of(row, self._own.region), *missing]
        backgrounds = rules("catalog_defaults")["background"]
        background = backgrounds["on_pale"] if colours and colours[0] in backgrounds["pale"] else backgrounds["usual"]
        look = Look(colours, background, self._own.emphasis, self._noun(attributes))
        prompt, negative = repaired(prompt_of(attributes, look) if text is None else text, attributes, look, row.repairs)
        clip, cut = cut_at_phrases(clip_prompt_of(attributes, look), self._own.clip_max_words)
        lost = tuple(f"{fact.aspect}: {fact.value}" for fact in attributes.facts if not carried(fact, prompt, look))
        total = len(attributes.facts)
        retention = (total - len(lost)) / total if total else 1.0
        return Prompt(attributes.article_id, prompt, negative, clip, cut, background, colours, retention, total, lost, tuple(findings), row.repairs)

    def _noun(self, attributes: Attributes) -> str:
        noun = attributes.garment
        # a German "Shirt" is jersey; an image model would draw a button-up
        if attributes.sketch_kind in ("t-shirt", "longsleeve") and noun in ("shirt", "long-sleeve shirt"):
            noun = noun.replace("shirt", "jersey shirt")
        if "faux leather" in attributes.materials and noun.startswith("leather "):
            noun = f"faux {noun}"
        return str(rules("region").get(self._own.region, {}).get(noun, noun))

    def _colours(self, row: DescribedArticle) -> tuple[tuple[str, ...], list[Finding]]:
        """The picture's colours, and what must be reported about them."""
        named = row.attributes.colours or self._from_table(row)
        if named:
            return named, []
        several = "; the article comes in several colours" if names_colourways(row) else ""
        if self._own.missing_colour == "ask":
            raise RowError(
                "no_colour",
                f"article {row.article_id}: no column names a colour{several}. Fill model_descr or color in the delivery, or set missing_colour to "
                '"default" or "vary" in the profile.',
            )
        if self._own.missing_colour == "vary":
            palette = rules("catalog_defaults")["vary"]["palette"]
            colour = palette[int.from_bytes(hashlib.sha256(row.article_id.encode()).digest()[:4], "big") % len(palette)]
            how = "chosen by the article's id"
        else:
            colour = default_colour(row.attributes)
            how = "the catalog's colour for such a garment"
        says = f"no text names a colour{several}; the picture shows {colour}, {how}"
        return (colour,), [Finding("missing_attribute", "colour", "", "catalog_default", says)]

    def _from_table(self, row: DescribedArticle) -> tuple[str, ...]:
        text = f" {fold(row.article.color)} , {fold(row.article.model_descr)} "
        return tuple(dict.fromkeys(colour for name, colour in self._table.items() if f" {name} " in text.replace(",", " ").replace("/", " ")))


def default_colour(attributes: Attributes) -> str:
    """The catalog's colour for a garment whose texts name none."""
    have = {"material": attributes.materials, "kind": (attributes.sketch_kind,), "pattern": attributes.patterns, "family": (_family(attributes),)}
    rows = rules("catalog_defaults")["default"]
    fitting = next(row for row in rows if all(set(have[key]) & set(wanted) for key, wanted in row.items() if key != "colour"))
    return str(fitting["colour"])


def _family(attributes: Attributes) -> str:
    families: dict[str, list[str]] = rules("catalog_defaults")["families"]
    return next((family for family, kinds in families.items() if attributes.sketch_kind in kinds), "")


def carried(fact: Fact, prompt: str, look: Look) -> bool:
    """Whether a prompt says a fact, word for word or as the template rewrites it."""
    if fact.aspect == "garment":
        return look.noun in prompt or content(look.noun) <= content(prompt)
    if fact.aspect == "target_group":
        return possessive((fact.value,)).strip("'") in prompt or (fact.value == "baby" and "baby" in prompt)
    return fact.value in prompt or content(fact.value) <= content(prompt)


def _table_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise ValueError(f"{path}: this colour table does not exist. Correct colour_table in the profile's prompt settings, or leave it out.")
    return path.read_bytes()


def read_colour_table(path: Path) -> dict[str, str]:
    """A customer's colour names -> nearest named colour. Raises ValueError when the file lacks its columns or holds no colour."""
    rows = list(csv.DictReader(io.StringIO(_table_bytes(path).decode("utf-8-sig"))))
    if not rows or not {"name", "hex"} <= set(rows[0]):
        raise ValueError(f'{path}: a colour table needs the columns "name" and "hex" and at least one row, as in: name,hex')
    return {fold(row["name"].strip()): nearest_hex(row["hex"].strip()) for row in rows if row["name"] and row["hex"]}
