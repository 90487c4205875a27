"""Columns are found by their headers, in German and English, and a person can say otherwise."""

from __future__ import annotations

import pytest

from nkd_pipeline.catalog.delivery import DeliveryError, read_delivery
from nkd_pipeline.catalog.headers import column_words, header_key
from nkd_pipeline_tests.catalog.books import workbook


@pytest.mark.parametrize(
    ("header", "field"),
    [
        pytest.param("Artikelbezeichnung", "name", id="German compound"),
        pytest.param("BEZEICHNUNG", "name", id="capitals do not matter"),
        pytest.param("Produkt-Titel", "name", id="nor do hyphens"),
        pytest.param(" product_name* ", "name", id="nor underscores, spaces and asterisks"),
        pytest.param("Beschreibung (DE)", "description", id="nor the language"),
        pytest.param("Langtext\n[max. 2000]", "description", id="nor a remark in brackets"),
        pytest.param("Modellname", "model_name", id="model name"),
        pytest.param("Modellbeschreibung", "model_descr", id="model description"),
        pytest.param("Einkäufertext", "model_descr", id="umlaut"),
        pytest.param("Einkaeufertext", "model_descr", id="umlaut spelled out"),
        pytest.param("Art.-Nr.", "article_id", id="abbreviation"),
        pytest.param("sku", "article_id", id="shop word"),
        pytest.param("Farbe", "color", id="colour"),
        pytest.param("Zielgruppe", "gender", id="target group"),
        pytest.param("Warengruppe", "category", id="merchandise group"),
        pytest.param("Marke", "brand", id="brand"),
        pytest.param("Abbildung", "photo", id="photo"),
    ],
)
def test_a_header_is_recognised(tmp_path, header, field):
    other = ("Text", "Ein Rock.") if field == "name" else ("Titel", "Rock")
    path = workbook(tmp_path / "d.xlsx", [(other[0], "Preis", header), (other[1], 9.99, "Wert")])
    assert read_delivery(path).columns[field] == " ".join(header.split())


def test_no_header_means_two_fields():
    owners: dict[str, str] = {}
    for field, ranks in column_words().ranks.items():
        for key in ranks:
            assert owners.setdefault(key, field) == field
    assert header_key("Größe") == header_key("GROESSE") == "groesse"


@pytest.mark.parametrize(
    ("above", "row"),
    [
        pytest.param([], 2, id="first row"),
        pytest.param([("Lieferung Herbst 2026",), (), ("Stand: 01.03.",)], 5, id="title and remarks above"),
        pytest.param([("Beschreibung",)], 3, id="a title that is itself a known header"),
        pytest.param([()] * 18, 20, id="far down"),
    ],
)
def test_the_header_row_need_not_be_the_first(tmp_path, above, row):
    path = workbook(tmp_path / "d.xlsx", [*above, ("Titel", "Beschreibung", "SKU"), ("Rock", "Ein Rock.", "1")])
    (article,) = read_delivery(path).rows
    assert (article.name, article.source_row) == ("Rock", row)


def test_a_named_column_wins_and_the_others_are_still_found(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [("Titel", "Beschreibung", "Werbetext", "SKU"), ("Rock", "kurz", "lang und schön", "1")])
    delivery = read_delivery(path, columns={"description": "werbe-text"})
    assert delivery.rows[0].description == "lang und schön"
    assert delivery.columns == {"name": "Titel", "description": "Werbetext", "article_id": "SKU"}
    assert delivery.notes == ('d.xlsx, sheet "Artikel": columns not used: Beschreibung.',)


def test_of_two_headers_for_one_field_the_better_known_is_read_and_the_other_named(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [("Titel", "Artikelname", "Preis"), ("Rock Ella", "Damen-Rock", 5)])
    delivery = read_delivery(path)
    assert delivery.rows[0].name == "Damen-Rock"
    assert delivery.notes == (
        'd.xlsx, sheet "Artikel": column "Artikelname" was read as name, not \'Titel\'; choose another with --column name="…".',
        'd.xlsx, sheet "Artikel": columns not used: Titel, Preis.',
    )


@pytest.mark.parametrize(
    ("columns", "limit", "message"),
    [
        pytest.param(
            None,
            None,
            'delivery.xlsx, sheet "Tabelle1": no column looks like a name or a description. Found: Artikel, Preis. '
            'Name one with --column description="…" or rename the header.',
            id="nothing recognised",
        ),
        pytest.param(
            {"description": "Werbetext"},
            None,
            'sheet "Tabelle1": no column is called "Werbetext". Found: Artikel, Preis. Correct --column description="…".',
            id="a typing error in the named header",
        ),
        pytest.param({"descr": "Artikel"}, None, 'there is no field "descr". A --column names one of name, description', id="no such field"),
        pytest.param({"name": "Artikel", "description": "ARTIKEL"}, None, 'names the header "Artikel" for two fields', id="one for two fields"),
        pytest.param({"name": "Artikel"}, 0, "Use 1 or more", id="a limit of nothing"),
    ],
)
def test_what_cannot_be_mapped_says_what_was_found_and_the_cure(tmp_path, columns, limit, message):
    path = workbook(tmp_path / "delivery.xlsx", [("Artikel", "Preis"), ("Rock", 5)], title="Tabelle1")
    with pytest.raises(DeliveryError) as caught:
        read_delivery(path, columns, limit)
    assert message in str(caught.value)


def test_a_header_repeated_further_down_is_no_article(tmp_path):
    header, english = ("Titel", "Beschreibung"), ("Title", "Description")
    path = workbook(tmp_path / "d.xlsx", [header, english, ("Rock", "Ein Rock."), header, ("Hose", "Eine Hose.")])
    delivery = read_delivery(path)
    assert [row.name for row in delivery.rows] == ["Rock", "Hose"]
    assert "2 rows below the header repeat it" in delivery.notes[0]
