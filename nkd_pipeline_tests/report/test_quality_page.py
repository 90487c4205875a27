"""The report's page: all figures and tables, nothing from a network, nothing that a text could break."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.metrics.agreement import agreement
from nkd_pipeline.report.quality import AttemptOutcome, FailedStage
from nkd_pipeline.report.quality_page import quality_report, render_quality

from .examples import finding
from .pages import Page
from .qualities import quality, seen, shard, unjudged
from .test_quality_reviewers import MACHINE, MARKS

LINKS = {"Gallery": "../../galleries/spring.001.html"}


def page_of(rows, marks=(), machine=None, title="spring.001", **more):
    report = quality_report(rows, agreement(marks, machine or {}))
    return Page(render_quality(title, report, {"Profile": "flux"}, links=LINKS, files="", **more))


@pytest.fixture(scope="module")
def page():
    return page_of(shard(), MARKS, MACHINE)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("60 % released 3 of 5", id="released"),
        pytest.param("50 % passed at first attempt 2 of 4", id="first-pass rate"),
        pytest.param("100 % category accuracy 3 of 3", id="category accuracy"),
        pytest.param("50 % colour accuracy 2 of 4", id="colour accuracy"),
        pytest.param("75 % structure accuracy 3 of 4", id="structure accuracy"),
        pytest.param("1.75 attempts per article n = 4", id="attempts"),
        pytest.param("28.83 mean CLIP score n = 3", id="CLIP"),
        pytest.param("0.60 SSIM to photos n = 2", id="SSIM"),
        pytest.param("T-shirt 3 100 % 3 of 3 33 % 1 of 3 67 % 2 of 3 67 % 2 of 3 28.83 n = 3", id="a line of the paper's table"),
        pytest.param("– a no judge could look at it – b no scorer is configured", id="reasons below the table"),
        pytest.param("≥ 25 67 % 2 of 3 100 % 2 of 2", id="a CLIP threshold"),
        pytest.param("Generated images No garment 20 % 1 of 5", id="a failed stage"),
        pytest.param("Colour 3 0.", id="agreement"),
    ],
)
def test_a_person_reads(page, words):
    assert words in page.text


def test_where_nothing_was_looked_at_there_is_a_dash_and_no_hundred_percent():
    page = page_of([unjudged(failures=())])
    assert "100 %" not in page.text
    assert "– category accuracy not assessed" in page.text
    assert "– passed at first attempt not assessed" in page.text


def test_waived_articles_are_named_beside_the_released_ones():
    assert "50 % released 1 of 2, 1 waived" in page_of([quality("a"), unjudged("b", waived=True)]).text


def test_an_empty_home_has_a_page_too():
    page = page_of([])
    assert "No articles." in page.text
    assert not [link for link in page.all("a") if re.search(r"\.(png|csv)$", link["href"])]


def test_plots_and_tables_are_linked(page):
    links = {link["href"] for link in page.all("a", class_="file")}
    assert {
        "accuracy_by_category.png",
        "accuracy_by_category.csv",
        "clip_thresholds.png",
        "attempts.png",
        "ssim_to_photos.csv",
        "error_types.csv",
    } <= links


def test_the_page_needs_no_network_and_runs_no_script(page):
    assert "http:" not in page.html
    assert "https:" not in page.html
    assert "script" not in page.tags
    assert not {"img", "iframe", "object", "form"} & set(page.tags)
    policy = page.all("meta", http_equiv="Content-Security-Policy")[0]["content"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not any("style" in attributes for _, attributes in page.elements)


def test_every_link_within_the_page_has_its_target(page):
    anchors = {attributes.get("id") for _, attributes in page.elements}
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= anchors


def test_shards_are_linked_from_the_report_over_all():
    page = page_of(shard(), shards={"spring.001": "spring.001/report.html"})
    assert page.all("a", href="spring.001/report.html")
    assert page.all("a", href="#shards")


def hostile(text):
    """A page with `text` in every place that takes one."""
    found = replace(finding(text), text=text, says=text, resolution=text)
    row = quality(
        text,
        replace(seen(cause=text, judge=text), says=text),
        category=text,
        not_assessed=(f"construction: {text}",),
        findings=(found,),
        failures=(FailedStage(text, text),),
        attempts=(AttemptOutcome(1, "fail", (text,)),),
    )
    return page_of([row, unjudged("b", clip_reason=text, category=text)], title=text, shards={text: "x"})


def shape(page):
    return [(tag, sorted(attributes)) for tag, attributes in page.elements]


PLAIN = shape(hostile("x"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param('"><img src=x onerror=alert(1)>', id="the end of an attribute"),
        pytest.param("</title></svg></style><b>", id="the end of an element"),
        pytest.param("{{ 7 * 7 }}", id="a template"),
    ],
)
def test_markup_in_a_text_is_shown_and_not_obeyed(text):
    page = hostile(text)
    assert shape(page) == PLAIN
    assert page.text.count(text) >= 5


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_no_text_changes_the_page(text):
    page = hostile(text)
    assert shape(page) == PLAIN
    page.html.encode("utf-8")
