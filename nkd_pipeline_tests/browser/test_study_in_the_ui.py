"""A study in the real UI: its group is materialized by a click, and shows how the training went."""

import pytest
from selenium.webdriver.common.by import By

from nkd_pipeline_tests.browser.dagster_ui import LOCATION, DagsterUi, serving
from nkd_pipeline_tests.studies.comparing import COMPARISON
from nkd_pipeline_tests.studies.quick import SETTINGS
from nkd_pipeline_tests.studies.quick_attributes import SETTINGS as ATTRIBUTES

# innermost elements that hold a time and nothing else
TIMES = r"""
const time = (element) => /^\w+\s\d+,\s\d+:\d+\s[AP]M$/.test(element.textContent.trim());
return [...document.querySelectorAll("body *")].filter((element) => time(element) && ![...element.children].some(time));
"""


@pytest.fixture
def ui(chromium, home, tmp_path):
    (home / "settings.toml").write_text(SETTINGS + ATTRIBUTES + COMPARISON)
    with serving(home, tmp_path / "ui.log") as address:
        opened = DagsterUi(chromium, address)
        yield opened
        opened.photograph("last")  # where it stood, when it failed


def test_a_study_is_materialized_by_a_click_and_shows_its_training_and_its_report(ui, chromium, home, browser):
    ui.open(f"{LOCATION}/asset-groups/prompt_recovery")
    ui.sees("recovery_images", "captioner", "recovered_prompts", "prompt_drift", "prompt_recovery_report")
    ui.click("Materialize all")
    ui.sees("Launched run")  # leaving the page earlier would cancel the request
    ui.open("/assets/prompt_recovery_report")
    ui.sees("Latest materialization", "held-out loss", reload=True)
    ui.photograph("study_report")

    # the model before training and each epoch are events, and the curves are pictures
    ui.open("/assets/captioner?view=events")
    ui.sees("Materialized in run", "MODEL_CARD.md")
    *events, _ = chromium.execute_script(TIMES)  # the last one stands above what the chosen event tells
    assert len(events) == 4
    events[-1].click()
    ui.sees("Observed in run", "held_out_loss")
    ui.photograph("study_epochs")
    ui.open("/assets/captioner")
    ui.sees("held_out_loss", "MODEL_CARD.md")
    ui.click("[Show Markdown]")
    assert ui.shows_picture() > 300
    ui.photograph("study_training")

    page = home / "studies" / "prompt-recovery" / "report" / "report.html"
    browser.get("about:blank")
    browser.get_log("browser")  # what Dagster's pages left there
    browser.get(page.as_uri())
    assert browser.find_element(By.TAG_NAME, "h1").text == "Prompt recovery"
    assert browser.execute_script("return [...document.images].every((image) => image.naturalWidth > 0)")
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.get_log("browser") == []


def test_the_other_groups_are_materialized_by_a_click_too(ui, home):
    reports = {  # the first asset, for the graph shortens longer names; the report, and a name that only its metadata have
        "attributes": ("vqa_pairs", "attributes_report", "answers right, before and after training"),
        "descriptions": ("description_orders", "descriptions_report", "CLIPScore, zero-shot"),
        "legacy_prompts": ("compared_articles", "legacy_prompts_report", "facts kept, legacy to main flow"),
        "models": ("controlled_article", "model_comparison_report", "models compared"),
    }
    for group, (first, *_) in reports.items():
        ui.open(f"{LOCATION}/asset-groups/{group}")
        ui.sees(first)
        ui.click("Materialize all")
        ui.sees("Launched run")
    for group, (_, report, figure) in reports.items():
        ui.open(f"/assets/{report}")
        ui.sees("Latest materialization", figure, reload=True)
        ui.photograph(report)
        assert (home / "studies" / group.replace("_", "-") / "report" / "report.html").exists()
