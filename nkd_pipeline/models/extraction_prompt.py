"""The conversation in which a language model is asked for an article's four keys; its wording is `extraction_prompt.toml`."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nkd_pipeline.records import TranslatedArticle

_FILE = Path(__file__).with_suffix(".toml")
# marks of chat templates ("<|end|>", "<s>", "[INST]", "<start_of_turn>"): in an article's text they must stay text
_MARKS = re.compile(r"<[|｜]|[|｜]>|</?s>|\[/?INST\]|</?\w+_of_\w+>")


def messages(row: TranslatedArticle) -> list[dict[str, str]]:
    """Chat messages with the roles user and assistant only, since some models know no system role; the last one asks about `row`.

    All but the last message are the same for every article, so that servers can reuse them.
    """
    wording = _wording()
    example = wording["example"]
    return [
        {"role": "user", "content": _question(example["texts"])},
        {"role": "assistant", "content": json.dumps(example["answer"], ensure_ascii=False)},
        {"role": "user", "content": _question({column: getattr(row.translation, column) for column in wording["columns"]})},
    ]


def schema() -> dict[str, Any]:
    """JSON schema of the reply: the four keys as strings of bounded length, nothing else."""
    keys = _wording()["keys"]
    return {
        "type": "object",
        "properties": {name: {"type": "string", "maxLength": key["limit"]} for name, key in keys.items()},
        "required": list(keys),
        "additionalProperties": False,
    }


def digest() -> str:
    """SHA-256 of the wording: part of a stage's fingerprint."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()


@functools.cache
def _wording() -> dict[str, Any]:
    with _FILE.open("rb") as handle:
        return tomllib.load(handle)


def _question(texts: Mapping[str, str]) -> str:
    wording = _wording()
    keys = "\n".join(f"- {name}: {key['asks']}" for name, key in wording["keys"].items())
    told = "\n".join(
        f"{column['label']}: {text}" for name, column in wording["columns"].items() if (text := bounded(texts.get(name, ""), column["limit"]))
    )
    return str(wording["question"].strip().replace("{keys}", keys).replace("{texts}", told))


def bounded(text: str, limit: int) -> str:
    """The text without chat marks, at most `limit` characters, whole words."""
    text = _MARKS.sub(" ", text).strip()
    if len(text) <= limit:
        return text
    return text[: limit + 1].rpartition(" ")[0][:limit].rstrip(" ,;-") or text[:limit]
