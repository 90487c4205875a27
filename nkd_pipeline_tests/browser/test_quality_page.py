"""The quality report in a real browser: it fits, and it breaks no rule of its own."""

import pytest
from selenium.webdriver.common.by import By

from nkd_pipeline.metrics.agreement import agreement
from nkd_pipeline.report.quality_page import quality_report, render_quality
from nkd_pipeline_tests.report.qualities import shard
from nkd_pipeline_tests.report.test_quality_reviewers import MACHINE, MARKS


@pytest.fixture
def report(browser, tmp_path):
    page = tmp_path / "report.html"
    found = quality_report(shard(), agreement(MARKS, MACHINE))
    page.write_text(render_quality("spring.001", found, {"Profile": "flux"}, links={"Gallery": "x.html"}, files=""), encoding="utf-8")
    browser.get_log("browser")  # what earlier pages left there
    browser.get(page.as_uri())
    return browser


def test_styles_apply_and_nothing_is_refused(report):
    assert report.get_log("browser") == []
    bar = report.find_element(By.CSS_SELECTOR, "rect.tone-share")
    assert bar.value_of_css_property("fill") in ("rgb(0, 114, 178)", "rgb(86, 180, 233)")  # in light and in dark


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(820, id="tablet"), pytest.param(1400, id="desk")])
def test_nothing_is_wider_than_the_window(report, width):
    report.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    try:
        assert report.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        report.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("section", ["accuracy", "rubric", "clip", "attempts", "photos", "texts", "failures", "reviewers"])
def test_a_click_leads_to_each_section(report, section):
    link = report.find_element(By.CSS_SELECTOR, f"nav a[href='#{section}']")
    report.execute_script("arguments[0].click()", link)
    assert report.current_url.endswith(f"#{section}")
    assert report.find_element(By.ID, section).is_displayed()


def test_no_word_of_a_figure_lies_outside_of_it(report):
    outside = report.execute_script("""
        return [...document.querySelectorAll(".chart svg[role=img] text")].filter((text) => {
            const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
            return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 3;
        }).map((text) => text.textContent);
    """)
    assert outside == []
