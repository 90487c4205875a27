"""Descriptions by a chat model: one of transformers on this machine, or one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from pydantic import Field

from nkd_pipeline.models.chat import prompt_of
from nkd_pipeline.models.chat_endpoint import ChatEndpoint, EndpointSettings
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.describing.asking import CHAIN_OF_THOUGHT, conversation, read_reply, sources_of, wording_digest
from nkd_pipeline.models.device import device, torch_dtype
from nkd_pipeline.models.phi3 import opened_chat_model
from nkd_pipeline.models.residency import resident, weight_bytes
from nkd_pipeline.models.safety import checked_folder
from nkd_pipeline.models.server import reply_of
from nkd_pipeline.models.stage import ModelSettings, ModelStage
from nkd_pipeline.records.descriptions import Description, DescriptionOrder
from nkd_pipeline.stage import RowError, Stage, StageSettings


class ChatDescriber(Stage[DescriptionOrder, Description]):
    """Asks a chat model as the order's strategy says. Raises `RowError("no_description")` for a reply without one."""

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._replies: dict[DescriptionOrder, str | RowError] = {}  # of a batch that raised

    @abstractmethod
    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> Sequence[str | RowError]:
        """The reply to each conversation, in order; a RowError where one alone has failed."""

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"wording": wording_digest()}

    def weight(self, row: DescriptionOrder) -> int:
        """Characters of the conversation."""
        return sum(len(message["content"]) for message in conversation(row))

    def __call__(self, rows: Sequence[DescriptionOrder]) -> list[Description]:
        # a row that fails has its batch halved and called again: nobody is asked twice for that
        unasked = [row for row in dict.fromkeys(rows) if row not in self._replies]
        if unasked:
            self._replies.update(zip(unasked, self.complete([conversation(row) for row in unasked]), strict=True))
        try:
            found = [self._description(row, self._replies[row]) for row in rows]
        except RowError:
            if len(rows) == 1:
                del self._replies[rows[0]]
            raise
        for row in rows:
            self._replies.pop(row, None)
        return found

    def _description(self, row: DescriptionOrder, reply: str | RowError) -> Description:
        if isinstance(reply, RowError):
            raise reply
        text, reasoning = read_reply(reply, thinks=row.strategy == CHAIN_OF_THOUGHT)
        return Description(row.article_id, text, reasoning, sources_of(row), self.backend)


class LocalDescriberSettings(ModelSettings):
    """`max_new_tokens` bounds a reply, thoughts included."""

    max_new_tokens: int = Field(default=320, ge=16, le=4096)
    batch_size: int = Field(default=8, ge=1, le=1024)


class LocalDescriber(ChatDescriber, ModelStage[DescriptionOrder, Description]):
    """Asks a causal model of transformers whose tokenizer has a chat template, such as microsoft/Phi-3-mini-4k-instruct; decodes greedily.

    A row fails as prompt_too_long where what stands before the question leaves no room for it.
    """

    Settings: ClassVar[type[StageSettings]] = LocalDescriberSettings
    _settings: LocalDescriberSettings

    def load(self) -> None:
        """Raises CheckpointError when the folder is no whole chat model, or a reply has no room in its context."""
        checkpoint, wanted = self._settings.checkpoint, self._settings.max_new_tokens
        folder, dtype, place = checked_folder(checkpoint), torch_dtype(self._settings.dtype), device()
        key = ("AutoModelForCausalLM", checkpoint.identity(), str(dtype), place)  # that of the extractor: one copy serves both
        self._model, self._tokenizer = resident(key, weight_bytes(folder), lambda: opened_chat_model(folder, dtype, place))
        context = self._model.config.get_text_config().max_position_embeddings
        self._limit = context - wanted
        if self._limit < 1:
            raise CheckpointError(f"max_new_tokens = {wanted} fills the model's context of {context} tokens. Lower it.")

    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> list[str | RowError]:
        prompts = [self._prompt(conversation) for conversation in conversations]
        replies = iter(self._generated([prompt for prompt in prompts if isinstance(prompt, str)]))
        return [next(replies) if isinstance(prompt, str) else prompt for prompt in prompts]

    def _prompt(self, conversation: list[dict[str, str]]) -> str | RowError:
        try:
            return prompt_of(self._tokenizer, conversation, self._limit)
        except RowError as error:
            return error

    def _generated(self, prompts: Sequence[str]) -> list[str]:
        if not prompts:
            return []
        import torch

        # no special tokens: the template has put in all that belong there
        batch = self._tokenizer(list(prompts), add_special_tokens=False, padding=True, return_tensors="pt").to(self._model.device)
        with torch.inference_mode():
            tokens = self._model.generate(
                input_ids=batch.input_ids, attention_mask=batch.attention_mask, max_new_tokens=self._settings.max_new_tokens
            )
        texts = self._tokenizer.batch_decode(tokens[:, batch.input_ids.shape[1] :], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return [text.strip() for text in texts]


class EndpointDescriberSettings(EndpointSettings):
    """`temperature` 0 gives the same description each time, as far as the server goes along."""

    # the same model behind another address answers the same
    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"base_url", "api_key_env", "timeout_seconds", "retries", "concurrency"})

    max_tokens: int = Field(default=320, ge=16, le=8192)
    temperature: float = Field(default=0.0, ge=0, le=2)
    seed: int = Field(default=42, ge=0, lt=2**31)


class EndpointDescriber(ChatDescriber):
    """Asks an OpenAI-compatible server, several at once. A row fails as server_unreachable, server_timeout, server_error or bad_reply."""

    Settings: ClassVar[type[StageSettings]] = EndpointDescriberSettings
    _settings: EndpointDescriberSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.concurrency

    @property
    def backend(self) -> str:
        """What the server calls the model."""
        return self._settings.model

    def fingerprint(self) -> dict[str, object]:
        """Class, code version, wording, and the settings without those that only say where and how fast."""
        settings = self._settings.model_dump(mode="json", exclude=set(EndpointDescriberSettings.NEUTRAL))
        return super().fingerprint() | {"backend": type(self).__name__, "settings": settings}

    def load(self) -> None:
        """Raises CheckpointError when the server does not answer or has no such model."""
        self._endpoint = ChatEndpoint(self._settings)
        self._endpoint.check()

    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> list[str | RowError]:
        with ThreadPoolExecutor(self._settings.concurrency) as pool:
            return list(pool.map(self._reply, conversations))

    def _reply(self, conversation: list[dict[str, str]]) -> str | RowError:
        try:
            return self._asked(conversation)
        except RowError as error:
            return error

    def _asked(self, conversation: list[dict[str, str]]) -> str:
        wanted = self._settings
        response = self._endpoint.post(
            {"messages": conversation, "max_tokens": wanted.max_tokens, "temperature": wanted.temperature, "seed": wanted.seed, "stream": False}
        )
        if response.status != 200:
            raise self._endpoint.refusal(response)
        return reply_of(response.data)
