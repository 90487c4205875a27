"""Text files in every encoding and with every separator, carefully quoted or not."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.catalog.delivery import read_delivery

TEXT = "SKU;Titel;Beschreibung\n1;Größe für süße Mädchen;Weiß, schön\n"


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        pytest.param("utf-8", False, id="utf-8"),
        pytest.param("utf-8-sig", False, id="utf-8 as Excel marks it"),
        pytest.param("utf-16", False, id="Excel's Unicode text"),
        pytest.param("utf-16-le", True, id="utf-16 without its mark"),
        pytest.param("utf-16-be", True, id="utf-16 of the other byte order without its mark"),
        pytest.param("cp1252", True, id="Windows"),
        pytest.param("mac_roman", True, id="Excel on an old Mac"),
        pytest.param("cp850", True, id="DOS export of a merchandise system"),
    ],
)
def test_every_encoding_gives_the_same_umlauts(tmp_path, encoding, noted):
    path = tmp_path / "d.csv"
    path.write_bytes(TEXT.encode(encoding))
    delivery = read_delivery(path)
    assert (delivery.rows[0].name, delivery.rows[0].description) == ("Größe für süße Mädchen", "Weiß, schön")
    assert bool(delivery.notes) == noted


def test_one_damaged_byte_does_not_change_the_encoding_of_the_rest(tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes(TEXT.encode() + b"2;Rock \xff;blau\n")
    delivery = read_delivery(path)
    assert [row.name for row in delivery.rows] == ["Größe für süße Mädchen", "Rock \ufffd"]
    assert "1 damaged characters" in delivery.notes[0]


@pytest.mark.parametrize("end", [pytest.param("\n", id="Unix"), pytest.param("\r\n", id="Windows"), pytest.param("\r", id="old Mac")])
@pytest.mark.parametrize(
    "delimiter",
    [pytest.param(";", id="semicolon"), pytest.param(",", id="comma"), pytest.param("\t", id="tab"), pytest.param("|", id="bar")],
)
def test_the_separator_is_found_and_quoted_texts_keep_theirs(tmp_path, delimiter, end):
    out = io.StringIO()
    prose = "Weich, warm; schön | gut.\n\n\n\tPunkt, eins\n\tPunkt; zwei\n"
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([("name", "description", "SKU"), ("Rock", prose, "1"), ("Hose", "kurz", "2")])
    path = tmp_path / "d.txt"
    path.write_bytes(out.getvalue().encode())
    rows = read_delivery(path).rows
    assert [(row.name, row.description, row.source_row) for row in rows] == [("Rock", prose, 2), ("Hose", "kurz", 3)]


@pytest.mark.parametrize(
    ("text", "names", "kinds"),
    [
        pytest.param("sep=|\nname|SKU\nRock|1\n", ["Rock"], [], id="Excel's own line naming the separator"),
        pytest.param("description\nWeich, warm; schön\n", [""], [], id="one column: nothing in a text is a separator"),
        pytest.param("\n\nListe\nname;SKU\n\nRock;1\n;;\n", ["Rock"], [], id="title and blank rows"),
        pytest.param('name;SKU\n"Rock" blau;1\nHose;2\n', ["Rock blau", "Hose"], [], id="a word in quotes at the beginning"),
        pytest.param('name;SKU\nHose 5" weit;1\nRock;2\n', ['Hose 5" weit', "Rock"], [], id="a quote within a text"),
        pytest.param('name;color;SKU\n"Rock;rot;1\nHose;blau;2\nKleid;grün;3\n', ["Hose", "Kleid"], ["shifted"], id="a quote that never closes"),
        pytest.param('name;color;SKU\n"Rock;rot;1\n"Hose";"blau";"2"\n', ["Hose"], ["shifted"], id="it closes at the next row's first quote"),
        pytest.param('name;color;SKU\n"Rock;rot;1\nHose;blau 5";2\nKleid;grün;3\n', ["Hose", "Kleid"], ["shifted"], id="it closes in mid-row"),
        pytest.param("name;color;SKU\nRock; weit;rot;1\nHose;blau;2\n", ["Hose"], ["shifted"], id="a separator in an unquoted text"),
        pytest.param("name;color;SKU\nRock\nHose;blau;2;;;\n", ["Rock", "Hose"], [], id="short rows, and blank cells too many"),
        pytest.param('name;SKU\nRock;="0815"\n', ["Rock"], [], id="a formula that keeps zeros"),
    ],
)
def test_careless_files_lose_no_more_than_the_careless_row(tmp_path, text, names, kinds):
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8")
    delivery = read_delivery(path)
    assert [row.name for row in delivery.rows] == names
    assert [row.kind for row in delivery.quarantined] == kinds
    assert all(row.reason.startswith(f"row {row.source_row}: ") and "Repair the row" in row.reason for row in delivery.quarantined)


def test_zeros_kept_by_a_formula_stay(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text('name;SKU\nRock;="0815"\n', encoding="utf-8")
    assert read_delivery(path).rows[0].article_id == "0815"


def test_a_long_file_with_an_open_quote_near_its_start_is_read_in_linear_time(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text('name;color;SKU\n"Rock;rot;x\n' + "".join(f"Hose;blau;{number}\n" for number in range(5000)), encoding="utf-8")
    delivery = read_delivery(path)
    assert (len(delivery.rows), len(delivery.quarantined)) == (5000, 1)


WORDS = st.text(alphabet="abcÄöß,;|\t\n\"' .", min_size=1, max_size=30).map(lambda text: f"x{text}x")


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6, unique=True), delimiter=st.sampled_from(";,\t|"))
def test_whatever_csv_writes_is_read_back(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("csv") / "d.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(("name", "SKU", "description"))
        writer.writerows((name, number, text) for number, (name, text) in enumerate(rows))
    delivery = read_delivery(path)
    assert [(row.name, row.description) for row in delivery.rows] == rows
