"""An .xlsx file as the zip of XML parts that it is, with its sizes checked before anything is unpacked."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, reading

UNREADABLE = "the workbook is damaged or was not copied completely ({why}). Open it in Excel, save it again as .xlsx, and deliver that."
# What the zip and XML readers raise for damaged files: neither has a base class of its own.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
    SyntaxError,
)


_ENTITIES = (
    "the workbook declares XML entities, which no spreadsheet program writes and which can fill the memory. "
    "Copy the rows into a new workbook if you trust its sender."
)
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"  # a variant that openpyxl takes for a workbook without sheets
_CHUNK = 1 << 20


def local_name(tag: str) -> str:
    """An XML tag without its namespace: strict and transitional workbooks differ in nothing else that matters here."""
    return tag.rpartition("}")[2]


class Package:
    """The parts of one workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def open(self, part: str) -> IO[bytes]:
        """A part as a stream; no more than its declared size ever comes out of it."""
        return self._archive.open(part)

    def size(self, part: str) -> int:
        """Unpacked bytes of a part."""
        return self._archive.getinfo(part).file_size

    def read(self, part: str) -> bytes:
        """A part as bytes."""
        return self._archive.read(part)

    def xml(self, part: str) -> Any:  # noqa: ANN401 - defusedxml has no types
        """A part's root element. Document types are refused, so that no entity can expand."""
        from defusedxml.ElementTree import fromstring

        return fromstring(self.read(part), forbid_dtd=True)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (kind, part) of what a part refers to inside the workbook."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self.names:
            return {}
        found = {}
        for relation in self.xml(rels):
            target = relation.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if relation.get("TargetMode") != "External" and place in self.names:
                found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], place)
        return found

    def sheets(self) -> dict[str, str]:
        """Sheet name -> part."""
        workbook = next(name for name in sorted(self.names) if name.endswith("workbook.xml"))
        related = self.related(workbook)
        found = {}
        for element in self.xml(workbook).iter():
            if local_name(element.tag) != "sheet":
                continue
            relation = next((value for key, value in element.attrib.items() if local_name(key) == "id"), "")
            if related.get(relation, ("", ""))[0] == "worksheet":
                found[element.get("name", "")] = related[relation][1]
        return found


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Opens a workbook's zip after checking what it declares to unpack to.

    Raises:
        DeliveryError: The zip is no workbook, is damaged, encrypted, or would unpack to more than the limits allow.
    """
    from defusedxml.common import DefusedXmlException

    try:
        with zipfile.ZipFile(path) as archive:
            _check(path, archive)
            _check_entities(path, archive)
            yield Package(archive)
    except DeliveryError:
        raise
    except DefusedXmlException as error:
        raise DeliveryError(f"{path.name}: {_ENTITIES}") from error
    except DAMAGE as error:
        raise DeliveryError(f"{path.name}: {UNREADABLE.format(why=_root_cause(error))}") from error


def _root_cause(error: BaseException) -> str:
    """What went wrong first, on one line: openpyxl wraps it in advice that names the file's whole path."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:120] or type(error).__name__


def _check(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    for kind in reading().packed:
        if kind["part"] in names:
            raise DeliveryError(f"{path.name}: {kind['says']}")
    if not any(name.endswith("workbook.xml") for name in names):
        raise DeliveryError(f"{path.name}: this is a zip archive but no workbook. Unpack it and deliver the .xlsx or .csv inside.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DeliveryError(f"{path.name}: the workbook is password-protected. Open it, remove the password, and save it as .xlsx.")
    _check_sizes(path, entries)
    if any(name.endswith("workbook.xml") and _STRICT in archive.read(name) for name in names):
        raise DeliveryError(f'{path.name}: this is a "Strict Open XML" workbook. Save it as "Excel Workbook (.xlsx)".')


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    limits = reading().limits
    if len(entries) > limits.parts:
        raise DeliveryError(f"{path.name}: the workbook has {len(entries):,} parts, at most {limits.parts:,} are read. Split the delivery.")
    for entry in entries:
        if "/media/" in entry.filename:
            continue  # a photo that is too large costs only itself
        if entry.file_size > limits.ratio_from_mb * MEGABYTE and entry.file_size > limits.ratio * max(1, entry.compress_size):
            ratio = entry.file_size // max(1, entry.compress_size)
            message = f'"{entry.filename}" unpacks to {ratio:,} times its size: this is a zip bomb, not a delivery'
            raise DeliveryError(f"{path.name}: {message}. Copy the rows into a new workbook if you trust its sender.")
    media = sum(entry.file_size for entry in entries if "/media/" in entry.filename)
    tables = sum(entry.file_size for entry in entries) - media
    for what, size, limit in (("tables", tables, limits.text_mb), ("photos", media, limits.media_mb)):
        if size > limit * MEGABYTE:
            message = f"the {what} of the workbook unpack to {size // MEGABYTE:,} MB, at most {limit:,} MB are read"
            raise DeliveryError(f"{path.name}: {message}. Delete unused sheets and columns, or split the delivery.")


def _check_entities(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuses document types in every part, also in those that only openpyxl reads: its parser is not protected in each of them."""
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(name) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                data = tail + chunk
                if any(mark in data for mark in _DOCTYPES):
                    raise DeliveryError(f"{path.name}: {_ENTITIES}")
                tail = data[-32:]
