"""The ways of asking for a description: zero-shot, few-shot, chain of thought, and with passages that retrieval found."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, get_args

from nkd_pipeline.models.extraction_prompt import bounded
from nkd_pipeline.records.descriptions import DescriptionOrder, Request
from nkd_pipeline.stage import RowError

Strategy = Literal["zero-shot", "few-shot", "chain-of-thought", "rag"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
ZERO_SHOT, FEW_SHOT, CHAIN_OF_THOUGHT, RAG = STRATEGIES
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def titles() -> Mapping[str, str]:
    """Names of the strategies for people."""
    return {name: _wording()["strategies"][name]["title"] for name in STRATEGIES}


def said(request: Request) -> str:
    """A request as a phrase: "casual dress for a garden party"."""
    return str(_wording()["request"].format(garment=request.garment, style=request.style, occasion=request.occasion))


def conversation(order: DescriptionOrder) -> list[dict[str, str]]:
    """Chat messages with the roles user and assistant only, since some models know no system role; the last one asks for the order's description.

    Examples are turns of their own, the nearest last: models go by what they read last. Marks of chat templates in quoted texts are taken out.
    """
    longest = _wording()["reply"]["passages"]
    turns = [
        turn
        for example in reversed(order.examples)
        for turn in (
            {"role": "user", "content": _task(example.request)},
            {"role": "assistant", "content": bounded(example.text, longest)},
        )
    ]
    notes = "\n".join(f"[{number}] {bounded(passage.text, longest)}" for number, passage in enumerate(order.passages, 1))
    ask: str = _wording()["strategies"][order.strategy]["ask"]
    return [*turns, {"role": "user", "content": ask.replace("{task}", _task(order.request)).replace("{notes}", notes or "none")}]


def read_reply(reply: str, *, thinks: bool) -> tuple[str, str]:
    """(description, reasoning) of a reply; `thinks` says that the model was asked to think first.

    A thinking model that forgets the marker is taken to describe in its last paragraph. Raises `RowError("no_description")` for an empty reply.
    """
    marker: str = _wording()["reply"]["marker"]
    before, found, behind = reply.rpartition(marker)
    if thinks and not found:
        before, _, behind = reply.strip().rpartition("\n")
    text = _shortened(" ".join(behind.split()).strip('"“”* '))
    if not text:
        raise RowError("no_description", f"The model wrote no description, but: {reply[:150]!r}. Raise max_new_tokens, or choose another model.")
    return text, before.strip() if thinks else ""


def sources_of(order: DescriptionOrder) -> tuple[str, ...]:
    """What a description was given to read, by name."""
    return (*(f"example: {said(example.request)}" for example in order.examples), *(passage.name for passage in order.passages))


def wording_digest() -> str:
    """SHA-256 of the wording: part of a describer's fingerprint."""
    return hashlib.sha256(files(__package__).joinpath("wording.toml").read_bytes()).hexdigest()


def _task(request: Request) -> str:
    text = str(_wording()["task"]).strip()
    for name in ("garment", "style", "occasion"):
        text = text.replace(f"{{{name}}}", getattr(request, name))
    return text


def _shortened(text: str) -> str:
    """A text without what goes beyond the longest description, cut at the end of a sentence where there is one."""
    longest: int = _wording()["reply"]["longest"]
    if len(text) <= longest:
        return text
    kept = ""
    for sentence in _SENTENCES.split(text):
        if len(kept) + len(sentence) + 1 > longest:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:longest].rsplit(" ", 1)[0]


@functools.cache
def _wording() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))
