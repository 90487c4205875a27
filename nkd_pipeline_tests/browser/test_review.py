"""The review page in a real browser: marking by keyboard, undo, reload, two people, comparing, surveys."""

from collections import Counter

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from nkd_pipeline.metrics.agreement import agreement
from nkd_pipeline.records import ASPECTS
from nkd_pipeline.review.preference_task import Preference, PreferenceTask, pairs_of_homes
from nkd_pipeline.review.questionnaire import read_questionnaire
from nkd_pipeline.review.rubric_task import RubricTask
from nkd_pipeline.review.survey_task import ParticipantAnswer, Rating, SurveyTask
from nkd_pipeline_tests.review.homes import SECRET, SHARD, delivered, filled_home
from nkd_pipeline_tests.review.site import serving

HOSTILE = "<script>document.title = 'broken'</script><img src=x onerror=\"document.title='broken'\">"
LONG = "Ein weiches Shirt für jeden Tag, das sich gut kombinieren lässt und auch nach vielen Wäschen die Form behält.\n" + "- Rundhals\n" * 5
PARTICIPANT = '[[participant]]\nname = "buys"\ntext = "Do you buy clothes online?"\nchoices = ["yes", "no"]\n'


class Desk:
    """The page as a reviewer uses it."""

    def __init__(self, browser, address):
        self.browser = browser
        browser.get(address)
        self.wait()

    def wait(self):
        """Until the page has done what it was asked."""
        script = "return document.body && document.body.dataset.ready || document.querySelector('dialog[open]') !== null"
        WebDriverWait(self.browser, 20).until(lambda browser: browser.execute_script(script), "the page is not ready")

    def press(self, *keys):
        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()
            self.wait()

    def text(self, name):
        return self.browser.find_element(By.ID, name).text

    @property
    def marks(self):
        """The aspects whose mark is not none, as the page shows them."""
        pressed = self.browser.find_elements(By.CSS_SELECTOR, '.row [aria-pressed="true"]')
        shown = {button.find_element(By.XPATH, "./ancestor::li").get_attribute("data-name"): button.text for button in pressed}
        return {name: mark for name, mark in shown.items() if mark != "none"}


@pytest.fixture
def ten(tmp_path):
    """Ten articles, one of them with hostile texts."""
    texts = [(HOSTILE, HOSTILE), *((f"Herren-T-Shirt {number}", LONG) for number in range(9))]
    return filled_home(tmp_path / "home", rows=[delivered(f"T-{number}", *text) for number, text in enumerate(texts)])


def review(desk, reload_after=None):
    """Marks all ten: a strong colour for the hostile article, a slight construction for every other one."""
    for done in range(10):
        assert desk.text("count") == f"{done} of 10"
        assert (HOSTILE in desk.text("german")) == (HOSTILE in desk.text("prompt")) == (desk.text("name") == HOSTILE)  # as text, wherever it stands
        desk.press(*("33" if desk.text("name") == HOSTILE else "6" if done % 2 else ""))
        if done == reload_after:
            desk.browser.refresh()  # what is marked and not saved yet must outlive that too
            desk.wait()
        desk.press(Keys.ENTER)
    assert "All 10 are done" in desk.text("message")


def test_two_reviewers_mark_ten_articles_by_keyboard_and_every_mark_is_there_once(browser, ten):
    with serving(RubricTask(ten, [SHARD]), "Anna", "Bernd") as site:
        names = []
        for reviewer in ("Anna", "Bernd"):
            desk = Desk(browser, site.address(reviewer))
            assert "token" not in browser.current_url
            names.append(desk.text("name"))
            review(desk, reload_after=5)
            assert SECRET not in browser.page_source
        browser.delete_all_cookies()
        browser.get(f"http://127.0.0.1:{site.port}/")
        assert "Herren" not in browser.page_source
        assert "with its token" in browser.page_source
    assert browser.title != "broken"
    stored = [mark for marks in ten.marks(SHARD).values() for mark in marks]
    assert Counter((mark.article_id, mark.reviewer, mark.aspect) for mark in stored) == {
        (f"T-{number}", reviewer, aspect): 1 for number in range(10) for reviewer in ("Anna", "Bernd") for aspect in ASPECTS
    }
    strong = [(mark.article_id, mark.aspect) for mark in stored if mark.mark == "strong"]
    assert strong == [("T-0", "colour")] * 2
    found = {one.aspect: one for one in agreement(stored, {}).aspects}
    assert found["colour"].alpha == 1.0
    assert found["construction"].alpha < 1
    assert found["realism"].alpha is None


