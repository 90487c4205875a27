"""Files that are hostile as archives or as XML, before any cell is looked at."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, HEADERS, MAIN, OFFICE, SHEET, book, good_parts, relations, sheet, written
from nkd_pipeline_tests.hostile.case import Case, refused, taken

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
BOMB = f'<!DOCTYPE l [<!ENTITY a "haha">{LAUGHS}]><worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&j;</v></c></row></sheetData></worksheet>'
STEALS = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst xmlns="{MAIN}"><si><t>&f;</t></si></sst>'
CALLS = f'<!DOCTYPE worksheet SYSTEM "http://192.0.2.1/a.dtd"><worksheet xmlns="{MAIN}"/>'
DAMAGED = ("damaged or was not copied completely", "save it again")
ENTITIES = ("declares XML entities", "Copy the rows into a new workbook")


def raw(name: str, data: bytes) -> Callable[[Path], Path]:
    """Writes a file of these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def zipped(changed: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Callable[[Path], Path]:
    """Writes a good workbook with these parts changed or added."""
    return lambda folder: written(folder / "d.xlsx", {**good_parts(), **changed}, compression)


def packed(content: Mapping[str, str | bytes], name: str = "d.xlsx") -> Callable[[Path], Path]:
    """Writes a zip of these parts alone."""
    return lambda folder: written(folder / name, content)


def zip_bomb(folder: Path) -> Path:
    path = book(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/theme.xml", "w") as part:
        for _ in range(150):
            part.write(bytes(1_000_000))
    return path


def _declared(path: Path, name: bytes, size: int) -> Path:
    """Changes the size that the table of contents declares for a member."""
    data = bytearray(path.read_bytes())
    at = data.rindex(name) - 46
    data[at + 24 : at + 28] = struct.pack("<I", size)
    path.write_bytes(data)
    return path


def promises_terabytes(folder: Path) -> Path:
    return _declared(book(folder, xl_theme__xml=b"x" * 1_000_000), b"xl/theme.xml", 0xFFFF_FFF0)


def promises_less(folder: Path) -> Path:
    return _declared(book(folder), SHEET.encode(), 40)


def endless_contents(folder: Path) -> Path:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x"
    contents = entry * 300_000
    end = b"PK\x05\x06" + bytes(4) + struct.pack("<HHIIH", 65_535, 65_535, len(contents), 4, 0)
    (folder / "d.xlsx").write_bytes(b"PK\x03\x04" + contents + end)
    return folder / "d.xlsx"


def cut_off(folder: Path) -> Path:
    path = book(folder)
    path.write_bytes(path.read_bytes()[:-700])
    return path


def one_byte_flipped(folder: Path) -> Path:
    path = book(folder, *((f"Rock {number}", "Text", "", "", number) for number in range(300)))
    data = bytearray(path.read_bytes())
    data[data.index(b"sheet1.xml") + 600] ^= 0xFF
    path.write_bytes(data)
    return path


def password_in_zip(folder: Path) -> Path:
    data = bytearray(book(folder).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    (folder / "d.xlsx").write_bytes(data)
    return folder / "d.xlsx"


def twice(folder: Path) -> Path:
    path = book(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet2.xml", sheet(HEADERS, ("Anderer Rock", "Text", "", "", "X-1")))
    path.write_bytes(path.read_bytes().replace(b"sheet2.xml", b"sheet1.xml"))
    return path


def many_parts(folder: Path) -> Path:
    return written(folder / "d.xlsx", {**good_parts(), **{f"x/{number}": "" for number in range(20_001)}}, zipfile.ZIP_STORED)


def members_outside(folder: Path) -> Path:
    outside = ("../../evil.txt", "/etc/evil", "xl/../../evil", "..\\..\\evil", "C:\\evil")
    return written(folder / "d.xlsx", {**dict.fromkeys(outside, "x"), **good_parts()})


DDE = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="x"/></ddeItems></ddeLink></externalLink>'
CIRCLE = {
    "xl/worksheets/_rels/sheet1.xml.rels": relations({"a": ("drawing", "../drawings/d.xml"), "b": ("worksheet", "sheet1.xml")}),
    "xl/drawings/_rels/d.xml.rels": relations({"a": ("drawing", "d.xml"), "b": ("worksheet", "../worksheets/sheet1.xml")}),
    "xl/drawings/d.xml": "<wsDr/>",
}
ENCODED = f'<?xml version="1.0" encoding="utf-16"?>{BOMB}'.encode("utf-16")
EBCDIC = f'<?xml version="1.0" encoding="cp037"?>{BOMB}'.encode("cp037")
WIDE_TAG = "<a " + " ".join(f'a{n}=""' for n in range(700_000)) + "/>"
LISTED = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="s1"/><sheet name="B" r:id="s9"/></sheets></workbook>'
DECOY = {"a/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}
OPEN_DOCUMENT = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office:document-content/>"}

CASES = [
    Case("a zip bomb: 150 MB of zeros in 150 kB", zip_bomb, refused("zip bomb", "Copy the rows")),
    Case("a part that promises to unpack to 4 GB", promises_terabytes, refused("unpacks to", "zip bomb")),
    Case("a part that holds more than it promises", promises_less, refused(*DAMAGED)),
    Case("a table of contents of 300,000 members", endless_contents, refused("table of contents", "zip bomb")),
    Case("20,001 parts", many_parts, refused("at most 20,000", "Split"), memory_mb=150),
    Case("an entity bomb: a billion laughs", zipped({SHEET: BOMB}), refused(*ENTITIES)),
    Case("an entity bomb in UTF-16", zipped({SHEET: ENCODED}), refused(*ENTITIES)),
    Case("an entity bomb in EBCDIC, which hides its letters", zipped({SHEET: EBCDIC}), refused("d.xlsx: the workbook")),
    Case("an entity bomb in a part that is not needed", zipped({"docProps/app.xml": BOMB}), taken(2)),
    Case("an entity that reads /etc/passwd", zipped({"xl/workbook.xml": STEALS}), refused(*ENTITIES)),
    Case("a document type from a server", zipped({SHEET: CALLS}), refused(*ENTITIES)),
    Case("elements nested 500,000 deep", zipped({SHEET: "<a>" * 500_000}), refused("nested more than 256 deep", "save it again")),
    Case("a tag of 700,000 attributes", zipped({SHEET: WIDE_TAG}), refused("a tag of more than 4 MB")),
    Case("bytes that are no UTF-8 in the XML", zipped({SHEET: sheet(HEADERS, *GOOD).encode().replace(b"Rock", b"R\xff\xfe")}), refused(*DAMAGED)),
    Case("cut off while it was copied", cut_off, refused(*DAMAGED)),
    Case("one byte flipped within a sheet", one_byte_flipped, refused(*DAMAGED)),
    Case("password-protected", raw("d.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), refused("password-protected", "remove")),
    Case("a zip with a password", password_in_zip, refused("password-protected", "remove the password")),
    Case("an old .xls", raw("d.xls", OLE + bytes(2000)), refused("(.xls)", "save it as .xlsx")),
    Case("an old .xls called .xlsx", raw("d.xlsx", OLE + bytes(2000)), refused("(.xls)", "save it as .xlsx")),
    Case("an .ods", packed(OPEN_DOCUMENT, "d.ods"), refused("(.ods)", "save it as .xlsx")),
    Case("an .ods called .xlsx", packed(OPEN_DOCUMENT), refused("(.ods)", "save it as .xlsx")),
    Case("a binary workbook", zipped({"xl/workbook.bin": b"\x00"}), refused("(.xlsb)", "save it as .xlsx")),
    Case("a Word document", packed({"word/document.xml": "<w/>"}), refused("Word document")),
    Case("a workbook inside a zip", packed({"d.xlsx": b"PK\x03\x04"}, "d.zip"), refused("zip archive", "Unpack it")),
    Case("a gzip called .xlsx", raw("d.xlsx", b"\x1f\x8b\x08\x00abc"), refused("gzip", "Unpack it")),
    Case("a PDF called .xlsx", raw("d.xlsx", b"%PDF-1.7\n"), refused("PDF", "Ask for")),
    Case("a web page called .xls", raw("d.xls", b"<html><table><tr><td>name</td></tr></table>"), refused("web page", "save it as .xlsx")),
    Case("a sheet that is there twice", twice, refused("is there twice", "save it again")),
    Case("parts packed as LZMA", zipped({}, zipfile.ZIP_LZMA), refused("packed as no spreadsheet program", "save it again")),
    Case("members with paths that lead out of the archive", members_outside, taken(2)),
    Case("relations that go round in circles", zipped(CIRCLE), taken(2)),
    Case("macros", zipped({"xl/vbaProject.bin": OLE + bytes(99)}), taken(2)),
    Case("a DDE link to cmd", zipped({"xl/externalLinks/externalLink1.xml": DDE}), taken(2)),
    Case("a second list of sheets as a decoy", zipped(DECOY), taken(2)),
    Case("a sheet that is listed and missing", zipped({"xl/workbook.xml": LISTED}), taken(2, 0, 'sheet "B" is listed', "Ask for a new copy")),
]
