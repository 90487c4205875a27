"""Bodies of requests: read within limits, and told apart from what is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect

from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.refusal import RefusalError

Body = TypeVar("Body", bound=BaseModel)
_HEARD_OUT = 4  # times the limit: who is a little above it is heard out and told so; hanging up in the middle, the reason would get lost


class Posted(BaseModel):
    """One question: a picture file in base64, and an attribute's name or a question."""

    model_config = ConfigDict(extra="forbid", strict=True)
    image: str
    prompt: str


class PostedBatch(BaseModel):
    """Several questions."""

    model_config = ConfigDict(extra="forbid", strict=True)
    questions: list[Posted] = Field(min_length=1)


async def read_body(request: Request, kind: type[Body], limits: Limits) -> Body:
    """The body as `kind` describes it. Raises RefusalError 408, 413, 415 or 422 with the reason."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusalError(415, "not_json", "Send the question as application/json.")
    too_long = RefusalError(413, "body_too_long", f"A request has at most {limits.megabytes:g} MB. Send a smaller picture, or fewer at once.")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _HEARD_OUT * limits.body_bytes:
        raise too_long
    body, received = bytearray(), 0
    try:
        async with asyncio.timeout(limits.timeout_seconds):
            async for chunk in request.stream():
                received += len(chunk)
                if received <= limits.body_bytes:
                    body += chunk
                elif received > _HEARD_OUT * limits.body_bytes:
                    break
    except TimeoutError as error:
        raise RefusalError(408, "body_too_slow", f"The request did not arrive within {limits.timeout_seconds:g} s. Send it again.") from error
    except ClientDisconnect as error:
        raise RefusalError(400, "hung_up", "The request ended before its body was there.") from error
    if received > limits.body_bytes:
        raise too_long
    return await asyncio.to_thread(_parsed, bytes(body), kind)  # megabytes of JSON would hold all others up


def _parsed(body: bytes, kind: type[Body]) -> Body:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise _fault(error.errors(include_url=False, include_context=False, include_input=False)[0], kind) from None


def _fault(problem: Mapping[str, Any], kind: type[BaseModel]) -> RefusalError:
    """What is wrong with a body, without repeating it."""
    if problem["type"] == "json_invalid":
        return RefusalError(422, "not_json", "The body is no sound JSON.")
    place = ".".join(map(str, problem["loc"])) or "body"
    wanted = '{"image": "<base64>", "prompt": "Sleeve Length"}'
    if kind is PostedBatch:
        wanted = f'{{"questions": [{wanted}, …]}}'
    return RefusalError(422, "wrong_body", f"{place}: {problem['msg']}. Send {wanted}.")
