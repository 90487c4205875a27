"""Surveys: the questions file, ratings, and what is asked of participants."""

import pytest

from nkd_pipeline.review.questionnaire import read_questionnaire
from nkd_pipeline.review.survey_task import ParticipantAnswer, Rating, SurveyTask, summarise
from nkd_pipeline.review.task import ReviewError
from nkd_pipeline_tests.review.homes import SHARD
from nkd_pipeline_tests.review.site import serving

QUESTION = '[[questions]]\nname = "style"\ntext = "<b>Fits</b> the style."\nlow = "no"\nhigh = "yes"\n'
ABOUT = '[[participant]]\nname = "buys"\ntext = "Do you buy clothes online?"\nchoices = ["yes", "no"]\n'
GOOD = {"comprehensibility": 5, "coherence": 4, "occasion": 3, "type": 5, "style": 1}


def questionnaire(tmp_path, text):
    file = tmp_path / "questions.toml"
    file.write_text(text, encoding="utf-8")
    return read_questionnaire(file)


@pytest.fixture
def task(reviewed):
    return SurveyTask(reviewed, [SHARD], read_questionnaire())


def test_the_built_in_questions_are_those_of_the_study_and_ask_nothing_personal():
    built_in = read_questionnaire()
    assert [question.name for question in built_in.questions] == ["comprehensibility", "coherence", "occasion", "type", "style"]
    assert built_in.participant == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("questions = [", "must be a TOML file", id="no TOML"),
        pytest.param("", "questions: Field required", id="empty"),
        pytest.param("questions = []", "questions", id="no question"),
        pytest.param(QUESTION + 'hint = "x"', "questions.0.hint", id="an unknown word"),
        pytest.param(QUESTION.replace("style", "Style!", 1), "questions.0.name", id="a name that is none"),
        pytest.param(QUESTION * 2, 'two questions are called "style"', id="twice the same name"),
        pytest.param(QUESTION * 10, "questions", id="more than the page holds"),
        pytest.param(QUESTION + ABOUT.replace('["yes", "no"]', "[]"), "participant.0.choices", id="nothing to choose from"),
    ],
)
def test_a_questions_file_that_cannot_be_used_says_why(tmp_path, text, says):
    with pytest.raises(ReviewError) as caught:
        questionnaire(tmp_path, text)
    assert says in str(caught.value)
    assert "questions.toml" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ReviewError, match="--questions"):
        read_questionnaire(tmp_path / "none.toml")


def test_ratings_are_stored_by_question_and_replaced(task, reviewed):
    key = task.order("P01")[0]
    task.save("P01", key, GOOD)
    task.save("P01", key, GOOD | {"style": 2})
    stored = reviewed.tables.read_records("ratings", Rating, SHARD)
    assert {row.question: row.rating for row in stored} == GOOD | {"style": 2}
    assert len(stored) == 5
    assert task.progress("P01").done == 1


@pytest.mark.parametrize(
    "answer", [None, {}, GOOD | {"style": 0}, GOOD | {"style": 6}, GOOD | {"style": True}, GOOD | {"style": "3"}, GOOD | {"style": 2.5}]
)
def test_every_question_gets_one_of_five(task, answer):
    with pytest.raises(ReviewError, match="1, 2, 3, 4, 5"):
        task.save("P01", task.order("P01")[0], answer)


def test_summary(task):
    for participant, style in (("P01", 1), ("P02", 2), ("P03", 3)):
        task.save(participant, task.order(participant)[0], GOOD | {"style": style})
    by_name = {one.question: one for one in summarise(task.stored([SHARD]))}
    assert list(by_name) == list(GOOD)
    assert (by_name["style"].n, by_name["style"].mean, by_name["style"].sd) == (3, 2.0, 1.0)
    assert (by_name["type"].mean, by_name["type"].sd) == (5.0, 0.0)
    assert summarise(task.stored([SHARD])[:1])[0].sd is None


def test_participants_are_asked_once_and_may_keep_silent(tmp_path, reviewed):
    task = SurveyTask(reviewed, [SHARD], questionnaire(tmp_path, QUESTION + ABOUT))
    with serving(task, "P01", "P02") as site:
        first, second = site.client("P01"), site.client("P02")
        assert 'name="buys"' in first.get("/").text
        assert first.post("/participant", {"answers": {"buys": ""}}).status == 200
        assert 'name="buys"' not in first.get("/").text
        assert 'name="buys"' in second.get("/").text
        assert second.post("/participant", {"answers": {"buys": "often"}}).status == 422
        assert second.post("/participant", {"answers": {"buys": "no", "age": "30"}}).status == 422
        assert second.post("/participant", {"answers": {"buys": "no"}}).status == 200
    stored = reviewed.tables.read_records("participants", ParticipantAnswer, "survey")
    assert [(row.reviewer, row.question, row.answer) for row in stored] == [("P01", "buys", ""), ("P02", "buys", "no")]


def test_questions_are_shown_as_text(tmp_path, reviewed):
    with serving(SurveyTask(reviewed, [SHARD], questionnaire(tmp_path, QUESTION)), "P01") as site:
        page = site.client("P01").get("/").text
    assert "&lt;b&gt;Fits&lt;/b&gt; the style." in page
    assert "<dialog" not in page
