"""Attributes by a language model behind a chat endpoint, on this machine or another."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field

from nkd_pipeline.models.chat_endpoint import ChatEndpoint, EndpointSettings
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.extraction_prompt import schema
from nkd_pipeline.models.language_model import LanguageModelExtractor
from nkd_pipeline.stage import RowError, StageSettings

_log = logging.getLogger(__name__)

Structured = Literal["json_schema", "json_object", "none"]
_ORDER: tuple[Structured, ...] = get_args(Structured)
_BATCHES = 4  # rows of a call for each connection: some wait, so that no connection idles


class ServerSettings(EndpointSettings):
    """`structured` is how the server is told to answer in JSON; one that refuses a way is asked in the next one, down to none."""

    # the same model behind another address answers the same
    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"base_url", "api_key_env", "timeout_seconds", "retries", "concurrency"})

    max_tokens: int = Field(default=512, ge=64, le=8192)
    structured: Structured = "json_schema"
    seed: int = Field(default=42, ge=0, lt=2**31)


class ServerExtractor(LanguageModelExtractor):
    """Asks an OpenAI-compatible server, several articles at once, at temperature 0.

    A row fails as server_unreachable, server_timeout, server_error or bad_reply. After a batch that nobody answered, the next one is only begun when
    the server is there again, so that a dead server does not cost its timeout for every article.
    """

    Settings: ClassVar[type[StageSettings]] = ServerSettings
    _settings: ServerSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.concurrency * _BATCHES
        self._structured = self._settings.structured
        self._lost = False

    @property
    def backend(self) -> str:
        """What the server calls the model."""
        return self._settings.model

    def fingerprint(self) -> dict[str, object]:
        """Class, code version, wording, and the settings without those that only say where and how fast."""
        settings = self._settings.model_dump(mode="json", exclude=set(ServerSettings.NEUTRAL))
        return super().fingerprint() | {"backend": type(self).__name__, "settings": settings}

    def load(self) -> None:
        """Raises CheckpointError when the server does not answer or has no such model."""
        self._lock = threading.Lock()
        self._endpoint = ChatEndpoint(self._settings)
        self._endpoint.check()

    def complete(self, conversations: Sequence[list[dict[str, str]]]) -> list[str | RowError]:
        """The reply to each conversation, or the error of its request."""
        if self._lost:
            try:
                self._endpoint.check()
            except CheckpointError as error:
                return [RowError("server_unreachable", str(error))] * len(conversations)
        with ThreadPoolExecutor(self._settings.concurrency) as pool:
            answers = list(pool.map(self._answer, conversations))
        self._lost = all(isinstance(answer, RowError) and answer.kind == "server_unreachable" for answer in answers)
        return answers

    def _answer(self, conversation: list[dict[str, str]]) -> str | RowError:
        try:
            return self._asked(conversation)
        except RowError as error:
            return error

    def _asked(self, conversation: list[dict[str, str]]) -> str:
        """The reply. A refused request is asked in the weaker ways; when one of them succeeds, the rest of the run keeps to it."""
        first = self._structured
        for structured in _ORDER[_ORDER.index(first) :]:
            response = self._endpoint.post(self._body(conversation, structured))
            if response.status not in (400, 422):
                break
        if response.status != 200:
            raise self._endpoint.refusal(response)
        if structured != first:
            self._keep_to(structured)
        return reply_of(response.data)

    def _body(self, conversation: list[dict[str, str]], structured: Structured) -> dict[str, Any]:
        body = {"messages": conversation, "max_tokens": self._settings.max_tokens, "temperature": 0, "seed": self._settings.seed, "stream": False}
        if structured == "json_schema":
            body["response_format"] = {"type": structured, "json_schema": {"name": "article", "strict": True, "schema": schema()}}
        elif structured == "json_object":
            body["response_format"] = {"type": structured}
        return body

    def _keep_to(self, structured: Structured) -> None:
        with self._lock:
            if _ORDER.index(structured) > _ORDER.index(self._structured):
                where = f"{self._settings.model} at {self._settings.base_url}"
                _log.warning("%s refuses structured = %s; the rest of the run asks with %s.", where, self._structured, structured)
                self._structured = structured


def reply_of(data: bytes) -> str:
    """The text of an answer. Raises RowError when it holds none."""
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        said = " ".join(data[:1000].decode("utf-8", "replace").split())[:200]
        raise RowError("bad_reply", f"The server's answer holds no text: {said}. A model that thinks aloud may need more max_tokens.")
    return content
