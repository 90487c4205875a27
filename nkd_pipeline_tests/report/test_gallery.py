"""What the gallery shows, and that it needs nothing but itself."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline.text.colours import named_colours

from .examples import card, deviation, failed_card, finding, quarantined, shard
from .pages import Page

FACTS = {"Profile": "sketch", "Seconds per article": "0.31"}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    return Page(render_gallery("spring.001", shard(folder), [quarantined()], FACTS, folder=folder / "galleries"))


def page_of(*cards):
    """The page of a few cards that have no files."""
    return Page(render_gallery("s", cards, (), {}, folder=Path("galleries")))


def test_the_page_names_no_address_on_any_network(page):
    assert "http:" not in page.html
    assert "https:" not in page.html
    links = [value for _, attributes in page.elements for name, value in attributes.items() if name in ("src", "href")]
    assert all(re.match(r"data:|#|\.\./", link) for link in links)
    assert not {"iframe", "object", "embed", "base", "form", "source", "video"} & set(page.tags)
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]


def test_the_policy_allows_this_style_and_this_script_alone(page):
    policy = page.all("meta", http_equiv="Content-Security-Policy")[0]["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digests = {name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for name, text in page.raw.items()}
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{digests['style']}'",
        "script-src": f"'sha256-{digests['script']}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # a policy by hash forbids these two, so they would silently not work
    assert not any("style" in attributes or any(name.startswith("on") for name in attributes) for _, attributes in page.elements)


def test_filters_count_what_their_cards_are_marked_with(page):
    cards = page.all("article")
    assert [entry["data-verdict"] for entry in cards] == ["excellent", "pass", "fail", "none", "none", "excellent"]
    assert [entry["data-failed"] for entry in cards] == ["no", "no", "no", "yes", "no", "no"]
    assert [entry["data-released"] for entry in cards] == ["yes", "yes", "no", "no", "no", "yes"]
    assert [entry["data-score"] for entry in cards] == ["10.0", "9.0", "8.0", "", "", "10.0"]
    assert [entry["data-clip"] for entry in cards] == ["27.5", "25.0", "22.5", "", "", "27.5"]
    for words in ("All 6", "Excellent 2", "Pass 1", "Fail 1", "Not judged 2", "Failed rows 1"):
        assert words in page.text


def test_a_shard_that_is_wholly_judged_has_no_filter_for_the_others():
    assert "Not judged" not in page_of(card()).text


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Mädchen-Jäckchen Girls' jacket", id="name in German and English"),
        pytest.param("Colour slight, −0.5 the garment is 9 ΔE from navy pixel check", id="deviation with sentence and judge"),
        pytest.param("Colour strong, −1.5", id="a strong one"),
        pytest.param("Held back: not judged yet", id="why a picture is not released"),
        pytest.param("not scored: no scorer is configured", id="why there is no score"),
        pytest.param("Generated images failed · No garment row 7: no garment is named", id="failure with its error"),
        pytest.param("Add the kind of garment to the name. Then backfill spring.001/A3 of article_backfills", id="and both cures"),
        pytest.param("Ambiguous term in description: “oversized”", id="finding"),
        pytest.param("(glossary expansion)", id="how it was resolved"),
        pytest.param("Must not show blurry For CLIP a navy t-shirt", id="negative prompt and prompt for CLIP"),
        pytest.param("Facts lost fine rib", id="what the prompt lost"),
        pytest.param("Pose and framing: no judge looks at poses Construction", id="aspects that nobody looked at, with and without a reason"),
        pytest.param("attempt 2, seed 4711, 1024 × 1024", id="provenance"),
        pytest.param("Profile sketch Seconds per article 0.31", id="facts of the run"),
        pytest.param("12 Tabelle1 description No text the row has no text", id="quarantined row"),
        pytest.param("1.png cannot be shown", id="a broken picture says so"),
        pytest.param("Rubric score (0–10) 4 9.25 9.50 0.96 8.00 10.00", id="statistics of the score"),
        pytest.param("CLIP score (100 × cosine) 4 25.62 26.25", id="and of the text agreement"),
        pytest.param("CLIP score above 30: 0 of 4 pictures (0 %). Of those judged at 30 and less, it passed 3 of 4.", id="and of the paper's line"),
        pytest.param("1 × no scorer is configured", id="and why some have none"),
        pytest.param("50 % of 4 right", id="accuracy by aspect"),
    ],
)
def test_the_page_says(page, words):
    assert words in page.text


def test_pictures_are_inside_and_their_files_are_linked(page):
    pictures = page.all("img")
    # three pictures, one reference photo, one earlier attempt; the broken file has none
    assert len(pictures) == 5
    assert all(found["src"].startswith("data:image/webp;base64,") for found in pictures)
    assert all(found["alt"] for found in pictures)
    assert {link["href"] for link in page.all("a") if link["href"].startswith("..")} == {
        *(f"../images/A{article}/1.png" for article in (0, 1, 2, 5)),
        "../images/A2/2.png",
        "../photos/A0.png",
    }


def test_colours_are_shown_as_swatches():
    fills = [circle["fill"] for circle in page_of(card()).all("circle")]
    assert fills == [named_colours()["navy"].hex]
    bare = card()
    assert page_of(replace(bare, prompt=replace(bare.prompt, colours=("multicolour",)))).all("circle") == []


def test_every_control_has_a_label(page):
    controls = [attributes for tag, attributes in page.elements if tag in ("input", "select")]
    assert len(controls) == 9
    assert page.tags.count("label") == len(controls)
    assert page.tags.count("h1") == 1
    assert all(plot.get("aria-label") or plot.get("aria-hidden") for plot in page.all("svg"))


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_an_empty_shard_is_still_a_page():
    page = page_of()
    assert "This shard has no articles." in page.text
    assert "nothing to count" in page.text
    assert "No row of the delivery was set aside." in page.text


def test_a_row_that_failed_at_the_first_stage_shows_what_is_known():
    bare = failed_card(asset="translated_descriptions", kind="model_error")
    page = page_of(replace(bare, translation=None, attributes=None, prompt=None))
    assert "Translated descriptions failed · Model error" in page.text
    assert "No picture" in page.text


def test_several_judges_of_one_deviation_are_all_named():
    assert "pixel check + reviewer" in page_of(card("a", deviation(judge="pixel+human"))).text


def test_failures_have_their_own_plot_only_when_there_are_some():
    assert "Failed rows by kind" not in page_of(card()).text
    assert "Failed rows by kind" in page_of(failed_card()).text


def test_many_kinds_of_garments_share_the_last_bar():
    bare = [card(f"K{kind}") for kind in range(20)]
    cards = [replace(one, attributes=replace(one.attributes, sketch_kind=f"kind of {one.article.article_id}")) for one in bare]
    assert "6 other kinds" in page_of(*cards).text


def test_the_rubrics_verdict_on_pictures_above_the_papers_line_has_its_own_sentence():
    page = page_of(card("a", clip=31.5), card("b", deviation(severity="strong"), clip=33.0), card("c", clip=29.0))
    assert "CLIP score above 30: 2 of 3 pictures (67 %). Of those judged, the rubric passed 1 of 2." in page.text


def test_findings_are_counted_in_the_fold():
    bare = card()
    assert "Prompt 1 finding " in page_of(replace(bare, prompt=replace(bare.prompt, findings=(finding(),)))).text
