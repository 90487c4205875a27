"""Bytes of a text file to text, when nobody said how they were encoded."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, reading

# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
_TEXT_BYTES = bytes(range(32, 256)) + b"\t\n\v\f\r"


def decode(path: Path) -> tuple[str, tuple[str, ...]]:
    """Text of a file, and a note when its encoding had to be guessed.

    Raises:
        DeliveryError: The file is empty, too large, or no text.
    """
    limit = reading().limits.text_mb
    size = path.stat().st_size
    if size > limit * MEGABYTE:
        raise DeliveryError(f"{path.name}: the file has {size // MEGABYTE:,} MB, at most {limit:,} MB of text are read. Split the delivery.")
    data = path.read_bytes()
    text, notes = _decode(path, data)
    if not text.strip():
        raise DeliveryError(f"{path.name}: the file is empty. Check that it was exported and copied completely.")
    return text, notes


def _decode(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ()
    head = data[:_HEAD]
    if len(head.translate(None, delete=_TEXT_BYTES)) > len(head) // 50:  # a few control characters are damage within a text
        return _without_mark(path, data, head), ("no byte order mark, read as UTF-16",)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _guess(data)


def _without_mark(path: Path, data: bytes, head: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of Latin text is zero."""
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.7 * half:
        return data.decode("utf-16-le", errors="replace")
    if head[::2].count(0) > 0.7 * half:
        return data.decode("utf-16-be", errors="replace")
    raise DeliveryError(f"{path.name}: the file holds binary data, no table. Save it as .xlsx or .csv.")


def _guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    if sum(not char.isascii() for char in lenient) - broken > broken:
        return lenient, (f"{broken} damaged characters in a UTF-8 file were replaced by \ufffd",)
    rules = reading().text
    # Umlauts stand beside letters; decoded wrongly they turn into symbols there.
    beside_letters = re.compile(rf"(?<=[A-Za-z])[{rules.letters}]|[{rules.letters}](?=[A-Za-z])")
    texts = {encoding: data.decode(encoding, errors="replace") for encoding in rules.encodings}
    best = max(texts, key=lambda encoding: len(beside_letters.findall(texts[encoding])))
    return texts[best], (f"not Unicode, read as {best}. Check the umlauts, or export the file as UTF-8",)
