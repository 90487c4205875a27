"""Texts of a folder as passages of a few sentences, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from nkd_pipeline.records.descriptions import Passage

ENDINGS = (".md", ".txt")
LARGEST = 2_000_000  # bytes of a file: a book; what is larger is a mistake
_PARAGRAPHS = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"#+\s+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class PassagesError(ValueError):
    """Texts that cannot be read; the message names the place and the cure."""


def read_passages(folder: Path | Traversable, words: int) -> list[Passage]:
    """The passages of all texts of a folder, files by name.

    A passage is a paragraph; one of more than `words` words is cut at sentence ends, and each part begins with the last sentence of the one before,
    so that no thought is torn apart. Headings are no text. Raises PassagesError for a folder without texts, and for a file that is no UTF-8 text.
    """
    files = list(_files(folder))
    found = [Passage(name, number, text) for name, file in files for number, text in enumerate(cut(_read(file, name), words), 1)]
    if not found:
        raise PassagesError(f"{folder} holds no text. Put files that end in {' or '.join(ENDINGS)} into it, paragraphs apart by an empty line.")
    return found


def cut(text: str, words: int) -> list[str]:
    """The passages of one text, of about `words` words at most: a sentence alone is never cut."""
    paragraphs = [" ".join(part.split()) for part in _PARAGRAPHS.split(text) if not _HEADING.match(part.strip())]
    return [passage for paragraph in paragraphs if paragraph for passage in _parts(_SENTENCE.split(paragraph), words)]


def _parts(sentences: list[str], words: int) -> Iterator[str]:
    part: list[str] = []
    fresh = 0  # sentences of the part that no part before has
    for sentence in sentences:
        if fresh and _words([*part, sentence]) > words:
            yield " ".join(part)
            overlap = part[-1:] if _words([*part[-1:], sentence]) <= words else []
            part, fresh = overlap, 0
        part.append(sentence)
        fresh += 1
    if fresh:
        yield " ".join(part)


def _words(sentences: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _files(folder: Path | Traversable, below: str = "") -> Iterator[tuple[str, Path | Traversable]]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise PassagesError(f"{folder}: {error.strerror or error}. Name a folder with texts.") from error
    for entry in entries:
        if isinstance(entry, Path) and entry.is_symlink():
            continue  # what lies elsewhere was not put into this folder
        if entry.is_dir():
            yield from _files(entry, f"{below}{entry.name}/")
        elif entry.name.endswith(ENDINGS):
            yield below + entry.name, entry


def _read(file: Path | Traversable, name: str) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise PassagesError(f"{name} has more than {LARGEST:,} bytes. Split it, or take it out of the folder.")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PassagesError(f"{name} is no text in UTF-8: {error}. Save it as UTF-8, or take it out of the folder.") from error
