"""Lists that shops import: their columns, names, addresses and texts."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.shop.alt_text import alt_text
from nkd_pipeline.shop.articles import ApprovedArticle
from nkd_pipeline.shop.media_csv import handle, media_csv
from nkd_pipeline.shop.settings import Layout, shop_settings


def article(article_id="NKD-1", name="Damen-Bluse", alt="Damen-Bluse, weiß"):
    return ApprovedArticle(article_id, "herbst.000", name, alt, 1, "pass", 9.0, None, "ab" * 32)


def rows(workspace, layout, *articles, base_url="https://m.example.com/a"):
    chosen = shop_settings(workspace.profile).layouts[layout]
    text = media_csv(chosen, articles, {given.article_id: f"{given.article_id}_800.jpg" for given in articles}, base_url).decode()
    return list(csv.DictReader(text.splitlines(), delimiter=chosen.delimiter))


@pytest.mark.parametrize(
    ("layout", "row"),
    [
        pytest.param(
            "shopware6",
            {
                "product_number": "NKD-1",
                "cover_media_url": "https://m.example.com/a/NKD-1_800.jpg",
                "cover_media_title": "Damen-Bluse",
                "cover_media_alt": "Damen-Bluse, weiß",
            },
            id="Shopware 6, profile Default product",
        ),
        pytest.param(
            "shopify",
            {
                "URL handle": "nkd-1",
                "Title": "Damen-Bluse",
                "Product image URL": "https://m.example.com/a/NKD-1_800.jpg",
                "Image position": "1",
                "Image alt text": "Damen-Bluse, weiß",
            },
            id="Shopify",
        ),
        pytest.param(
            "shopify_handle",
            {
                "Handle": "nkd-1",
                "Title": "Damen-Bluse",
                "Image Src": "https://m.example.com/a/NKD-1_800.jpg",
                "Image Position": "1",
                "Image Alt Text": "Damen-Bluse, weiß",
            },
            id="Shopify under its older names",
        ),
    ],
)
def test_columns_are_those_that_the_shop_knows(workspace, layout, row):
    assert rows(workspace, layout, article()) == [row]


def test_nothing_stands_before_the_first_header(workspace):
    layout = shop_settings(workspace.profile).layouts["shopware6"]
    assert media_csv(layout, [], {}, "").startswith(b"product_number;")  # a byte order mark would become part of the name


@pytest.mark.parametrize("base_url", ["https://m.example.com/a", "https://m.example.com/a/"])
def test_addresses_have_one_slash_and_no_odd_letters(workspace, base_url):
    (row,) = rows(workspace, "shopware6", article("Ä 1"), base_url=base_url)
    assert row["cover_media_url"] == "https://m.example.com/a/%C3%84%201_800.jpg"


def test_cells_that_spreadsheets_would_run_are_made_harmless(workspace):
    (row,) = rows(workspace, "shopify", article(name="=HYPERLINK(1)", alt="@x"))
    assert (row["Title"], row["Image alt text"]) == ("'=HYPERLINK(1)", "'@x")


@given(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_any_name_stays_in_its_cell(name):
    layout = Layout(file="x.csv", delimiter=";", columns=(("a", "{name}"), ("b", "x{alt}")))
    text = media_csv(layout, [article(name=name)], {"NKD-1": "f"}, "").decode()
    (row,) = list(csv.reader([line + "\n" for line in text.split("\r\n")[1:-1]], delimiter=";"))
    assert row in ([name, "xDamen-Bluse, weiß"], ["'" + name, "xDamen-Bluse, weiß"])


@pytest.mark.parametrize(("article_id", "becomes"), [("NKD-240317", "nkd-240317"), ("A 1.b_Ü", "a-1-b-ue"), ("-x-", "x")])
def test_handles_are_what_shopify_allows(article_id, becomes):
    assert handle(article_id) == becomes


@pytest.mark.parametrize(
    ("name", "colours", "becomes"),
    [
        pytest.param("Damen-Bluse", ["black", "white", "red"], "Damen-Bluse, schwarz, weiß und rot", id="three colours"),
        pytest.param("Damen-Bluse", ["dark blue"], "Damen-Bluse, dunkelblau", id="one colour"),
        pytest.param("Damen-Bluse", [], "Damen-Bluse", id="no colour"),
        pytest.param("Blaue Jeans in Dunkelblau", ["dark blue"], "Blaue Jeans in Dunkelblau", id="the name has it already"),
        pytest.param("Damen-Bluse", ["ultraviolet"], "Damen-Bluse", id="a colour that the vocabulary lacks"),
        pytest.param("Wort " * 10, ["black"], "Wort Wort Wort Wort Wort …", id="cut at a word"),
        pytest.param("Zwei\nZeilen\t hier", [], "Zwei Zeilen hier", id="one line"),
    ],
)
def test_alt_texts_are_german(name, colours, becomes):
    assert alt_text(name, colours, 30 if name.startswith("Wort") else 125) == becomes
