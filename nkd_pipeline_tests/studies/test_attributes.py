"""The study of attributes: which answers are right for a sketch, and one quick run of all steps."""

import json

import numpy as np
import pytest

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.models.attribute_reader.questions import wordings
from nkd_pipeline.models.house_clip import articles, visible
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.records.photo_attributes import PhotoAnswer, VqaPair
from nkd_pipeline.report.table import plain_rows
from nkd_pipeline.studies.attributes import report, steps
from nkd_pipeline.studies.attributes.product_copy import product_copy
from nkd_pipeline.studies.attributes.scores import scores_of
from nkd_pipeline.studies.attributes.settings import settings
from nkd_pipeline.studies.attributes.sketches import answers_of, rules, sketch_answers
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.text.colours import named_colours
from nkd_pipeline_tests.studies.quick import quick_run
from nkd_pipeline_tests.studies.quick_attributes import SETTINGS

UNSEEN = SETTINGS.replace("[studies.attributes]", '[studies.attributes]\nunseen = ["Pattern"]')
DRESS = {"type": "dress", "colour": "dark red", "pattern": "plain", "neckline": "v-neck", "sleeves": "puff sleeves", "print": "no print"}


@pytest.mark.parametrize(
    ("changes", "attribute", "answer"),
    [
        pytest.param({}, "Article Type", "Dress", id="a kind of its own"),
        pytest.param({"type": "hoodie"}, "Article Type", "Top", id="kinds that product data calls one"),
        pytest.param({}, "Base Colour", "Red", id="a shade is named by its colour"),
        pytest.param({"colour": "petrol"}, "Base Colour", None, id="green or blue: nobody is asked"),
        pytest.param({"pattern": "striped"}, "Base Colour", None, id="of two colours nobody knows which is the base"),
        pytest.param({"pattern": "gingham"}, "Pattern", "Checked", id="a pattern"),
        pytest.param({"neckline": ""}, "Neck", None, id="a neck that is not seen"),
        pytest.param({}, "Collar", "No Collar", id="where there is a neckline there is no collar"),
        pytest.param({"neckline": ""}, "Collar", None, id="neither a collar nor a neckline is seen"),
        pytest.param({"neckline": "", "collar": "hood"}, "Collar", "Hood", id="a collar"),
        pytest.param({"collar": "shawl collar"}, "Collar", None, id="a collar that is in no list is not no collar"),
        pytest.param({}, "Sleeve Length", "Short Sleeves", id="puff sleeves are drawn short"),
        pytest.param({}, "Sleeve Styling", "Puff Sleeves", id="and are a styling"),
    ],
)
def test_the_right_answer_for_what_a_sketch_shows(changes, attribute, answer):
    assert answers_of({name: value for name, value in (DRESS | changes).items() if value}).get(attribute) == answer


def test_the_rules_speak_of_attributes_and_values_that_there_are():
    known = {
        "type": set(articles.table()["kinds"]),
        "colour": set(named_colours()),
        "pattern": set(articles.table()["patterns"]),
    }
    words = {word for entry in articles.table()["forms"].values() for word in entry}
    words |= {word for entry in articles.table()["kinds"].values() for words in entry.values() if isinstance(words, list) for word in words}
    for attribute, rule in rules()["attributes"].items():
        assert attribute in wordings()
        assert rule["shows"] in visible.ATTRIBUTES
        values = [value for listed in rule["answers"].values() for value in listed]
        assert set(values) <= known.get(rule["shows"], words), attribute
        assert len(values) == len(set(values)), f"{attribute}: a value with two answers"


