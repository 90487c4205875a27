"""Texts of a delivery stay texts: no element, attribute or link of the page comes from them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline.report.summary import IndexEntry, catalog_index
from nkd_pipeline.report.views import relative_link
from nkd_pipeline.text.colours import find

from .examples import card, deviation, failed_card, finding, quarantined
from .pages import Page

FOLDER = Path("galleries")


def hostile_page(text):
    """A page with `text` in every place that takes one."""
    bare = card("a", deviation(says=text))
    found = replace(finding(), text=text, says=text)
    row = replace(quarantined(), reason=text, column=text, source_sheet=text)
    everywhere = replace(
        bare,
        article=replace(bare.article, article_id=text, name=text, description=text, model_name=text, model_descr=text),
        translation=replace(bare.translation, name=text, description=text, model_descr=text),
        attributes=replace(bare.attributes, garment=text, sketch_kind=text, colours=(text,), lettering=(text,), details=(text,)),
        prompt=replace(bare.prompt, prompt=text, negative_prompt=text, clip_prompt=text, colours=(text,), facts_lost=(text,), findings=(found,)),
        clip=replace(bare.clip, score=None, reason=text),
        rubric=replace(bare.rubric, not_assessed=(f"construction: {text}",)),
        decision=replace(bare.decision, released=False, reason=text),
        failures=(replace(failed_card().failures[0], error=text, kind=text),),
        backend=text,
    )
    return Page(render_gallery(text, [everywhere], [row], {text: text}, folder=FOLDER))


def shape(page):
    """All elements with the names of their attributes, and nothing of their values."""
    return [(tag, sorted(attributes)) for tag, attributes in page.elements]


PLAIN = shape(hostile_page("x"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param("</script><script>alert(1)</script>", id="the end of a script"),
        pytest.param("</style><img src=x onerror=alert(1)>", id="the end of the style"),
        pytest.param('" onmouseover="alert(1)', id="the end of an attribute"),
        pytest.param("' autofocus onfocus='alert(1)", id="the end of an attribute in single quotes"),
        pytest.param("--><svg onload=alert(1)>", id="the end of a comment"),
        pytest.param("{{ 7 * 7 }}{% raw %}", id="a template"),
        pytest.param("</title></head><body>", id="the end of the head"),
        pytest.param("&lt;b&gt; &amp; 5 < 6", id="entities are shown as typed"),
        pytest.param("javascript:alert(1)", id="a link that is a program"),
    ],
)
def test_markup_in_a_text_is_shown_and_not_obeyed(text):
    page = hostile_page(text)
    assert shape(page) == PLAIN
    assert page.text.count(" ".join(text.split())) >= 20
    assert not any((link["href"] or "").lower().startswith("javascript") for link in page.all("a"))


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60).filter(str.strip).filter(lambda text: not find(text)))  # the name of a colour has its swatch
def test_no_text_changes_the_page(text):
    page = hostile_page(text)
    assert shape(page) == PLAIN
    page.html.encode("utf-8")


@pytest.mark.parametrize("text", [pytest.param("half \ud83d", id="half an emoji"), pytest.param("null \x00 bell \x07", id="control characters")])
def test_what_cannot_be_written_is_replaced(text):
    page = hostile_page(text)
    page.html.encode("utf-8")
    assert "\ufffd" in page.text
    assert "\x00" not in page.html


@pytest.mark.parametrize(
    ("file", "link"),
    [
        pytest.param("/home/images/a b/1.png", "../images/a%20b/1.png", id="spaces"),
        pytest.param("/home/galleries/javascript:alert(1).png", "javascript%3Aalert%281%29.png", id="a name like a scheme"),
        pytest.param('/home/images/"><b>#?.png', "../images/%22%3E%3Cb%3E%23%3F.png", id="a name with markup"),
        pytest.param("/home/images/Ü.png", "../images/%C3%9C.png", id="umlauts as UTF-8"),
        pytest.param("/home/images/\udcff.png", "../images/%FF.png", id="bytes that are no UTF-8"),
    ],
)
def test_links_are_relative_and_encoded(file, link):
    assert relative_link(Path(file), Path("/home/galleries")) == link


def test_the_index_is_as_careful():
    entry = IndexEntry("<b>x</b>", Path('galleries/"><i>.html'), "<i>now</i>", 2, 1, {"excellent": 1, "pass": 0, "fail": 0, "": 1}, 1, 0, None)
    page = Page(catalog_index([entry], folder=FOLDER))
    assert "i" not in page.tags
    assert "<b>x</b>" in page.text
    assert "<i>now</i>" in page.text
    assert page.all("a")[0]["href"] == "%22%3E%3Ci%3E.html"
