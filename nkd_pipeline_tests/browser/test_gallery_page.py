"""The gallery in a real browser: filters, search, sorting, keyboard."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline_tests.report.examples import quarantined, shard


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    page = home / "galleries" / "spring.001.html"
    page.parent.mkdir()
    page.write_text(render_gallery("spring.001", shard(home), [quarantined()], {"Profile": "sketch"}, folder=page.parent), encoding="utf-8")
    return page


@pytest.fixture
def gallery(browser, file):
    browser.get(file.as_uri())
    return browser


def shown(browser):
    """Ids of the visible cards in the order of the page."""
    found = browser.execute_script("return [...document.querySelectorAll('.card')].filter((card) => card.checkVisibility()).map((card) => card.id)")
    return [name.removeprefix("article-") for name in found]


def choose(browser, verdict):
    browser.find_element(By.XPATH, f"//label[input[@value='{verdict}']]").click()


def search(browser, text):
    box = browser.find_element(By.ID, "search")
    box.clear()
    box.send_keys(text)


@pytest.mark.parametrize(
    ("verdict", "articles"),
    [
        pytest.param("all", ["A0", "A1", "A2", "A3", "A4", "A5"], id="all"),
        pytest.param("excellent", ["A0", "A5"], id="excellent"),
        pytest.param("pass", ["A1"], id="pass"),
        pytest.param("fail", ["A2"], id="fail"),
        pytest.param("none", ["A3", "A4"], id="not judged"),
        pytest.param("failed", ["A3"], id="rows that a stage could not do"),
    ],
)
def test_a_click_on_a_verdict_shows_its_articles(gallery, verdict, articles):
    choose(gallery, verdict)
    assert shown(gallery) == articles
    assert gallery.find_element(By.ID, "shown").text == f"{len(articles)} of 6 shown"


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        pytest.param("jäckchen", ["A1"], id="a German name, in small letters"),
        pytest.param("Jackchen", ["A1"], id="without its umlaut"),
        pytest.param("girls red", ["A1"], id="all words must be found"),
        pytest.param("navy", ["A0", "A2", "A3", "A4", "A5"], id="a colour"),
        pytest.param("no_garment", ["A3"], id="a kind of failure"),
        pytest.param("sandals", [], id="nothing"),
    ],
)
def test_typing_in_the_search_shows_what_matches(gallery, text, articles):
    search(gallery, text)
    assert shown(gallery) == articles
    assert gallery.find_element(By.ID, "nothing").is_displayed() == (not articles)


def test_filter_search_and_held_back_narrow_together(gallery):
    gallery.find_element(By.ID, "held").click()
    assert shown(gallery) == ["A2", "A3", "A4"]
    search(gallery, "navy")
    choose(gallery, "fail")
    assert shown(gallery) == ["A2"]


@pytest.mark.parametrize(
    ("order", "articles"),
    [
        pytest.param("score", ["A2", "A1", "A0", "A5", "A3", "A4"], id="worst first, unscored last"),
        pytest.param("score-desc", ["A0", "A5", "A1", "A2", "A3", "A4"], id="best first, unscored still last"),
        pytest.param("clip", ["A2", "A1", "A0", "A5", "A3", "A4"], id="by text agreement"),
    ],
)
def test_sorting_and_back(gallery, order, articles):
    menu = Select(gallery.find_element(By.ID, "sort"))
    menu.select_by_value(order)
    assert shown(gallery) == articles
    menu.select_by_value("order")
    assert shown(gallery) == ["A0", "A1", "A2", "A3", "A4", "A5"]


def test_a_view_can_be_bookmarked(gallery, browser):
    choose(gallery, "excellent")
    search(gallery, "t-shirt")
    address = gallery.current_url
    assert address.endswith("#verdict=excellent&q=t-shirt")
    browser.get("about:blank")
    browser.get(address)
    assert shown(browser) == ["A0", "A5"]
    assert browser.find_element(By.ID, "search").get_attribute("value") == "t-shirt"


def test_arrow_keys_go_from_picture_to_picture_and_over_hidden_ones(gallery):
    choose(gallery, "excellent")
    gallery.find_element(By.CSS_SELECTOR, "#article-A0 .picture a").send_keys(Keys.ARROW_RIGHT)
    focused = gallery.execute_script("return document.activeElement.closest('.card').id")
    assert focused == "article-A5"


def test_filters_work_by_keyboard_alone(gallery):
    gallery.find_element(By.CSS_SELECTOR, "input[value=all]").send_keys(Keys.ARROW_RIGHT)
    assert shown(gallery) == ["A0", "A5"]


def test_a_prompt_unfolds(gallery):
    details = gallery.find_element(By.CSS_SELECTOR, "#article-A0 details")
    details.find_element(By.TAG_NAME, "summary").click()
    assert "Photo of a navy t-shirt" in details.text


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(820, id="tablet"), pytest.param(1400, id="desk")])
def test_nothing_is_wider_than_the_window(gallery, width):
    gallery.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    try:
        assert gallery.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        gallery.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_page_asks_for_nothing_but_itself_and_breaks_no_rule_of_its_own(gallery, file):
    gallery.execute_script("return document.images.length")
    events = [json.loads(entry["message"])["message"] for entry in gallery.get_log("performance")]
    asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}
    assert gallery.get_log("browser") == []


def test_the_policy_stops_a_script_that_got_in(gallery):
    gallery.execute_script("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s);")
    assert gallery.execute_script("return window.broken === undefined")
