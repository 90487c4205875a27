"""Copy by a chat model: one of transformers on this machine, or one behind an OpenAI-compatible endpoint.

What the model writes is checked: a description that leaves attributes out is asked for once more, with what is missing, and fails when it still does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from nkd_pipeline.models.copywriter.template import finished, said_values
from nkd_pipeline.models.copywriter.values import lacking
from nkd_pipeline.models.copywriter.wording import conversation, copy_in, once_more, wording_digest
from nkd_pipeline.models.describing.chat_models import EndpointDescriber, EndpointDescriberSettings, LocalDescriber, LocalDescriberSettings
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records.product_copy import CopyOrder, ProductCopy
from nkd_pipeline.stage import RowError, Stage, StageSettings

Chat = list[dict[str, str]]


class ChatCopywriter(Stage[CopyOrder, ProductCopy]):
    """Asks a chat model for each order. Raises RowError "attributes_missing", "no_attributes", "no_copy", and what the model's replies fail with."""

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._written: dict[CopyOrder, ProductCopy | RowError] = {}  # of a batch that raised

    @abstractmethod
    def complete(self, conversations: Sequence[Chat]) -> Sequence[str | RowError]:
        """The model's reply to each conversation, in order; a RowError where one alone has failed."""

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"wording": wording_digest()}

    def __call__(self, rows: Sequence[CopyOrder]) -> list[ProductCopy]:
        # a row that fails has its batch halved and called again: nobody is asked anew for that
        unwritten = [row for row in dict.fromkeys(rows) if row not in self._written]
        self._written.update(zip(unwritten, self._write(unwritten), strict=True))
        try:
            results = [_copy(self._written[row]) for row in rows]
        except RowError:
            if len(rows) == 1:
                del self._written[rows[0]]
            raise
        for row in rows:
            self._written.pop(row, None)
        return results

    def _write(self, rows: Sequence[CopyOrder]) -> list[ProductCopy | RowError]:
        """Copy or error for each row: all are asked for, then those that lack something once more."""
        drafts = dict(zip(rows, self._drafts(rows), strict=True))
        mending = [row for row, draft in drafts.items() if not isinstance(draft, RowError) and lacking(said_values(row), draft, row.language)]
        asked = [self._repair(row, str(drafts[row])) for row in mending]
        mended = dict(zip(mending, _texts(self.complete(asked)) if asked else (), strict=True))
        return [self._result(row, drafts[row], mended.get(row)) for row in rows]

    def _drafts(self, rows: Sequence[CopyOrder]) -> list[str | RowError]:
        asked: list[Chat | RowError] = [_conversation(row) for row in rows]
        replies = iter(_texts(self.complete([chat for chat in asked if not isinstance(chat, RowError)])))
        return [chat if isinstance(chat, RowError) else next(replies) for chat in asked]

    def _repair(self, row: CopyOrder, draft: str) -> Chat:
        values = said_values(row)
        return once_more(conversation(row, values), draft, row, values, lacking(values, draft, row.language))

    def _result(self, row: CopyOrder, draft: str | RowError, mended: str | RowError | None) -> ProductCopy | RowError:
        for failed in (draft, mended):
            if isinstance(failed, RowError):
                return failed
        missing = lacking(said_values(row), str(draft), row.language) if mended is not None else ()
        try:
            return finished(row, str(draft if mended is None else mended), self.backend, missing)
        except RowError as error:
            return error


class LocalCopywriter(ChatCopywriter, ModelStage[CopyOrder, ProductCopy]):
    """Asks a causal model of transformers whose tokenizer has a chat template, such as microsoft/Phi-3-mini-4k-instruct; decodes greedily."""

    Settings: ClassVar[type[StageSettings]] = LocalDescriberSettings
    _settings: LocalDescriberSettings

    def load(self) -> None:
        """Raises CheckpointError when the folder is no whole chat model, or a reply has no room in its context."""
        self._model = LocalDescriber(self._settings)
        self._model.load()

    def complete(self, conversations: Sequence[Chat]) -> Sequence[str | RowError]:
        return self._model.complete(conversations) if conversations else ()


class EndpointCopywriter(ChatCopywriter):
    """Asks an OpenAI-compatible server, several at once. A row fails as server_unreachable, server_timeout, server_error or bad_reply as well."""

    Settings: ClassVar[type[StageSettings]] = EndpointDescriberSettings
    _settings: EndpointDescriberSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.concurrency
        self._server = EndpointDescriber(settings)

    @property
    def backend(self) -> str:
        return self._server.backend

    def fingerprint(self) -> dict[str, object]:
        """Class, code version, wording, and the settings without those that only say where and how fast."""
        settings = self._settings.model_dump(mode="json", exclude=set(EndpointDescriberSettings.NEUTRAL))
        return super().fingerprint() | {"backend": type(self).__name__, "settings": settings}

    def load(self) -> None:
        """Raises CheckpointError when the server does not answer or has no such model."""
        self._server.load()

    def complete(self, conversations: Sequence[Chat]) -> Sequence[str | RowError]:
        with ThreadPoolExecutor(self._settings.concurrency) as threads:
            return list(threads.map(self._reply, conversations))

    def _reply(self, asked: Chat) -> str | RowError:
        try:
            return self._server.complete([asked])[0]
        except RowError as error:
            return error


def _conversation(row: CopyOrder) -> Chat | RowError:
    try:
        return conversation(row, said_values(row))
    except RowError as error:
        return error


def _texts(replies: Sequence[str | RowError]) -> list[str | RowError]:
    return [reply if isinstance(reply, RowError) else _text(reply) for reply in replies]


def _text(reply: str) -> str | RowError:
    try:
        return copy_in(reply)
    except RowError as error:
        return error


def _copy(written: ProductCopy | RowError) -> ProductCopy:
    if isinstance(written, RowError):
        raise written
    return written
