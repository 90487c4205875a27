"""Attributes by a language model, with the rules as the ground they stand on: what all such extractors share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from nkd_pipeline.models import extraction_prompt
from nkd_pipeline.records import Attributes, TranslatedArticle
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.text.json_reply import read_reply
from nkd_pipeline.text.merging import merged
from nkd_pipeline.text.vocabulary import digest


class LanguageModelExtractor(Stage[TranslatedArticle, Attributes]):
    """Asks a language model for the four keys of each article and merges its replies with what the rules read.

    A subclass says how conversations are completed; with a local checkpoint it names this class before `ModelStage` among its bases. Raises
    `RowError("no_garment")` for an article of which neither rules nor model know what it is.
    """

    code_version = "1"

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._answers: dict[TranslatedArticle, str | RowError] = {}  # of a batch that raised

    @abstractmethod
    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> Sequence[str | RowError]:
        """The model's reply to each conversation, in order; a RowError where one alone has failed."""

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"wording": extraction_prompt.digest(), "vocabulary": digest()}

    def weight(self, row: TranslatedArticle) -> int:
        """Characters of the conversation."""
        return sum(len(message["content"]) for message in extraction_prompt.messages(row))

    def __call__(self, rows: Sequence[TranslatedArticle]) -> list[Attributes]:
        unasked = [row for row in dict.fromkeys(rows) if row not in self._answers]
        # a row that fails has its batch halved and called again: nobody is asked twice for that
        if unasked:
            self._answers.update(zip(unasked, self.complete([extraction_prompt.messages(row) for row in unasked]), strict=True))
        try:
            results = [_read(row, self._answers[row]) for row in rows]
        except RowError:
            if len(rows) == 1:
                del self._answers[rows[0]]
            raise
        for row in rows:
            self._answers.pop(row, None)
        return results


def _read(row: TranslatedArticle, answer: str | RowError) -> Attributes:
    if isinstance(answer, RowError):
        raise answer
    return merged(row, read_reply(answer), answer)
