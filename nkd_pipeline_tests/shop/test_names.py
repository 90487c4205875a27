"""File names: plain letters whatever the id, and one for each article."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.catalog.identifiers import id_fault
from nkd_pipeline.shop.folder import PackError
from nkd_pipeline.shop.pack import check_names
from nkd_pipeline.shop.packing import file_name
from nkd_pipeline.shop.settings import shop_settings
from nkd_pipeline_tests.shop.test_media_csv import article


@pytest.mark.parametrize(
    ("article_id", "pattern", "name"),
    [
        ("NKD-240317", "{article_id}_{size}.{ext}", "NKD-240317_800.webp"),
        ("Größe 7", "{article_id}_{size}.{ext}", "Groesse-7_800.webp"),
        ("Café.1", "{catalog}-{article_id}-v{attempt}-{size}.{ext}", "herbst-Cafe.1-v1-800.webp"),
    ],
)
def test_names_follow_the_pattern(opened, article_id, pattern, name):
    settings = shop_settings(opened(f'file_name = "{pattern}"').profile)
    assert file_name(article(article_id), "webp", 800, settings) == name


@given(st.text(alphabet=st.characters(max_codepoint=0x17F, categories=["L", "N", "P", "Zs"]), min_size=1, max_size=100))
def test_the_name_of_any_article_is_safe(packaged_settings, article_id):
    if not id_fault(article_id):
        assert re.fullmatch(r"[A-Za-z0-9._-]+_800\.jpg", file_name(article(article_id), "jpeg", 800, packaged_settings))


@pytest.fixture(scope="module")
def packaged_settings():
    from nkd_pipeline.execution.profile import load_profile

    return shop_settings(load_profile("sketch"))


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        pytest.param("A-1", "a-1", "a-1_1024.jpg", id="capitals, which Windows and macOS do not tell apart"),
        pytest.param("Ä", "Ae", "ae_1024.jpg", id="spelled out"),
        pytest.param("A.1", "A-1", "address a-1", id="one address for Shopify"),
    ],
)
def test_two_articles_never_share_a_name(packaged_settings, first, second, says):
    with pytest.raises(PackError, match=f"{first} and {second} would both get {says}"):
        check_names([article(first), article("B"), article(second)], packaged_settings)
