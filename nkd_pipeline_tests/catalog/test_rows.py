"""A row becomes an article, or is quarantined with a reason and a cure; no row takes others with it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.catalog.cleaning import clean_text
from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline_tests.catalog.books import GOOD, HEADERS, workbook


@pytest.mark.parametrize(
    ("row", "kind", "column", "says"),
    [
        pytest.param((None, None, "Hose", None, "A-2"), "no_text", "name", "are empty", id="a model name alone says nothing of the article"),
        pytest.param(("nan", "NULL", "-", "k. A.", "A-2"), "no_text", "name", "are empty", id="words for nothing are nothing"),
        pytest.param(("#REF!", "Text", "", "", "A-2"), "error_cell", "name", "shows #REF!", id="a formula lost its source"),
        pytest.param(("Rock", "#N/A", "", "", "A-2"), "error_cell", "description", "shows #N/A", id="a lookup found nothing"),
        pytest.param(("Rock", "Text", "", "#BEZUG!", "A-2"), "error_cell", "model_descr", "shows #BEZUG!", id="errors as German Excel shows them"),
        pytest.param(("Rock", "Text", "", "", "#N/A"), "error_cell", "article_id", "shows #N/A", id="an id that is an error"),
        pytest.param((501, "Text", "", "", "A-2"), "not_text", "name", "a number (501)", id="a number is no name"),
        pytest.param(("501", "Text", "", "", "A-2"), "not_text", "name", "no word", id="a number stored as text is no name either"),
        pytest.param((datetime(2026, 3, 1), "Text", "", "", "A-2"), "not_text", "name", "a date (2026-03-01)", id="Excel made a date of it"),
        pytest.param((True, "Text", "", "", "A-2"), "not_text", "name", "a truth value", id="a checkbox is no name"),
        pytest.param(("Summe:", None, 12, None, None), "no_text", "name", "row of totals", id="a row of totals"),
        pytest.param(("Rock", "\t@SUM(A1)", "", "", "A-2"), "error_cell", "description", "formula", id="a formula, whatever it does"),
        pytest.param(("Rock", 0, "", "", "A-2"), "not_text", "description", "a number (0)", id="a link to an empty cell shows 0"),
        pytest.param(("Rock", "x" * 20_001, "", "", "A-2"), "too_long", "description", "20,001 characters", id="a whole document pasted into a cell"),
        pytest.param(("Rock", "Text", "", "", "a/b"), "bad_id", "article_id", "part of a file name", id="a slash makes a folder"),
        pytest.param(("Rock", "Text", "", "", ".."), "bad_id", "article_id", "another folder", id="two dots leave the folder"),
        pytest.param(("Rock", "Text", "", "", "CON"), "bad_id", "article_id", "device", id="Windows cannot write CON"),
        pytest.param(("Rock", "Text", "", "", "x" * 101), "bad_id", "article_id", "101 characters", id="too long for a file name"),
        pytest.param(("Rock", "Text", "", "", date(2026, 1, 5)), "bad_id", "article_id", "Format the column as text", id="1-5 became a date"),
        pytest.param(("Rock", "Text", "", "", "A-1"), "duplicate_id", "article_id", 'row 2 of sheet "Artikel"', id="an id used twice"),
        pytest.param(("Rock", "Text", "", "", "a-1"), "duplicate_id", "article_id", "but for capitals", id="a and A are one file on Windows"),
    ],
)
def test_a_bad_row_is_quarantined_with_reason_and_cure_and_the_others_stay(tmp_path, row, kind, column, says):
    path = workbook(tmp_path / "lieferung.xlsx", [HEADERS, GOOD, row, ("Kleid", "Ein Kleid.", "Kleid", "rot", "A-3")])
    delivery = read_delivery(path)
    assert [article.article_id for article in delivery.rows] == ["A-1", "A-3"]
    (bad,) = delivery.quarantined
    assert (bad.kind, bad.column, bad.source_row, bad.source_sheet, bad.source_file) == (kind, column, 3, "Artikel", "lieferung.xlsx")
    assert bad.reason.startswith(f'row 3, column "{column}": ')
    assert says in bad.reason
    assert len(bad.raw) <= 2000


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param("NKD-240317", "NKD-240317", id="as delivered"),
        pytest.param("  A 1_b.c-d ", "A 1_b.c-d", id="spaces around are trimmed, the one inside stays"),
        pytest.param(4061234567890, "4061234567890", id="an EAN is a number to Excel"),
        pytest.param(4711.0, "4711", id="no decimal point appears"),
        pytest.param("HÜ-12", "HÜ-12", id="umlauts are fine in file names"),
    ],
)
def test_ids_are_kept_exactly(tmp_path, value, kept):
    path = workbook(tmp_path / "d.xlsx", [HEADERS, ("Rock", "Text", "", "", value)])
    assert read_delivery(path).rows[0].article_id == kept


def test_leading_zeros_that_only_the_number_format_shows_are_part_of_the_id(tmp_path):
    def format_as_zeros(book):
        book.active["E2"].number_format = "000000"

    path = workbook(tmp_path / "d.xlsx", [HEADERS, ("Rock", "Text", "", "", 4711)], change=format_as_zeros)
    assert read_delivery(path).rows[0].article_id == "004711"


def test_without_an_id_the_texts_give_one_that_trivial_edits_do_not_change(tmp_path):
    rows = [("name", "description", "model_descr"), ("Rock rot", "Ein  Rock.", "rot")]
    edited = [("name", "description", "model_descr"), (" Rock\u00a0rot", "Ein\nRock. ", "rot"), ("Rock blau", "Ein Rock.", "blau")]
    (first,) = read_delivery(workbook(tmp_path / "a.xlsx", rows)).rows
    again, other = read_delivery(workbook(tmp_path / "b.xlsx", edited)).rows
    assert first.article_id == again.article_id != other.article_id
    assert len(first.article_id) == 13
    assert first.article_id.startswith("a")


def test_same_texts_without_ids_are_a_duplicate_and_with_ids_are_two_articles(tmp_path):
    texts = ("Rock", "Ein Rock.")
    without = read_delivery(workbook(tmp_path / "a.xlsx", [("name", "description"), texts, texts]))
    assert [row.kind for row in without.quarantined] == ["duplicate"]
    assert 'same texts as row 2 of sheet "Artikel"' in without.quarantined[0].reason
    with_ids = read_delivery(workbook(tmp_path / "b.xlsx", [("name", "description", "SKU"), (*texts, "1"), (*texts, "2")]))
    assert len(with_ids.rows) == 2


def test_rows_that_lack_an_id_among_others_get_one_from_their_texts(tmp_path):
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", [HEADERS, GOOD, ("Rock", "Text", "", "", None), ("Rock", "Text", "", "", "-")]))
    assert delivery.rows[1].article_id.startswith("a")
    assert [row.kind for row in delivery.quarantined] == ["duplicate"]


def test_numbers_and_dates_are_fine_where_shorthand_stands(tmp_path):
    rows = [HEADERS, ("Jeans", "Text", 501, 3.5, "1"), ("Jeans", "Text", 501.0, datetime(2026, 5, 1), "2")]
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", rows))
    assert [(row.model_name, row.model_descr) for row in delivery.rows] == [("501", "3.5"), ("501", "2026-05-01")]


def test_shorthand_alone_makes_an_article(tmp_path):
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", [HEADERS, (None, None, None, "T-Shirt, rot", "1")]))
    assert delivery.rows[0].model_descr == "T-Shirt, rot"
    assert delivery.rows[0].name == ""


def test_texts_stay_as_delivered_but_for_control_characters(tmp_path):
    text = "Prosa.\u00a0 Noch  mehr\n\n\n\tPunkt\n\tPunkt_x000D_\n"
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", [HEADERS, ("VIskose-Rock_x0007_", text, "", "", "1")]))
    assert delivery.rows[0].name == "VIskose-Rock"
    assert delivery.rows[0].description == "Prosa.\u00a0 Noch  mehr\n\n\n\tPunkt\n\tPunkt\n"


def test_limit_takes_the_first_valid_rows(tmp_path):
    rows = [HEADERS, (None, None, None, None, "bad"), *(("Rock", "Text", "", "", number) for number in range(5))]
    delivery = read_delivery(workbook(tmp_path / "d.xlsx", rows), limit=2)
    assert [row.article_id for row in delivery.rows] == ["0", "1"]
    assert len(delivery.quarantined) == 1


@pytest.mark.parametrize("text", ["- 2 Taschen", "- Rock (rot)", "+ Gürtel", "@home-Hose", "=> weich", "-20 % (Aktion)", "+/- 2 cm"])
def test_a_sign_at_the_beginning_makes_no_formula(tmp_path, text):
    path = tmp_path / "d.csv"
    path.write_text(f"name;description\nRock;{text}\n", encoding="utf-8")
    assert read_delivery(path).rows[0].description == text


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_can_be_stored_and_cleaning_twice_changes_nothing(text):
    cleaned = clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_text(cleaned) == cleaned
    assert not any(ord(char) < 32 and char not in "\n\t" for char in cleaned)
