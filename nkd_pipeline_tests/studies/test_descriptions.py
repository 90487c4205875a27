"""Description prompting from the grid to the report, on a few cells."""

import json

import pytest

from nkd_pipeline.models.describing.asking import CHAIN_OF_THOUGHT, FEW_SHOT, RAG, STRATEGIES, ZERO_SHOT
from nkd_pipeline.records.descriptions import Description
from nkd_pipeline.review.questionnaire import read_questionnaire
from nkd_pipeline.review.survey_task import SurveyTask
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.descriptions import measures, steps
from nkd_pipeline.studies.descriptions.grid import examples_of, orders_of, passages_of, requests_of
from nkd_pipeline.studies.descriptions.report import descriptions_report
from nkd_pipeline.studies.descriptions.settings import DescriptionsSettings
from nkd_pipeline.studies.descriptions.survey import QUESTIONS
from nkd_pipeline_tests.studies.quick import quick_run, run_steps


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A study that was run to its report, and what its steps made."""
    run = quick_run(tmp_path_factory.mktemp("descriptions") / "home", "descriptions")
    return run, run_steps(run, steps.description_orders, steps.descriptions, steps.description_images, descriptions_report)


def test_every_cell_is_described_and_drawn_in_every_strategy(ran):
    run, (orders, texts, images, report) = ran
    assert (orders.rows, texts.rows, images.rows, report.rows) == (16, 16, 16, 16)
    assert orders.values["quoted"] > 0
    assert set(images.pictures) == set(STRATEGIES)
    cells = {name: set(run.study.tables.read("descriptions", Description, name)) for name in STRATEGIES}
    assert all(of == cells[ZERO_SHOT] for of in cells.values())


def test_only_the_strategy_that_reads_has_something_to_read():
    wanted = DescriptionsSettings(cells=6)
    for order in orders_of(wanted, passages_of(wanted)):
        assert bool(order.examples) == (order.strategy == FEW_SHOT)
        assert bool(order.passages) == (order.strategy == RAG)
        assert all(example.request != order.request for example in order.examples), "it would be copied"


def test_cells_are_chosen_by_lot_and_stay_the_same_when_there_are_more():
    few, many = requests_of(DescriptionsSettings(cells=10)), requests_of(DescriptionsSettings(cells=40))
    assert set(few) < set(many)
    assert set(few) != set(requests_of(DescriptionsSettings(cells=10, seed=2)))
    assert len(requests_of(DescriptionsSettings(cells=100_000))) == 288


def test_the_examples_are_about_cells_of_the_grid():
    whole = set(requests_of(DescriptionsSettings()).values())
    assert {example.request for example in examples_of(DescriptionsSettings())} <= whole


def test_the_report_has_scores_diversity_sources_and_needs_no_other_file(ran):
    run, (*_, made) = ran
    page = made.files["report"].read_text()
    assert "<script" not in page
    assert "This profile has no language model" in page
    numbers = json.loads((run.study.home.root / "report" / "report.json").read_text())
    tables = {table["name"]: table for table in numbers["tables"]}
    assert {"strategies", "differences", "diversity", "survey", "sources", "thoughts"} <= set(tables)
    assert len(numbers["headlines"]) == len(STRATEGIES)
    found = measures.measured(run)
    assert all(len(one.scores) == len(one.looks) == 4 for one in found.values())
    assert any(text.reasoning for text in found[CHAIN_OF_THOUGHT].texts.values())
    assert all(text.sources for text in found[RAG].texts.values())


def test_a_second_run_computes_nothing(ran):
    run, _ = ran
    run.outcomes.clear()
    run_steps(run, steps.description_orders, steps.descriptions, steps.description_images, descriptions_report)
    assert len(run.outcomes) >= 12
    assert {outcome.counts.computed for outcome in run.outcomes.values()} == {0}


def test_the_pictures_can_be_rated_on_the_review_page_and_the_report_shows_it(ran):
    run, _ = ran
    task = SurveyTask(run.study, run.study.shards(), read_questionnaire(QUESTIONS))
    assert len(task.items) == 16
    shown = next(iter(task.items.values()))
    assert " for " in shown.texts.name
    assert shown.texts.german, "the description stands beside the picture"
    for key, item in task.items.items():
        task.save("anna", key, dict.fromkeys(("comprehensibility", "coherence", "occasion", "type", "style"), 5 if item.shard == RAG else 2))
    assert len(measures.ratings(run, STRATEGIES)[RAG]) == 20
    page = descriptions_report(run).files["report"].read_text()
    assert "Nobody has answered yet" not in page
    assert "1 participant" in page


def test_what_participants_say_of_themselves_is_one_question_that_may_be_left_out(ran):
    run, _ = ran
    task = SurveyTask(run.study, run.study.shards(), read_questionnaire(QUESTIONS))
    assert len(task.questionnaire.participant) == 1
    task.save_participant("berta", {"shopping": ""})
    assert measures.participants(run) == []


def test_a_changed_text_is_read_again_and_only_by_the_strategy_that_reads(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "own.md").write_text("Everybody wears mustard and velvet, for every occasion, in every style: dress, blouse, shirt, skirt, jacket.")
    run = quick_run(tmp_path / "home", "descriptions")
    run_steps(run, steps.description_orders, steps.descriptions)
    run = quick_run(tmp_path / "home", "descriptions", f'[studies.descriptions.retrieval]\nfolder = "{folder}"\n')
    steps.description_orders(run)
    run.outcomes.clear()
    steps.descriptions(run)
    computed = {name: outcome.counts.computed for name, outcome in run.outcomes.items()}
    assert computed == {f"descriptions {name}": (4 if name == RAG else 0) for name in STRATEGIES}


@pytest.mark.parametrize(
    ("entry", "text", "says"),
    [
        pytest.param("grid", "styles = []", "grid: .*styles", id="an empty grid"),
        pytest.param("grid", "styles = [", "grid: .*cannot be read", id="no TOML"),
        pytest.param("examples", "[[examples]]\nstyle = 'casual'\n", "examples: .*garment", id="an example without a garment"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_place_and_reason(tmp_path, entry, text, says):
    (tmp_path / "own.toml").write_text(text)
    wanted = DescriptionsSettings(**{entry: str(tmp_path / "own.toml")})
    with pytest.raises(StudyError, match=says):
        (requests_of if entry == "grid" else examples_of)(wanted)


def test_a_step_whose_input_is_missing_says_what_to_materialize(tmp_path):
    run = quick_run(tmp_path / "home", "descriptions")
    with pytest.raises(StudyError, match="description_orders has not been materialized"):
        steps.descriptions(run)
