"""The review page's server: one page, its files, the pictures, and what is asked and saved."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from nkd_pipeline.review.guard import Guard, Seat
from nkd_pipeline.review.pages import ASSETS, asset, review_page
from nkd_pipeline.review.pictures import Picture
from nkd_pipeline.review.survey_task import SurveyTask
from nkd_pipeline.review.task import ReviewError, Task

FOREVER = "private, max-age=31536000, immutable"  # a picture's address is the hash of its bytes


class Answer(BaseModel):
    """What the page saves: the answer to the item at a position of the reviewer's order."""

    model_config = ConfigDict(extra="forbid")
    position: int
    answer: Any


class Participant(BaseModel):
    """What a participant says of himself or herself, by question."""

    model_config = ConfigDict(extra="forbid")
    answers: dict[str, str]


def review_app(task: Task[Any, Any], seats: list[Seat], host: str, port: int) -> ASGIApp:
    """The application for some reviewers; each may only see and save what is his or her own."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pictures = {picture.sha256: picture for item in task.items.values() for picture in task.shown(item, "")}
    _add_page(app, task, pictures)
    _add_answers(app, task)
    return Guard(app, seats, host, port)


def _add_page(app: FastAPI, task: Task[Any, Any], pictures: dict[str, Picture]) -> None:
    @app.get("/")
    def page(request: Request) -> HTMLResponse:
        task.refresh()
        seat = _seat(request)
        ask = isinstance(task, SurveyTask) and task.asks_participant(seat.reviewer)
        return HTMLResponse(review_page(task, seat, ask_participant=ask))

    @app.get("/assets/{name}")
    def file(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404, "There is no such file.")
        return Response(asset(name), media_type=ASSETS[name])

    @app.get("/pictures/{sha256}")
    def picture(sha256: str) -> Response:
        found = pictures.get(sha256)
        try:
            png = found.file.read_bytes() if found else b""
        except OSError:
            png = b""
        # marks are about the bytes that were looked at: what was made anew since the start is another picture
        if hashlib.sha256(png).hexdigest() != sha256:
            raise HTTPException(404, "There is no such picture any more. Start `nkd review` again.")
        return Response(png, media_type="image/png", headers={"Cache-Control": FOREVER})


def _add_answers(app: FastAPI, task: Task[Any, Any]) -> None:
    @app.get("/items/{position}")
    def item(request: Request, position: int) -> dict[str, Any]:
        reviewer = _seat(request).reviewer
        key = _key(task, reviewer, position)
        shown = task.shown(task.items[key], reviewer)
        texts = shown[0].texts
        return {
            "position": position,
            "article": shown[0].article_id,
            "name": texts.name,
            "english": texts.english,
            "german": texts.german,
            "prompt": texts.prompt,
            "pictures": [f"/pictures/{picture.sha256}" for picture in shown],
            "saved": task.answers(reviewer).get(key),
            "progress": _progress(task, reviewer, position),
        }

    @app.post("/answers")
    def save(request: Request, given: Answer) -> dict[str, Any]:
        reviewer = _seat(request).reviewer
        try:
            task.save(reviewer, _key(task, reviewer, given.position), given.answer)
        except ReviewError as error:
            raise HTTPException(422, str(error)) from error
        return _progress(task, reviewer, given.position)

    @app.post("/undo")
    def undo(request: Request) -> dict[str, Any]:
        reviewer = _seat(request).reviewer
        undone = task.undo(reviewer)
        if undone is None:
            return {"position": None}
        return {"position": task.order(reviewer).index(undone.key), "answer": undone.answer, "restored": undone.restored}

    @app.get("/progress")
    def progress(request: Request) -> dict[str, Any]:
        return _progress(task, _seat(request).reviewer)

    @app.post("/participant")
    def participant(request: Request, given: Participant) -> dict[str, Any]:
        if not isinstance(task, SurveyTask):
            raise HTTPException(404, "This review asks nothing about its reviewers.")
        try:
            task.save_participant(_seat(request).reviewer, given.answers)
        except ReviewError as error:
            raise HTTPException(422, str(error)) from error
        return {}


def _seat(request: Request) -> Seat:
    seat = request.state.seat
    assert isinstance(seat, Seat)  # the guard lets nobody else through
    return seat


def _key(task: Task[Any, Any], reviewer: str, position: int) -> str:
    order = task.order(reviewer)
    if not 0 <= position < len(order):
        raise HTTPException(404, "There is no such picture in this review.")
    return order[position]


def _progress(task: Task[Any, Any], reviewer: str, after: int = -1) -> dict[str, Any]:
    progress = task.progress(reviewer, after)
    return {"done": progress.done, "total": progress.total, "next": progress.next}
