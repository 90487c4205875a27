"""The table of contents at the end of a zip: Python reads it whole, so its size is looked at first."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, reading

# zip file format specification 4.3.14 to 4.3.16
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_END_BYTES, _LOCATOR_BYTES, _END64_BYTES = 22, 20, 56
_LONGEST_COMMENT = 1 << 16


def check_directory(path: Path) -> None:
    """Raises DeliveryError when the zip lists far more members than a workbook has. What has no table of contents is left to the zip reader."""
    with path.open("rb") as stream:
        size = _directory_bytes(stream)
    limit = reading().limits.directory_mb
    if size > limit * MEGABYTE:
        message = f"its table of contents has {size // MEGABYTE:,} MB, at most {limit} MB are read: this is a zip bomb, not a delivery"
        raise DeliveryError(f"{path.name}: {message}. Copy the rows into a new workbook if you trust its sender.")


def _directory_bytes(stream: BinaryIO) -> int:
    """What the end record declares; that of the 64-bit variant, where there is one, counts as it does for Python."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _END_BYTES - _LONGEST_COMMENT - _LOCATOR_BYTES - _END64_BYTES))
    tail = stream.read()
    last = len(tail) - _END_BYTES
    at = last if tail[max(0, last) :].startswith(_END) else tail.rfind(_END)
    if at < 0 or at > last:
        return 0
    record = tail[max(0, at - _LOCATOR_BYTES - _END64_BYTES) :]
    sizes: list[int] = [struct.unpack_from("<I", tail, at + 12)[0]]
    if record.startswith(_END64):
        sizes.append(struct.unpack_from("<Q", record, 40)[0])
    return max(sizes) if sizes[0] != 0xFFFFFFFF else sizes[-1]
