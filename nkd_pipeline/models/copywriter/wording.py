"""What copywriters are asked and in which tone; the words stand in `wording.toml` and `tones.toml`."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from nkd_pipeline.models.copywriter.values import as_said, table, values_digest
from nkd_pipeline.models.extraction_prompt import bounded
from nkd_pipeline.records.product_copy import AttributeValue, CopyOrder
from nkd_pipeline.stage import RowError

_LONGEST_VALUE = 80  # characters of an attribute and of its value that a model is told
_FENCE = re.compile(r"^```\w*\s*|\s*```$")


@functools.cache
def tones() -> dict[str, Any]:
    """tones.toml as it stands."""
    return _read("tones.toml")


@functools.cache
def wording() -> dict[str, Any]:
    """wording.toml as it stands."""
    return _read("wording.toml")


@functools.cache
def wording_digest() -> str:
    """SHA-256 over all words and over all that values are read by: part of a copywriter's fingerprint."""
    own = b"".join(files(__package__).joinpath(name).read_bytes() for name in ("tones.toml", "wording.toml"))
    return hashlib.sha256(values_digest().encode() + own).hexdigest()


def conversation(order: CopyOrder, values: Sequence[AttributeValue]) -> list[dict[str, str]]:
    """Chat messages that ask for the copy of an order; `values` are those of its values that it must state."""
    task = wording()[order.language]["task"].strip()
    tone = tones()[order.tone][order.language]["asks"]
    return [{"role": "user", "content": task.replace("{tone}", tone).replace("{attributes}", _listed(values, order.language))}]


def once_more(
    asked: Sequence[dict[str, str]], said: str, order: CopyOrder, values: Sequence[AttributeValue], missing: Sequence[AttributeValue]
) -> list[dict[str, str]]:
    """The conversation gone on: what was said lacks some values."""
    repair = wording()[order.language]["repair"].strip()
    repair = repair.replace("{missing}", _listed(missing, order.language)).replace("{attributes}", _listed(values, order.language))
    return [*asked, {"role": "assistant", "content": said}, {"role": "user", "content": repair}]


def copy_in(reply: str) -> str:
    """The description in a model's reply, on one line. Raises `RowError("no_copy")` when there is none."""
    said = _FENCE.sub("", reply.rpartition("</think>")[2].strip())
    text = " ".join(bounded(said, wording()["longest"]).split()).strip('"“”„«»* ')
    if not text:
        raise RowError("no_copy", f"The model wrote no description, but: {reply[:150]!r}. Choose another model, or raise the tokens of a reply.")
    return text


def _listed(values: Sequence[AttributeValue], language: str) -> str:
    """The values line by line; with the German words where they are known, so that a small model need not find them."""
    return "\n".join(f"- {_line(value, language)}" for value in values)


def _line(value: AttributeValue, language: str) -> str:
    name, said = bounded(value.attribute, _LONGEST_VALUE), bounded(" ".join(value.value.split()), _LONGEST_VALUE)
    if language == "de":
        german = as_said(value.value, language)
        name, said = table()["attributes"].get(value.attribute, name), german if german != value.value else said
    return f"{name}: {said}"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
