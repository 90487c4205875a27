"""What a chat endpoint replies to a question of yes and no, as log-odds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nkd_pipeline.models.vqa import CERTAIN
from nkd_pipeline.stage import RowError

_WORD = re.compile(r"[^\W\d_]+")
_THOUGHT = re.compile(r"^.*</think(?:ing)?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """`log_odds` of yes against no, None where neither was said; `likelihoods` tells whether they come from the server's numbers."""

    log_odds: float | None
    likelihoods: bool
    said: str


def read_reply(data: bytes) -> Reply:
    """Reads the body of an answer. Raises RowError "bad_reply" when it is none."""
    try:
        choice = json.loads(data)["choices"][0]
        said = choice["message"]["content"]
        likelihoods = choice.get("logprobs")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        said = None
    if not isinstance(said, str):
        shown = " ".join(data[:1000].decode("utf-8", "replace").split())[:200]
        raise RowError("bad_reply", f"The server's answer holds no text: {shown}. A model that thinks aloud may need more max_tokens.")
    measured = _measured(likelihoods)
    if measured is not None:
        return Reply(measured, likelihoods=True, said=said)
    return Reply(_certain(said), likelihoods=False, said=said)


def _measured(likelihoods: Any) -> float | None:  # noqa: ANN401 - whatever the server sends
    """Log-odds from the likeliest words at the place where yes or no was written; None where the server tells none."""
    try:
        place = next(token for token in likelihoods["content"] if _answer(token["token"]))
        shares = _shares(place["top_logprobs"])
    except (TypeError, LookupError, ValueError, StopIteration):
        return None
    if not {"yes", "no"} & shares.keys():
        return None
    # what is not among the likeliest words is less likely than the last of them
    return math.log(shares.get("yes", shares["least"])) - math.log(shares.get("no", shares["least"]))


def _shares(tokens: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Likelihood 0..1 of yes and of no in all their spellings, and of the least likely word that the server names."""
    shares: dict[str, float] = {}
    for token in tokens:
        share = max(math.exp(float(token["logprob"])), 1e-30)
        shares["least"] = min(share, shares.get("least", 1.0))
        if answer := _answer(token["token"]):
            shares[answer] = shares.get(answer, 0.0) + share
    return shares


def _certain(said: str) -> float | None:
    """Log-odds of a plain yes or no: of the reply's first word, or of the only one of the two that is in it."""
    words = [word.casefold() for word in _WORD.findall(_THOUGHT.sub("", said))]
    answers = {word for word in words if word in ("yes", "no")}
    answer = words[0] if words and words[0] in answers else answers.pop() if len(answers) == 1 else ""
    return {"yes": CERTAIN, "no": -CERTAIN}.get(answer)


def _answer(token: str) -> str:
    word = "".join(_WORD.findall(token)).casefold()
    return word if word in ("yes", "no") else ""