def test_random_articles_show_every_attribute_and_every_answer():
    rng = np.random.default_rng(2)
    shown = [sketch_answers(random_order(rng)) for _ in range(1500)]
    assert {(name, answer) for answers in shown for name, answer in answers.items()} == {
        (name, answer)
        for name, rule in rules()["attributes"].items()
        for answer in (*rule["answers"], *([rule["without"]["answer"]] if "without" in rule else []))
    }


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A run that went through all steps, with what each of them told; one attribute was kept from training."""
    run = quick_run(tmp_path_factory.mktemp("home"), "attributes", UNSEEN)
    names = (steps.vqa_pairs, steps.vqa_model, steps.predicted_attributes, product_copy, report.attributes_report)
    return run, {step.__name__: step(run) for step in names}


def test_products_are_split_and_an_attribute_is_kept_from_training(ran):
    run, made = ran
    pairs = steps.all_pairs(run)
    products = {split: {pair.article_id for pair in pairs if pair.split == split} for split in ("train", "held_out", "unseen")}
    assert (len(products["train"]), len(products["held_out"])) == (15, 5)
    assert not products["train"] & products["held_out"]
    assert products["unseen"] <= products["held_out"]
    assert {pair.attribute for pair in pairs if pair.split == "unseen"} == {"Pattern"}
    assert "Pattern" not in {pair.attribute for pair in pairs if pair.split != "unseen"}
    assert made["vqa_pairs"].rows == len(pairs)


def test_every_held_out_question_has_an_answer_from_before_and_after_training(ran):
    run, made = ran
    pairs = steps.held_out(steps.all_pairs(run))
    for table in (steps.UNTRAINED, steps.PREDICTED):
        answers = steps.answers(run, table, pairs)
        assert all(pair.article_id in answers[pair.attribute] for pair in pairs)
    assert set(made["predicted_attributes"].values) == {f"accuracy, {pair.attribute}" for pair in pairs}


def test_the_report_has_accuracy_and_confusion_of_each_attribute(ran):
    _, made = ran
    page = made["attributes_report"].files["report"]
    text = page.read_text()
    assert "Pattern (kept from training)" in text
    assert "While it learnt" in text
    assert "Product copy" in text
    assert 'src="data:image/webp' in text
    assert "<script" not in text
    numbers = json.loads((page.parent / "report.json").read_text())
    names = {table["name"] for table in numbers["tables"]}
    assert {"accuracy", "confusion_pattern", "confusion_article_type", "samples", "epochs"} <= names
    assert any("Pattern, which was kept from training" in line["name"] for line in numbers["headlines"])


def test_a_second_run_computes_nothing(ran):
    run, _ = ran
    again = quick_run(run.main.home.root, "attributes", UNSEEN)
    for step in (steps.vqa_pairs, steps.vqa_model, steps.predicted_attributes):
        step(again)
    assert len(again.outcomes) > 8
    assert {outcome.counts.computed for outcome in again.outcomes.values()} == {0}


def test_a_step_whose_input_is_missing_says_what_to_materialize(tmp_path):
    run = quick_run(tmp_path / "home", "attributes", SETTINGS)
    with pytest.raises(StudyError, match="vqa_pairs has not been materialized"):
        steps.vqa_model(run)


def test_an_attribute_that_nobody_knows_is_refused(tmp_path):
    run = quick_run(tmp_path / "home", "attributes", SETTINGS.replace("fewest", 'unseen = ["Smell"]\nfewest'))
    with pytest.raises(ProfileError, match=r"Smell is no attribute\. There are Article Type"):
        settings(run.study.profile)


def test_scores_count_answers_and_what_is_taken_for_what():
    right = {"a": "Round Neck", "b": "Round Neck", "c": "V-Neck", "failed": "V-Neck"}
    said = {"a": "round  neck", "b": "V-Neck", "c": "a sock"}
    pairs = [VqaPair(key, "Neck", "?", answer, "held_out", "", "") for key, answer in right.items()]
    before, after = ({"Neck": {key: PhotoAnswer(key, "Neck", text, 0.5) for key, text in texts.items()}} for texts in ({**said, "a": ""}, said))
    (score,) = scores_of(pairs, before, after)
    assert (score.asked, score.right_before, score.right, score.usual, score.values) == (3, 0, 1, 2, 2)
    section = report.confusion_section([score])
    assert plain_rows(section.tables[0]) == [
        {"right": "Round Neck", "said_round_neck": 1, "said_v_neck": 1, "said_anything_else": 0},
        {"right": "V-Neck", "said_round_neck": 0, "said_v_neck": 0, "said_anything_else": 1},
    ]
