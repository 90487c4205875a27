"""Catalog names are safe everywhere and two deliveries do not share one by accident."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.catalog.delivery import catalog_name
from nkd_pipeline.catalog.identifiers import hashed_id, id_fault


@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param("Herbst 2026.xlsx", "herbst-2026", id="space"),
        pytest.param("/eingang/Übergröße_Mädchen.csv", "uebergroesse_maedchen", id="umlauts are spelled out, folders dropped"),
        pytest.param("Ma\u0308dchen.csv", "maedchen", id="umlauts as macOS stores them"),
        pytest.param("lieferung.v2 (final).xlsx", "lieferung-v2-final", id="dots would look like a shard number"),
        pytest.param("-été--.csv", "ete", id="accents, hyphens at the ends"),
        pytest.param("con.xlsx", "delivery-con", id="a name that Windows keeps"),
    ],
)
def test_a_catalog_is_named_after_its_file(file, name):
    assert catalog_name(file) == name


def test_cut_and_unspeakable_names_stay_apart():
    assert catalog_name("衣服.xlsx") != catalog_name("毛衣.xlsx")
    long = [catalog_name("sehr langer name " * 5 + ending) for ending in ("eins.csv", "zwei.csv")]
    assert long[0] != long[1]
    assert len(long[0]) == 48


@given(st.text(min_size=1))
def test_any_file_name_gives_a_safe_catalog(text):
    name = catalog_name(f"{text}.xlsx")
    assert re.fullmatch(r"[a-z0-9_-]{1,48}", name)
    assert id_fault(name) == ""


FOLDERS = ("a/b", "a\\b", "..", "a..b")
HIDDEN = (".a", "a.", "-a", "")
CONTROL = ("a\nb", "a\x00", "a\u202eb")
WINDOWS = ("a:b", "a*", "nul", "LPT1.txt", "com1 ")


@pytest.mark.parametrize("bad", [*FOLDERS, *HIDDEN, *CONTROL, *WINDOWS, "x" * 101])
def test_ids_that_cannot_be_file_names_have_a_fault(bad):
    assert id_fault(bad)


@pytest.mark.parametrize(
    ("article_id", "says"),
    [
        pytest.param("\u0410-1", "(U+0410, CYRILLIC CAPITAL LETTER A)", id="a letter that only looks like an A"),
        pytest.param("A\u00ad1", "the character (U+00AD, SOFT HYPHEN)", id="a character that nobody sees"),
        pytest.param("A/1", 'the character "/" (U+002F)', id="a slash"),
        pytest.param("-1", "begins with a letter or digit", id="an option to a shell"),
    ],
)
def test_the_fault_names_the_character(article_id, says):
    assert says in id_fault(article_id)


@given(st.text(), st.text())
def test_hashed_ids_are_safe_and_do_not_see_white_space(name, description):
    article_id = hashed_id(name, description)
    assert re.fullmatch(r"a[0-9a-f]{12}", article_id)
    assert hashed_id(f" {name}\n", description.replace(" ", "  ")) == article_id
