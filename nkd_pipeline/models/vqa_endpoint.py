"""The VQA judge by a vision-language model behind an OpenAI-compatible endpoint, on this machine or another."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, ClassVar

from pydantic import Field

from nkd_pipeline.models.chat_endpoint import ChatEndpoint, EndpointSettings
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.models.vqa import picture_answers
from nkd_pipeline.models.yes_no_reply import Reply, read_reply
from nkd_pipeline.records import JudgedImage, PictureAnswers
from nkd_pipeline.rubric.questions import Inquiry, ask
from nkd_pipeline.rubric.topics import digest
from nkd_pipeline.stage import RowError, Stage, StageSettings

Key = tuple[str, str]  # SHA-256 of the picture, question
TOP = 20  # likeliest words that are asked for: the protocol allows no more
SURE = "the server gives no likelihoods: a yes counts as certain, and so does a no"
INSTRUCTION = "Answer with the single word yes or no."
JPEG_QUALITY = 92
_log = logging.getLogger(__name__)


class EndpointVqaSettings(EndpointSettings):
    """`side` is the longest side of the picture that is sent, in pixels; `max_tokens` leaves room for models that think aloud before they answer."""

    # the same model behind another address answers the same
    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"base_url", "api_key_env", "timeout_seconds", "retries", "concurrency"})

    side: int = Field(default=768, ge=64, le=4096)
    max_tokens: int = Field(default=4, ge=1, le=4096)
    seed: int = Field(default=42, ge=0, lt=2**31)


class EndpointVqa(Stage[JudgedImage, PictureAnswers]):
    """Asks an OpenAI-compatible server, several questions at once, at temperature 0.

    Where the server tells the likelihoods of the first word, they become the probability of yes; else the word itself counts. A question whose reply
    is neither yes nor no stays unanswered, and is named. A row fails as server_unreachable, server_timeout, server_error or bad_reply, and as
    `read_picture` says; after rows that nobody answered, the next are only asked about when the server is there again.
    """

    Settings: ClassVar[type[StageSettings]] = EndpointVqaSettings
    _settings: EndpointVqaSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.concurrency
        self._with_likelihoods, self._lost = True, False
        self._known: dict[Key, Reply] = {}  # of a batch that raised: nobody is asked twice when it is halved

    @property
    def backend(self) -> str:
        """What the server calls the model."""
        return self._settings.model

    def fingerprint(self) -> dict[str, object]:
        """Class, code version, wording, and the settings without those that only say where and how fast."""
        settings = self._settings.model_dump(mode="json", exclude=set(EndpointVqaSettings.NEUTRAL))
        return super().fingerprint() | {"backend": type(self).__name__, "settings": settings, "questions": digest(), "instruction": INSTRUCTION}

    def load(self) -> None:
        """Raises CheckpointError when the server does not answer or has no such model."""
        self._lock = threading.Lock()
        self._endpoint = ChatEndpoint(self._settings)
        self._endpoint.check()

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureAnswers]:
        """Judges a batch; result i belongs to row i."""
        inquiries = [ask(row.attributes, row.prompt) for row in rows]
        with ThreadPoolExecutor(self._settings.concurrency) as threads:
            pictures = {row.sha256: url for row, url in zip(rows, threads.map(self._data_url, rows), strict=True)}
            keys = [(row.sha256, question.yes_no) for row, inquiry in zip(rows, inquiries, strict=True) for question in inquiry.questions]
            replies = self._replies([key for key in dict.fromkeys(keys) if key not in self._known], pictures, threads)
        self._known.update({key: reply for key, reply in replies.items() if isinstance(reply, Reply)})
        try:
            for reply in replies.values():
                if isinstance(reply, RowError):
                    raise reply
            results = [self._answers(row, inquiry) for row, inquiry in zip(rows, inquiries, strict=True)]
        except RowError:
            if len(rows) == 1:
                self._forget(keys)
            raise
        self._forget(keys)
        return results

    def _forget(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._known.pop(key, None)

    def _replies(self, keys: Sequence[Key], pictures: Mapping[str, str], threads: ThreadPoolExecutor) -> dict[Key, Reply | RowError]:
        if self._lost:
            try:
                self._endpoint.check()
            except CheckpointError as error:
                return dict.fromkeys(keys, RowError("server_unreachable", str(error)))
        replies = dict(zip(keys, threads.map(lambda key: self._reply(pictures[key[0]], key[1]), keys), strict=True))
        self._lost = bool(replies) and all(isinstance(reply, RowError) and reply.kind == "server_unreachable" for reply in replies.values())
        return replies

    def _answers(self, row: JudgedImage, inquiry: Inquiry) -> PictureAnswers:
        replies = {question.yes_no: self._known[row.sha256, question.yes_no] for question in inquiry.questions}
        odds = {wording: reply.log_odds for wording, reply in replies.items() if reply.log_odds is not None}
        if replies and not odds:
            said = next(iter(replies.values())).said
            raise RowError("bad_reply", f"{self.backend} answers neither yes nor no, but: {said:.200}. Choose another model, or raise max_tokens.")
        sure = any(not replies[wording].likelihoods for wording in odds)
        return picture_answers(row, inquiry, self.backend, odds, SURE if sure else "")

    def _data_url(self, row: JudgedImage) -> str:
        picture, stream = read_picture(row), BytesIO()
        picture.thumbnail((self._settings.side, self._settings.side))
        picture.save(stream, "JPEG", quality=JPEG_QUALITY)
        return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"

    def _reply(self, picture: str, question: str) -> Reply | RowError:
        try:
            with_likelihoods = self._with_likelihoods
            response = self._endpoint.post(self._body(picture, question, likelihoods=with_likelihoods))
            if response.status in (400, 422) and with_likelihoods:  # some servers refuse the request for likelihoods
                response = self._endpoint.post(self._body(picture, question, likelihoods=False))
                if response.status == 200:
                    self._leave_likelihoods()
            if response.status != 200:
                return self._endpoint.refusal(response)
            return read_reply(response.data)
        except RowError as error:
            return error

    def _body(self, picture: str, question: str, *, likelihoods: bool) -> dict[str, Any]:
        content = [{"type": "image_url", "image_url": {"url": picture}}, {"type": "text", "text": f"{question} {INSTRUCTION}"}]
        fixed = {"max_tokens": self._settings.max_tokens, "temperature": 0, "seed": self._settings.seed, "stream": False}
        asked = {"logprobs": True, "top_logprobs": TOP} if likelihoods else {}
        return {"messages": [{"role": "user", "content": content}], **fixed, **asked}

    def _leave_likelihoods(self) -> None:
        with self._lock:
            if self._with_likelihoods:
                _log.warning("%s at %s refuses logprobs; the rest of the run asks without.", self._settings.model, self._settings.base_url)
                self._with_likelihoods = False
