"""XML read as a stream of events, so that no document needs more memory than what its reader keeps of it.

Document types are refused before any entity can expand; tags that are too long or nested too deep are refused before they fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 20
_LONGEST_TAG = 4 << 20  # bytes of one tag or comment
_DEEPEST = 256  # elements within each other; drawings, the deepest parts of a workbook, have about 20


class MarkupError(ValueError):
    """XML that is broken, or that no spreadsheet program would write."""


class EntityError(Exception):
    """XML that declares a document type."""


class Reader:
    """What becomes of the events. Names are without their namespace: strict and transitional workbooks differ in nothing else that matters here."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text within the element that began last; long texts come in pieces."""


@lru_cache(maxsize=512)
def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """An attribute by its name without prefix; "" when there is none."""
    return next((value for key, value in attributes.items() if local_name(key) == name), "")


def read_markup(stream: IO[bytes], reader: Reader) -> None:
    """Feeds a document to its reader, in pieces.

    Raises:
        EntityError: The document declares a document type.
        MarkupError: It is broken, nested too deep, or has too long a tag.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = _nested(reader)
    parser.CharacterDataHandler = reader.text
    fed = 0
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise MarkupError(f"a tag of more than {_LONGEST_TAG >> 20} MB")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MarkupError(str(error)) from error


def _refuse_doctype(*_: object) -> None:
    raise EntityError


def _nested(reader: Reader) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise MarkupError(f"elements are nested more than {_DEEPEST} deep")
        reader.start(local_name(tag), attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(local_name(tag))

    return start, end
