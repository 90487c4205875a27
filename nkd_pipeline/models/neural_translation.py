"""German to English by a neural model: what all such translators share."""

from __future__ import annotations

import functools
import itertools
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records import Article, Translation
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.postediting import degenerate, family_of, longest, post_edited
from nkd_pipeline.text.sentences import Piece, put_together, taken_apart
from nkd_pipeline.text.translation import translate, translate_name
from nkd_pipeline.text.vocabulary import digest

PROSE = {"name": translate_name, "description": translate}  # columns for the model, and what translates their pieces when it fails
SHORTHAND = ("model_name", "model_descr", "color", "gender", "category")
_SMALLEST = 8  # tokens: pieces of up to so many are alike in length
_log = logging.getLogger(__name__)


class TranslationModel(ABC):
    """A model with its tokenizer. `positions` is how many tokens it can read or write, start and end included."""

    positions: int

    @abstractmethod
    def tokens(self, text: str) -> list[int]:
        """Token ids of a German text, with the end token."""

    @abstractmethod
    def generate(self, batch: Sequence[list[int]], beams: int, most: int) -> list[list[int]]:
        """Token ids of the translations, in order, without start, end and padding; a translation that has no end after `most` tokens is cut."""

    @abstractmethod
    def text(self, tokens: Sequence[int]) -> str:
        """The English of token ids."""


class TranslatorSettings(ModelSettings):
    """`batch_tokens`: tokens that the model reads at once, padding included."""

    NEUTRAL: ClassVar[frozenset[str]] = ModelSettings.NEUTRAL | {"batch_tokens"}

    num_beams: int = Field(default=4, ge=1, le=16)
    batch_tokens: int = Field(default=4096, ge=1)


class NeuralTranslator(ModelStage[Article, Translation]):
    """Translates prose with a neural model and buyers' shorthand with the lexicon. A subclass loads `_model`.

    Prose is `name` and `description`. The other columns are shorthand ("ssr,cvc,checked", a name cut off at 24 characters), half English and half
    abbreviations, which a model trained on sentences ruins. Prose goes to the model sentence by sentence; lines, bullets and whatever has no letter
    stay as they are. Known mistakes are corrected with the vocabulary. A piece of which the model makes no translation (see `degenerate`) is
    translated by the lexicon and counted in the log. `untranslated` lists what the lexicon did not know in all that it translated.
    """

    Settings: ClassVar[type[StageSettings]] = TranslatorSettings
    _settings: TranslatorSettings
    _model: TranslationModel

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._generated: dict[str, str | None] = {}  # raw English of each piece so far, None where the model makes none: articles share many bullets

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"vocabulary": digest()}

    def weight(self, row: Article) -> int:
        """Characters of prose."""
        return sum(len(getattr(row, column)) for column in PROSE)

    def __call__(self, rows: Sequence[Article]) -> list[Translation]:
        tokens = functools.cache(self._model.tokens)
        limit = longest_source(self._model.positions)
        prose = [{column: taken_apart(getattr(row, column), lambda text: len(tokens(text)), limit) for column in PROSE} for row in rows]
        pieces = itertools.chain.from_iterable(own for columns in prose for own in columns.values())
        new = {piece.text: tokens(piece.text) for piece in pieces if piece.translatable and piece.text not in self._generated}
        self._generated |= self._generate(new, limit)
        return [_translation(row, columns, self._generated) for row, columns in zip(rows, prose, strict=True)]

    def _generate(self, wanted: Mapping[str, list[int]], limit: int) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for batch, most in batches({text: len(tokens) for text, tokens in wanted.items()}, self._settings.batch_tokens, limit):
            outputs = self._model.generate([wanted[text] for text in batch], self._settings.num_beams, most)
            for text, output in zip(batch, outputs, strict=True):
                english = "" if degenerate(wanted[text], output) else self._model.text(output)
                found[text] = english if any(map(str.isalpha, english)) else None
        failed = [text for text, english in found.items() if english is None]
        if failed:
            _log.warning("%s: %d of %d pieces by the lexicon, such as %r", self.backend, len(failed), len(found), failed[0][:80])
        return found


def longest_source(positions: int) -> int:
    """Tokens that a piece may have, so that the longest output that is still a translation has a position for each of its tokens."""
    return next((count for count in range(positions, 1, -1) if _most(count) <= positions), 1)


def batches(lengths: Mapping[str, int], budget: int, limit: int) -> Iterator[tuple[list[str], int]]:
    """Texts to be translated together, the longest first, each batch with the bound of its outputs.

    A batch holds texts of like length and at most `budget` tokens, padding included. The bound depends on a text's length alone, not on its
    neighbours: beam search ends differently under another bound, and a text would be translated differently in another batch.
    """
    ranked = sorted(lengths, key=lambda text: -lengths[text])
    for size, texts in itertools.groupby(ranked, key=lambda text: _rounded(lengths[text], limit)):
        alike = list(texts)
        while alike:
            count = max(1, budget // lengths[alike[0]])
            yield alike[:count], _most(size)
            alike = alike[count:]


def _rounded(length: int, limit: int) -> int:
    return min(max(_SMALLEST, 1 << (length - 1).bit_length()), limit)


def _most(length: int) -> int:
    return longest(length) + 2  # one too many, by which a runaway is known, and the end token


def _translation(article: Article, prose: Mapping[str, Sequence[Piece]], generated: Mapping[str, str | None]) -> Translation:
    family = family_of(article)
    texts: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for column, lexicon in PROSE.items():
        english: dict[str, str] = {}
        for german in (piece.text for piece in prose[column] if piece.translatable):
            raw = generated[german]
            english[german], missing = lexicon(german) if raw is None else (post_edited(raw, german, family), ())
            unknown.update(dict.fromkeys(missing))
        texts[column] = put_together(prose[column], english)
    for column in SHORTHAND:
        texts[column], missing = translate(getattr(article, column), shorthand=True)
        unknown.update(dict.fromkeys(missing))
    return Translation(article_id=article.article_id, untranslated=tuple(unknown), **texts)
