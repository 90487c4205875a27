"""Files that cannot be read say why, and what to do instead."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.catalog.delivery import DeliveryError, read_delivery
from nkd_pipeline_tests.catalog.books import GOOD, HEADERS, repacked, workbook

SAMPLE = Path(__file__).parents[2] / "data" / "deliveries" / "sample_catalog.xlsx"
STRICT = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>
</sheetData></worksheet>"""


def refusal(path, **arguments):
    with pytest.raises(DeliveryError) as caught:
        read_delivery(path, **arguments)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert "/" not in message.split(":", maxsplit=1)[0]
    return message


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        pytest.param("d.xls", OLE + bytes(600), "old Excel file (.xls)", id="Excel of the nineties"),
        pytest.param("d.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password-protected", id="encrypted workbook"),
        pytest.param("d.pdf", b"%PDF-1.7 ...", "this is a PDF", id="a printed list"),
        pytest.param("d.csv.gz", b"\x1f\x8b\x08 ...", "gzip", id="packed text"),
        pytest.param("d.xls", b"<html><table><tr><td>name</td></tr></table>", "web page", id="a web page called .xls"),
        pytest.param("d.csv", b"", "is empty", id="no bytes"),
        pytest.param("d.csv", b" \n\n", "is empty", id="only line ends"),
        pytest.param("d.csv", bytes(range(256)) * 30, "binary data", id="not text at all"),
        pytest.param("~$d.xlsx", b"\x05Anna", "open in Excel. Deliver d.xlsx", id="the lock file beside an open workbook"),
        pytest.param("d.xlsx", b"PK\x03\x04 half a file", "not copied completely", id="still being copied"),
        pytest.param("d.csv", b"a;b\n1;2\n", "Found: a, b.", id="text without a known header"),
        pytest.param("d.json", b'[{"name": "Rock"}]', "Save it as .xlsx or .csv", id="JSON"),
    ],
)
def test_other_files_are_refused_with_a_cure(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)
    assert says in refusal(path)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        pytest.param("mimetype", ".ods", id="OpenDocument"),
        pytest.param("Index/Document.iwa", "Numbers", id="Numbers"),
        pytest.param("xl/workbook.bin", ".xlsb", id="binary workbook"),
        pytest.param("word/document.xml", "Word", id="Word"),
        pytest.param("bilder/1.png", "Unpack it", id="any other zip"),
    ],
)
def test_zips_that_are_no_workbook_are_named(tmp_path, part, says):
    path = tmp_path / "d.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert says in refusal(path)


def test_missing_files_and_folders_are_named(tmp_path):
    assert "no such file" in refusal(tmp_path / "fehlt.xlsx")
    assert "this is a folder" in refusal(tmp_path)


def test_a_text_that_is_no_table_by_its_name_is_refused(tmp_path):
    # prose with a comma and the word "name" in its first line would pass for a table
    path = tmp_path / "README.md"
    path.write_text("article, name and price\nare here, there, everywhere\n", encoding="utf-8")
    assert "Save it as .xlsx or .csv" in refusal(path)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        pytest.param({"xl/worksheets/sheet1.xml": BILLION_LAUGHS}, "XML entities", id="entities in a sheet"),
        pytest.param({"xl/workbook.xml": BILLION_LAUGHS}, "XML entities", id="entities in the workbook"),
        pytest.param({"xl/styles.xml": BILLION_LAUGHS.replace(b"worksheet", b"styleSheet")}, "XML entities", id="entities in the styles"),
        pytest.param({"xl/worksheets/sheet1.xml": bytes(30_000_000)}, "zip bomb", id="a part of thirty million zeros"),
        pytest.param({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}, "not copied completely", id="broken XML"),
        pytest.param({"xl/workbook.xml": b"<a/>"}, "no rows found", id="a workbook without sheets"),
        pytest.param({"xl/workbook.xml": STRICT}, "Strict Open XML", id="a variant of the format that hardly anybody writes"),
        pytest.param({"xl/styles.xml": b"<styleSheet><bogus"}, "not copied completely", id="broken styles"),
    ],
)
def test_hostile_and_damaged_workbooks_are_refused(tmp_path, parts, says):
    assert says in refusal(repacked(workbook(tmp_path / "d.xlsx", [HEADERS, GOOD]), parts))


def test_a_workbook_that_declares_too_much_is_not_unpacked(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, GOOD])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        for number in range(3):
            archive.writestr(f"xl/extra{number}.xml", b"x")
    data = path.read_bytes()
    # declare 90 MB for each of the three parts, in the central directory that readers go by
    for number in range(3):
        at = data.rindex(f"xl/extra{number}.xml".encode()) - 46
        data = data[: at + 20] + (90_000_000).to_bytes(4, "little") * 2 + data[at + 28 :]
    path.write_bytes(data)
    assert "270 MB, at most 200 MB" in refusal(path)


def test_an_encrypted_zip_is_named(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, GOOD])
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(bytes(data))
    assert "password-protected" in refusal(path)


def test_a_workbook_of_hidden_sheets_says_so(tmp_path):
    def hide(book):
        book.create_sheet("Leer")
        book["Artikel"].sheet_state = "hidden"

    assert 'sheet "Artikel" is hidden' in refusal(workbook(tmp_path / "d.xlsx", [HEADERS, GOOD], change=hide))


@settings(max_examples=30)
@given(damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6), kept=st.one_of(st.just(1.0), st.floats(0, 1)))
def test_a_damaged_file_is_read_or_refused_but_nothing_else(tmp_path_factory, damage, kept):
    data = bytearray(SAMPLE.read_bytes())
    for place, value in damage:
        data[int(place * len(data))] = value
    path = tmp_path_factory.mktemp("damaged") / "d.xlsx"
    path.write_bytes(data[: int(kept * len(data))])
    with contextlib.suppress(DeliveryError):
        assert len(read_delivery(path).rows) <= 46
