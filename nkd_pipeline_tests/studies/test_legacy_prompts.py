"""Legacy prompting against the main flow, from German texts to the report, on a few articles."""

import json

import numpy as np
import pytest

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.legacy_prompting.stage import LegacyPromptWriter
from nkd_pipeline.report.table import plain_rows
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.legacy_prompts import steps
from nkd_pipeline.studies.legacy_prompts.deliveries import delivery_row, german
from nkd_pipeline.studies.legacy_prompts.measures import ADDED, KEPT, LENGTH, SECONDS, compared
from nkd_pipeline.studies.legacy_prompts.report import _comparison, legacy_prompts_report
from nkd_pipeline.text.extraction import attributes_of
from nkd_pipeline.text.repair import TextRepair
from nkd_pipeline_tests.studies.quick import quick_run, run_steps

STEPS = (steps.compared_articles, steps.structured_prompts, steps.legacy_prompts, steps.compared_images, legacy_prompts_report)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A study that was run to its report, and what its steps made."""
    run = quick_run(tmp_path_factory.mktemp("legacy") / "home", "legacy-prompts")
    return run, run_steps(run, *STEPS)


def test_both_ways_write_prompts_for_the_same_articles_and_pictures_are_made_of_both(ran):
    run, (articles, structured, legacy, images, _) = ran
    assert articles.rows == 12
    assert structured.rows == legacy.rows == 12
    assert 0 < images.rows <= 6
    both = steps.both_prompts(run)
    assert set(both["legacy"]) == set(both["main-flow"])
    assert all(both["legacy"][key].prompt != both["main-flow"][key].prompt for key in both["legacy"])


def test_time_retention_length_and_scores_are_compared_on_the_same_articles(ran):
    run, _ = ran
    known, ways = compared(run)
    rows = {row["metric"]: row for row in plain_rows(_comparison(known, ways))}
    assert {SECONDS, KEPT, ADDED, LENGTH} <= set(rows)
    assert {row["rows"] for name, row in rows.items() if name in (SECONDS, KEPT, LENGTH)} == {12}
    assert rows[SECONDS]["legacy"] > 0
    assert rows[SECONDS]["main_flow"] > 0
    assert 0 < rows[KEPT]["legacy"] <= 1


def test_the_report_names_what_was_defined_and_what_stands_in_for_bart(ran):
    run, (*_, made) = ran
    page = made.files["report"].read_text()
    assert "<script" not in page
    assert "This profile has no model that summarises" in page
    numbers = json.loads((run.study.home.root / "report" / "report.json").read_text())
    assert {"comparison", "verdicts", "definitions", "dropped", "examples"} <= {table["name"] for table in numbers["tables"]}
    assert any(headline["name"].startswith("computing time per prompt") for headline in numbers["headlines"])


def test_a_second_run_computes_nothing(ran):
    run, _ = ran
    run.outcomes.clear()
    run_steps(run, *STEPS)
    # rows that failed are tried again, and fail again
    assert {outcome.counts.computed - outcome.counts.failed for outcome in run.outcomes.values()} == {0}


def test_german_texts_of_random_articles_say_what_the_articles_are():
    """Most of what is true of an article is read back from its delivered texts; else the comparison would be of noise."""
    rng = np.random.default_rng(5)
    orders = [random_order(rng) for _ in range(60)]
    read = [attributes_of(TextRepair(StageSettings())([delivery_row(order)])[0]) for order in orders]
    same = [found.sketch_kind == order.attributes.sketch_kind for found, order in zip(read, orders, strict=True)]
    colours = [set(found.colours) & set(order.attributes.colours) for found, order in zip(read, orders, strict=True)]
    assert sum(same) >= 54
    assert sum(map(bool, colours)) >= 54


def test_the_same_article_is_always_delivered_with_the_same_texts():
    order = random_order(np.random.default_rng(3))
    assert delivery_row(order) == delivery_row(order)
    assert delivery_row(order).article_id == order.article_id


def test_a_term_without_a_german_word_stays_as_it_is():
    assert german("materials", "cotton") == "baumwolle"
    assert german("colours", "no such colour") == "no such colour"


def test_a_step_whose_input_is_missing_says_what_to_materialize(tmp_path):
    run = quick_run(tmp_path / "home", "legacy-prompts")
    with pytest.raises(StudyError, match="compared_articles has not been materialized"):
        steps.structured_prompts(run)
    with pytest.raises(StudyError, match="structured_prompts has not been materialized"):
        steps.legacy_prompts(run)


def test_a_glossary_that_is_not_there_is_said_with_the_cure_before_anything_runs(tmp_path):
    more = f'[stages.prompts]\nstage = "{LegacyPromptWriter.__module__}:LegacyPromptWriter"\ndefinitions = {{ folder = "{tmp_path / "none"}" }}\n'
    run = quick_run(tmp_path / "home", "legacy-prompts", more)
    with pytest.raises(ProfileError, match=r"\[stages\.prompts\] definitions\.folder.*Name a folder with texts"):
        run.main.profile.stage("prompts")
