"""Which attributes a picture is asked for, and in which words; the words stand in `questions.toml`."""

from __future__ import annotations

import functools
import re
import tomllib
import zlib
from collections.abc import Mapping
from importlib.resources import files

_PROMPT = re.compile(r"\s*question:(?P<question>.*?)(answer:\s*)?$", re.IGNORECASE | re.DOTALL)


@functools.cache
def wordings() -> Mapping[str, tuple[str, ...]]:
    """Attribute -> the ways to ask for it, the usual one first."""
    entries = tomllib.loads(files(__package__).joinpath("questions.toml").read_text(encoding="utf-8"))
    return {attribute: tuple(entry["asked"]) for attribute, entry in entries.items()}


def question_for(attribute: str, article_id: str) -> str:
    """The question about one product: another wording for another product, always the same one for the same."""
    known = wordings()[attribute]
    return known[zlib.crc32(f"{attribute} {article_id}".encode()) % len(known)]


def attribute_of(question: str) -> str:
    """The attribute that a question asks for: one of the known wordings, or any text that holds the attribute's name; "" for any other."""
    plain = _plain(question)
    for attribute, known in wordings().items():
        if plain in map(_plain, known):
            return attribute
    named = [attribute for attribute in wordings() if re.search(rf"\b{re.escape(attribute.lower())}\b", plain)]
    return max(named, key=len, default="")


def bare(question: str) -> str:
    """A question without the words that BLIP-2 wants around it ("Question: ... Answer:"), which clients may have put there themselves."""
    found = _PROMPT.match(question)
    return " ".join((found["question"] if found else question).split())


def _plain(text: str) -> str:
    return bare(text).lower().rstrip("?. ")