def test_undo_takes_back_a_key_and_then_a_save_also_after_a_restart(browser, ten):
    with serving(RubricTask(ten, [SHARD]), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        first = desk.text("name")
        desk.press("1", "2", "2")
        assert desk.marks == {"garment_type": "slight", "target_group": "strong"}
        desk.press("u")
        assert desk.marks == {"garment_type": "slight", "target_group": "slight"}
        desk.press(Keys.ENTER)
        assert (desk.text("count"), desk.text("name") != first) == ("1 of 10", True)
    with serving(RubricTask(ten, [SHARD]), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        assert (desk.text("count"), desk.text("name") != first) == ("1 of 10", True)  # goes on where one left off
        desk.press("u")
        assert (desk.text("count"), desk.text("name"), desk.marks) == ("0 of 10", first, {"garment_type": "slight", "target_group": "slight"})
        assert ten.marks(SHARD) == {}
        desk.press("u")
        assert "nothing to take back" in desk.text("message")


def test_back_and_forth_and_correcting_what_is_saved(browser, ten):
    with serving(RubricTask(ten, [SHARD]), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        first = desk.text("name")
        desk.press("5", Keys.ENTER, Keys.ARROW_LEFT)
        assert (desk.text("name"), desk.marks, desk.text("state")) == (first, {"pattern_print": "slight"}, "saved")
        desk.press("5")
        assert (desk.marks, desk.text("state")) == ({"pattern_print": "strong"}, "not saved yet")
        desk.press(Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        assert desk.marks == {"pattern_print": "strong"}  # still a draft
        desk.press(Keys.ENTER)
        assert desk.text("count") == "1 of 10"
        browser.find_element(By.ID, "back").click()
        desk.wait()
        browser.find_element(By.CSS_SELECTOR, '[data-name="pattern_print"] [data-value="none"]').click()
        assert desk.marks == {}
        desk.press(Keys.ENTER)
    assert {mark.mark for marks in ten.marks(SHARD).values() for mark in marks} == {"none"}


def test_what_cannot_be_saved_is_said_and_stays_on_the_page(browser, ten):
    with serving(RubricTask(ten, [SHARD]), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        desk.press("3")
    desk.press(Keys.ENTER)  # the server is gone
    assert "The server does not answer" in desk.text("message")
    assert (desk.marks, desk.text("count")) == ({"colour": "slight"}, "0 of 10")


def test_a_picture_that_is_gone_cannot_be_marked(browser, ten):
    task = RubricTask(ten, [SHARD])
    task.items[task.order("Anna")[0]].file.unlink()
    with serving(task, "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        assert "This picture is gone" in browser.find_element(By.CSS_SELECTOR, ".broken").text
        desk.press(Keys.ENTER)
        assert ten.marks(SHARD) == {}
        desk.press(Keys.ARROW_RIGHT, Keys.ENTER)
        assert desk.text("count") == "1 of 10"


@pytest.mark.parametrize(("width", "height"), [pytest.param(1440, 900, id="a desk"), pytest.param(1280, 720, id="a notebook")])
@pytest.mark.parametrize("mode", ["rubric", "survey", "ab"])
def test_everything_is_in_view_without_scrolling(browser, ten, tmp_path, mode, width, height):
    task = {
        "rubric": lambda: RubricTask(ten, [SHARD]),
        "survey": lambda: SurveyTask(ten, [SHARD], read_questionnaire()),
        "ab": lambda: PreferenceTask(ten, pairs_of_homes(ten, filled_home(tmp_path / "other", rows=ten.delivered(SHARD), salt=30), [SHARD])),
    }[mode]()
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        with serving(task, "Anna") as site:
            Desk(browser, site.address("Anna"))
            page = browser.execute_script("const e = document.documentElement; return [e.scrollWidth, e.scrollHeight]")
            boxes = browser.execute_script(
                "return [...document.querySelectorAll('img, button, #name, #prompt')].map((e) => e.getBoundingClientRect().toJSON())"
            )
            picture = browser.execute_script("return document.querySelector('img').getBoundingClientRect().height")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert page == [width, height]
    assert all(box["bottom"] <= height and box["right"] <= width and box["height"] > 0 for box in boxes)
    assert picture > 0.6 * height  # the picture is what matters


def test_the_page_asks_for_nothing_but_this_server_and_breaks_no_rule_of_its_own(browser, ten):
    with serving(RubricTask(ten, [SHARD]), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        desk.press("1", Keys.ENTER)
        assert browser.get_log("browser") == []
        browser.execute_script("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s);")
        assert browser.execute_script("return window.broken === undefined")
        assert "nkd_review" not in browser.execute_script("return document.cookie")


def test_comparing_by_arrow_keys(browser, ten, tmp_path):
    other = filled_home(tmp_path / "other", rows=ten.delivered(SHARD), salt=30)
    with serving(PreferenceTask(ten, pairs_of_homes(ten, other, [SHARD])), "Anna") as site:
        desk = Desk(browser, site.address("Anna"))
        desk.press(Keys.ARROW_LEFT, Keys.ARROW_RIGHT, "t", Keys.ARROW_LEFT, "u")
        assert desk.text("count") == "3 of 10"
        assert browser.find_elements(By.CSS_SELECTOR, '[aria-pressed="true"]') == []
        desk.press(Keys.PAGE_UP)
        assert browser.find_element(By.CSS_SELECTOR, '[aria-pressed="true"]').get_attribute("data-value") == "tie"
    stored = ten.tables.read_records("preferences", Preference, SHARD)
    assert [row.choice in ("tie", row.shown_left) for row in stored] == [True, False, True]


def test_a_survey_asks_the_participant_and_then_every_question(browser, ten, tmp_path):
    questions = tmp_path / "questions.toml"
    asked = '[[questions]]\nname = "{0}"\ntext = "Is it {0}?"\nlow = "no"\nhigh = "yes"\n'
    questions.write_text(asked.format("clear") + asked.format("pretty") + PARTICIPANT)
    with serving(SurveyTask(ten, [SHARD], read_questionnaire(questions)), "P01") as site:
        desk = Desk(browser, site.address("P01"))
        Select(browser.find_element(By.NAME, "buys")).select_by_visible_text("no")
        browser.find_element(By.CSS_SELECTOR, "dialog button").click()
        WebDriverWait(browser, 10).until(lambda driver: not driver.find_elements(By.CSS_SELECTOR, "dialog[open]"))
        desk.press("4", Keys.ENTER)
        assert "Answer every question first" in desk.text("message")
        desk.press("2", Keys.ARROW_UP, "5", Keys.ENTER)
        assert desk.text("count") == "1 of 10"
        desk.press("1")
        browser.refresh()
        desk.wait()
        assert not browser.find_elements(By.CSS_SELECTOR, "dialog[open]")
        assert desk.marks == {"clear": "1"}
    assert [(row.question, row.rating) for row in ten.tables.read_records("ratings", Rating, SHARD)] == [("clear", 5), ("pretty", 2)]
    assert [row.answer for row in ten.tables.read_records("participants", ParticipantAnswer, "survey")] == ["no"]
