"""Settings of the legacy prompt strategy."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.neural_translation import TranslatorSettings
from nkd_pipeline.models.retrieval import RetrievalSettings
from nkd_pipeline.models.stage import ModelSettings
from nkd_pipeline.models.text_encoder import TextEncoderSettings
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.prompting import PromptSettings


class BartSettings(ModelSettings):
    """A BART checkpoint that summarises, such as facebook/bart-large-cnn. Lengths are in tokens of its tokenizer."""

    min_tokens: int = Field(default=20, ge=0, le=1024)
    max_tokens: int = Field(default=80, ge=1, le=1024)
    num_beams: int = Field(default=4, ge=1, le=16)
    batch_size: int = Field(default=8, ge=1, le=1024)


class KeywordSettings(StageSettings):
    """`count` phrases of at most `longest` words; `diversity` 0 takes those nearest to the text, 1 those that differ most from each other."""

    encoder: TextEncoderSettings = TextEncoderSettings()
    count: int = Field(default=10, ge=1, le=50)
    longest: int = Field(default=3, ge=1, le=5)
    diversity: float = Field(default=0.3, ge=0, le=1)


class LegacySettings(PromptSettings):
    """Settings of the template, which gives what is no text of the prompt, and of each step.

    `language` is that of the delivery; German texts are translated by `translator`, without one by the lexicon. Without `summary` the `sentences`
    that say most of the whole text are its summary. `defined` is how many keywords get a definition.
    """

    language: Literal["german", "english"] = "german"
    translator: TranslatorSettings | None = None
    summary: BartSettings | None = None
    sentences: int = Field(default=4, ge=1, le=50)
    keywords: KeywordSettings = KeywordSettings()
    definitions: RetrievalSettings = RetrievalSettings(count=1, least=0.25)
    defined: int = Field(default=3, ge=0, le=20)
    batch_size: int = Field(default=32, ge=1, le=1024)

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All models that the steps load."""
        models = [model.checkpoint for model in (self.translator, self.summary) if model]
        return (*models, self.keywords.encoder.checkpoint, *self.definitions.checkpoints)
