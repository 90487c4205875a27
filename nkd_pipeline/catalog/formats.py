"""What a file is, by its content: names lie, and a refusal should say how to get it read."""

from __future__ import annotations

import mmap
from pathlib import Path

from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, reading

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a stream's name inside the OLE container of a protected workbook
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")


def is_workbook(path: Path) -> bool:
    """True for a zip, which only a workbook may be; False for what has to be text.

    Raises:
        DeliveryError: The file is missing, empty, too large, or of a kind that is not read.
    """
    head = _head(path)
    if path.name.startswith("~$"):
        raise DeliveryError(f"{path.name}: this is the lock file of a workbook that is open in Excel. Deliver {path.name[2:]} instead.")
    if not head:
        raise DeliveryError(f"{path.name}: the file is empty. Check that it was exported and copied completely.")
    if head.startswith(b"PK\x03\x04"):
        return True
    if head.startswith(_OLE):
        raise DeliveryError(f"{path.name}: {_ole(path)}")
    for kind in reading().refused:
        if head.startswith(bytes.fromhex(kind["magic"])):
            raise DeliveryError(f"{path.name}: {kind['says']}")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        raise DeliveryError(f"{path.name}: this is a web page or XML, whatever its ending says. Open it in Excel and save it as .xlsx or .csv.")
    if path.suffix.lower() not in reading().text.endings:
        raise DeliveryError(f"{path.name}: a delivery is a workbook or a text table. Save it as .xlsx or .csv.")
    return False


def _head(path: Path) -> bytes:
    limit = reading().limits.file_mb
    try:
        if path.is_dir():
            raise DeliveryError(f"{path.name}: this is a folder. Name the delivery file in it.")
        if path.exists() and not path.is_file():
            raise DeliveryError(f"{path.name}: this is a device or a pipe, no file. Copy the delivery into a folder and name it there.")
        if not path.is_file():
            raise DeliveryError(f"{path.name}: there is no such file. Check the name and the folder.")
        if path.stat().st_size > limit * MEGABYTE:
            raise DeliveryError(f"{path.name}: the file has more than {limit:,} MB. Split the delivery.")
        with path.open("rb") as stream:
            return stream.read(64)
    except OSError as error:
        raise DeliveryError(f"{path.name}: the file cannot be opened ({error.strerror}). Check who may read it.") from error


def _ole(path: Path) -> str:
    """A protected .xlsx lies in the same container as an old .xls."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        protected = data.find(_ENCRYPTED) >= 0
    if protected:
        return "the workbook is password-protected. Open it, remove the password (File > Info > Protect Workbook), and save it as .xlsx."
    return "this is an old Excel file (.xls). Open it in Excel and save it as .xlsx or .csv."
