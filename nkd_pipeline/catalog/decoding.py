"""Bytes of a text file to text, when nobody said how they were encoded."""

from __future__ import annotations

import codecs
import io
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
_CHUNK = 1 << 22
_SAMPLE = 1 << 22  # bytes from the first that is not ASCII, by which an encoding is guessed
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def decode(path: Path) -> tuple[str, tuple[str, ...]]:
    """Text of a file, and a note when its encoding had to be guessed.

    Raises:
        DeliveryError: The file is empty, too large, or no text.
    """
    lines, notes = decode_lines(path)
    return "".join(lines), notes


def decode_lines(path: Path) -> tuple[list[str], tuple[str, ...]]:
    r"""Lines of a file with their ends, which may be \n, \r or \r\n; else as `decode`. Takes less memory than the whole text for it."""
    limit = reading().limits.text_mb
    size = path.stat().st_size
    if size > limit * MEGABYTE:
        raise DeliveryError(f"{path.name}: the file has {size // MEGABYTE:,} MB, at most {limit:,} MB of text are read. Split the delivery.")
    data = path.read_bytes()
    encoding, notes = _encoding(path, data)
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="") as stream:
        lines = list(stream)
    if not any(line.strip() for line in lines):
        raise DeliveryError(f"{path.name}: the file is empty. Check that it was exported and copied completely.")
    return lines, notes


def _encoding(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, ()
    head = data[:_HEAD]
    if len(head.translate(None, delete=_TEXT_BYTES)) > len(head) // 16:  # fewer control characters are damage within a text
        return _without_mark(path, head), ("no byte order mark, read as UTF-16",)
    damaged, letters = _as_utf8(data)
    if not damaged:
        return "utf-8", ()
    if letters > damaged:
        return "utf-8", (f"{damaged} damaged characters in a UTF-8 file were replaced by \ufffd",)
    return _guess(data)


def _without_mark(path: Path, head: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of Latin text is zero."""
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * half:
        return "utf-16-be"
    raise DeliveryError(f"{path.name}: the file holds binary data, no table. Save it as .xlsx or .csv.")


def _as_utf8(data: bytes) -> tuple[int, int]:
    """How many characters are damaged when the bytes are read as UTF-8, and how many beyond ASCII are not."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    damaged = beyond = 0
    for start in range(0, len(data), _CHUNK):
        text = decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        damaged += text.count("\ufffd")
        beyond += 0 if text.isascii() else sum(not char.isascii() for char in text)
    return damaged, beyond - damaged


def _guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    rules = reading().text
    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - 1) if first else 0
    sample = data[start : start + _SAMPLE]
    # Umlauts stand beside letters; decoded wrongly they turn into symbols there.
    beside_letters = re.compile(rf"(?<=[A-Za-z])[{rules.letters}]|[{rules.letters}](?=[A-Za-z])")
    counts = {encoding: len(beside_letters.findall(sample.decode(encoding, errors="replace"))) for encoding in rules.encodings}
    best = max(counts, key=lambda encoding: counts[encoding])
    return best, (f"not Unicode, read as {best}. Check the umlauts, or export the file as UTF-8",)
