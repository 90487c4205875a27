"""Questions about photos on their way from a request to a stage and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from nkd_pipeline.records.photo_attributes import PhotoAnswer, PhotoQuestion
from nkd_pipeline.serving.admission import Admission
from nkd_pipeline.serving.batching import Batcher
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.photos import store_photo
from nkd_pipeline.serving.posted import Posted, PostedBatch, read_body
from nkd_pipeline.serving.refusal import RefusalError
from nkd_pipeline.stage import RowError, Stage

Asking = Callable[[str], tuple[str, str]]  # a client's prompt -> the question as the model knows it, and the attribute that it asks for, or ""
CONFIDENCE = "X-Confidence"


class Desk:
    """Takes questions in, has them answered by a loaded stage, and sends the answers out. Pictures lie in `folder` until they are answered."""

    def __init__(self, stage: Stage[PhotoQuestion, PhotoAnswer], asking: Asking, limits: Limits, folder: Path) -> None:
        self.batcher, self.admission, self.limits = Batcher(stage, limits), Admission(limits), limits
        self._asking, self._folder = asking, folder

    async def one(self, request: Request) -> JSONResponse:
        """The answer to one question, such as {"Sleeve Length": "Long Sleeves"}. Raises RefusalError."""
        with self.admission.admitted(_client(request)):
            posted = await read_body(request, Posted, self.limits)
            answer = await self._answered(posted)
        return JSONResponse(_told(posted, answer), headers={CONFIDENCE: f"{answer.confidence:.4f}"})

    async def several(self, request: Request) -> JSONResponse:
        """The answers to some questions in their order; one that cannot be answered has its error in its place. Raises RefusalError for the whole."""
        with ExitStack() as admitted:
            admitted.enter_context(self.admission.admitted(_client(request)))
            questions = (await read_body(request, PostedBatch, self.limits)).questions
            if len(questions) > self.limits.per_request:
                raise RefusalError(413, "too_many_questions", f"A request has at most {self.limits.per_request} questions. Send them in several.")
            if len(questions) > 1:
                admitted.enter_context(self.admission.admitted(_client(request), len(questions) - 1))
            answers = await asyncio.gather(*(self._answered_or_not(posted) for posted in questions))
        told = [answer.body if isinstance(answer, RefusalError) else _told(posted, answer) for posted, answer in zip(questions, answers, strict=True)]
        confidences = [None if isinstance(answer, RefusalError) else round(answer.confidence, 4) for answer in answers]
        return JSONResponse({"answers": told, "confidences": confidences})

    def state(self) -> dict[str, Any]:
        """What stands behind the server, and what it has done."""
        tally = self.batcher.tally
        done = tally.answered + tally.failed
        return {
            "model": self.batcher.stage.backend,
            "waiting": self.admission.waiting,
            "answered": tally.answered,
            "failed": tally.failed,
            "batches": tally.batches,
            "questions_per_batch": round(done / tally.batches, 2) if tally.batches else None,
        }

    async def _answered_or_not(self, posted: Posted) -> PhotoAnswer | RefusalError:
        try:
            return await self._answered(posted)
        except RefusalError as refusal:
            return refusal

    async def _answered(self, posted: Posted) -> PhotoAnswer:
        """Raises RefusalError 413, 415 or 422 for what cannot be answered, 503 for what is not in time, 500 when the model fails."""
        question, attribute = self._question(posted.prompt)
        photo = await asyncio.to_thread(store_photo, posted.image, self._folder, self.limits)
        try:
            async with asyncio.timeout(self.limits.timeout_seconds):
                return await self.batcher.ask(PhotoQuestion(photo.file.stem, question, attribute, photo.sha256, str(photo.file)))
        except TimeoutError as error:
            raise RefusalError(
                503, "too_slow", f"No answer within {self.limits.timeout_seconds:g} s: the server is busy. Come again in a moment."
            ) from error
        except RowError as error:
            raise RefusalError(422, error.kind, error.message.replace(str(photo.file), "the picture")) from error
        except Exception as error:
            raise RefusalError(500, "model_failed", "The model failed on this question; the server's log says why.") from error
        finally:
            photo.file.unlink(missing_ok=True)

    def _question(self, prompt: str) -> tuple[str, str]:
        prompt = " ".join(prompt.split())
        if not prompt or len(prompt) > self.limits.prompt_characters:
            raise RefusalError(422, "wrong_prompt", f"prompt is an attribute or a question of 1 to {self.limits.prompt_characters} characters.")
        return self._asking(prompt)


def _told(posted: Posted, answer: PhotoAnswer) -> dict[str, str]:
    return {answer.attribute or " ".join(posted.prompt.split()): answer.answer}


def _client(request: Request) -> str:
    return request.client.host if request.client else ""
