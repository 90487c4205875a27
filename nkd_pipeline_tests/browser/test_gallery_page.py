"""The gallery in a real browser: filters, search, sorting, keyboard."""

import json

import pytest
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from nkd_pipeline.report.gallery import render_gallery
from nkd_pipeline_tests.report.examples import card, deviation, picture, quarantined, shard


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


SLEEVE, HEM = (0.1, 0.3, 0.3, 0.5), (0.3, 0.75, 0.7, 0.9)


@pytest.fixture(scope="module", params=[pytest.param((240, 240), id="square picture"), pytest.param((160, 240), id="upright picture")])
def marked(request, tmp_path_factory):
    """A page of one article: a deviation at the sleeve, one without a place, one at the hem."""
    home = tmp_path_factory.mktemp("home")
    file = picture(home / "images/1.png")
    Image.open(file).resize(request.param).save(file)
    deviations = (deviation(box=SLEEVE), deviation("realism"), deviation("pose_framing", "strong", box=HEM))
    page = home / "galleries" / "s.html"
    page.parent.mkdir()
    page.write_text(render_gallery("s", [card("a", *deviations, image_file=file)], (), {}, folder=page.parent), encoding="utf-8")
    return page, request.param


def frames(browser):
    """The frames that can be seen: left, top, right, bottom in the page's pixels."""
    return browser.execute_script(
        "return [...document.querySelectorAll('.place rect')].filter((rect) => getComputedStyle(rect).visibility === 'visible')"
        ".map((rect) => { const { left, top, right, bottom } = rect.getBoundingClientRect(); return [left, top, right, bottom]; })"
    )


def on_page(browser, box, size):
    """Where a box lies on the page: the picture fills the square as far as its format allows."""
    square = browser.execute_script(
        "const { left, top, width, height } = document.querySelector('.picture img').getBoundingClientRect(); return [left, top, width, height]"
    )
    scale = min(square[2] / size[0], square[3] / size[1])
    free = [(square[2 + side] - scale * size[side]) / 2 for side in (0, 1)]
    return [square[i % 2] + free[i % 2] + scale * size[i % 2] * share for i, share in enumerate(box)]


def sentences(browser):
    return browser.find_elements(By.CSS_SELECTOR, ".deviations li")


@pytest.mark.parametrize(("number", "box"), [pytest.param(0, SLEEVE, id="sleeve"), pytest.param(2, HEM, id="hem")])
def test_pointing_at_a_sentence_frames_its_place_in_the_picture(browser, marked, number, box):
    page, size = marked
    browser.get(page.as_uri())
    ActionChains(browser).move_to_element(sentences(browser)[number]).perform()
    (frame,) = frames(browser)
    wanted = on_page(browser, box, size)
    free = [abs(one - other) for one, other in zip(frame, wanted, strict=True)]
    assert frame[0] < wanted[0] < wanted[2] < frame[2]
    assert frame[1] < wanted[1] < wanted[3] < frame[3]
    assert max(free) < 12


def test_frames_are_seen_only_when_asked_for(browser, marked):
    browser.get(marked[0].as_uri())
    ActionChains(browser).move_to_element(sentences(browser)[1]).perform()
    assert frames(browser) == []
    ActionChains(browser).move_to_element(browser.find_element(By.CSS_SELECTOR, ".picture img")).perform()
    assert len(frames(browser)) == 2


def test_sentences_with_a_place_are_reached_by_keyboard(browser, marked):
    browser.get(marked[0].as_uri())
    browser.find_element(By.CSS_SELECTOR, ".picture a").send_keys(Keys.TAB)
    assert len(frames(browser)) == 1
    assert browser.switch_to.active_element.text.endswith("in the picture, left")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text.endswith("in the picture, lower")


def test_a_frame_does_not_stand_in_the_way_of_the_link_to_the_full_picture(browser, marked):
    browser.get(marked[0].as_uri())
    ActionChains(browser).move_to_element(browser.find_element(By.CSS_SELECTOR, ".picture img")).click().perform()
    assert browser.current_url.endswith("/images/1.png")
