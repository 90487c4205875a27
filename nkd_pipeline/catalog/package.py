"""An .xlsx file as the zip of XML parts that it is, with its sizes checked before anything is unpacked."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nkd_pipeline.catalog.directory import check_directory
from nkd_pipeline.catalog.markup import EntityError, MarkupError, Reader, attribute, read_markup
from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, reading

UNREADABLE = "the workbook is damaged or was not copied completely ({why}). Open it in Excel, save it again as .xlsx, and deliver that."
# What the zip and XML readers raise for damaged files: neither has a base class of its own.
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, LookupError, ArithmeticError, ValueError, EOFError, OSError, RuntimeError)

_ENTITIES = (
    "the workbook declares XML entities, which no spreadsheet program writes and which can fill the memory. "
    "Copy the rows into a new workbook if you trust its sender."
)
_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# namespace of a variant of the format that stores dates differently
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LONGEST_SHEET_NAME = 100  # characters; Excel ends at 31


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it."""

    name: str
    part: str  # "" when the file lacks it
    visible: bool


class Package:
    """The parts of one workbook."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file = file  # name for messages
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

    def scan(self, part: str, reader: Reader) -> None:
        """Feeds an XML part to its reader."""
        try:
            with self.open(part) as stream:
                read_markup(stream, reader)
        except MarkupError as error:
            raise MarkupError(f"{part[:60]}: {error}") from error

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (kind, part) of what a part refers to inside the workbook; "" is the workbook as a whole."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.names:
            return {}
        relations = _Relations(folder)
        self.scan(rels, relations)
        return {key: (kind, place) for key, (kind, place) in relations.found.items() if place in self.names}

    def workbook(self) -> str:
        """The part that lists the sheets."""
        named = [place for kind, place in self.related("").values() if kind == "officeDocument"]
        return (named or [name for name in sorted(self.names) if name.endswith("workbook.xml")])[0]

    def sheets(self) -> tuple[list[SheetPart], bool]:
        """Sheets in the workbook's order, and whether dates are counted from 1904. Charts and macro sheets are left out."""
        workbook = self.workbook()
        related, listed = self.related(workbook), _Workbook()
        self.scan(workbook, listed)
        if listed.strict:
            raise DeliveryError(f'{self.file}: this is a "Strict Open XML" workbook. Save it as "Excel Workbook (.xlsx)".')
        found = [(name, *related.get(relation, ("", "")), visible) for name, relation, visible in listed.sheets]
        return [SheetPart(name, part, visible) for name, kind, part, visible in found if kind in ("worksheet", "")], listed.from_1904


class _Relations(Reader):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        target = attributes.get("Target", "")
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(self._folder, target))
        self.found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], place)


class _Workbook(Reader):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []  # name, relation id, visible
        self.from_1904 = self.strict = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", "")[:_LONGEST_SHEET_NAME], attribute(attributes, "id"), visible))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "workbook":
            self.strict = _STRICT in attributes.values()


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Opens a workbook's zip after checking what it declares to unpack to.

    Raises:
        DeliveryError: The zip is no workbook, is damaged, encrypted, or would unpack to more than the limits allow.
    """
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as archive:
            _check(path.name, archive)
            yield Package(path.name, archive)
    except EntityError as error:
        raise DeliveryError(f"{path.name}: {_ENTITIES}") from error
    except DAMAGE as error:
        raise DeliveryError(f"{path.name}: {UNREADABLE.format(why=one_line(error))}") from error


def one_line(error: BaseException) -> str:
    """What went wrong, short enough for a message."""
    return " ".join(str(error).split())[:120] or type(error).__name__


def _check(file: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    _check_sizes(file, entries)
    times = Counter(entry.filename for entry in entries)
    for kind in reading().packed:
        if kind["part"] in times:
            raise DeliveryError(f"{file}: {kind['says']}")
    if not any(name.endswith("workbook.xml") for name in times):
        raise DeliveryError(f"{file}: this is a zip archive but no workbook. Unpack it and deliver the .xlsx or .csv inside.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DeliveryError(f"{file}: the workbook is password-protected. Open it, remove the password, and save it as .xlsx.")
    again = "Open the workbook in Excel and save it again"
    if twice := [name for name, count in times.items() if count > 1]:
        raise DeliveryError(f'{file}: the part "{twice[0][:60]}" is there twice, and programs differ in which one they read. {again}.')
    if odd := [entry.filename for entry in entries if entry.compress_type not in _PACKING]:
        raise DeliveryError(f'{file}: the part "{odd[0][:60]}" is packed as no spreadsheet program does. {again}.')


def _check_sizes(file: str, entries: list[zipfile.ZipInfo]) -> None:
    limits = reading().limits
    if len(entries) > limits.parts:
        raise DeliveryError(f"{file}: the workbook has {len(entries):,} parts, at most {limits.parts:,} are read. Split the delivery.")
    for entry in entries:
        if "/media/" in entry.filename:
            continue  # a photo that is too large costs only itself
        if entry.file_size > limits.ratio_from_mb * MEGABYTE and entry.file_size > limits.ratio * max(1, entry.compress_size):
            ratio = entry.file_size // max(1, entry.compress_size)
            message = f'"{entry.filename[:60]}" unpacks to {ratio:,} times its size: this is a zip bomb, not a delivery'
            raise DeliveryError(f"{file}: {message}. Copy the rows into a new workbook if you trust its sender.")
    media = sum(entry.file_size for entry in entries if "/media/" in entry.filename)
    tables = sum(entry.file_size for entry in entries) - media
    for what, size, limit in (("tables", tables, limits.text_mb), ("photos", media, limits.media_mb)):
        if size > limit * MEGABYTE:
            message = f"the {what} of the workbook unpack to {size // MEGABYTE:,} MB, at most {limit:,} MB are read"
            raise DeliveryError(f"{file}: {message}. Delete unused sheets and columns, or split the delivery.")
