"""A vision server on another machine: its likelihoods become probabilities, and what it does wrong costs one row and says the cure."""

import base64
import io
import logging
import math
import threading
from dataclasses import replace

import pytest
from PIL import Image

from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.vqa_endpoint import SURE, EndpointVqa, EndpointVqaSettings
from nkd_pipeline.records import Attributes
from nkd_pipeline.rubric.questions import ask
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.chat_server import ChatServer, cut, refuse, reply
from nkd_pipeline_tests.models.judged import judged


def says(word, yes=None):
    """Answers with a word, and with the likelihood of yes where one is given and asked for."""

    def answer(handler, body):
        likelihoods = [{"token": "Yes", "logprob": math.log(yes)}, {"token": "No", "logprob": math.log(1 - yes)}] if yes else []
        told = {"logprobs": {"content": [{"token": word, "top_logprobs": likelihoods}]}} if yes and body.get("logprobs") else {}
        reply(word, **told)(handler, body)

    return answer


def question_of(body):
    return body["messages"][0]["content"][1]["text"]


@pytest.fixture
def row(tmp_path):
    return described(judged(tmp_path, 0, (1200, 600)))


def described(row, **more):
    """Few questions: type, colour and neckline."""
    return replace(row, attributes=Attributes(row.article_id, "t-shirt", "t-shirt", "", neckline="v-neck", motifs=("ufo",), **more))


def judge(url, **settings):
    stage = EndpointVqa(EndpointVqaSettings(**({"base_url": url, "model": "tiny", "retries": 1} | settings)))
    stage.load()
    return stage


def failure(stage, *rows):
    with pytest.raises(RowError) as caught:
        stage(rows)
    return caught.value


def test_likelihoods_become_probabilities(row):
    with ChatServer(usual=says("Yes", 0.8)) as server:
        (record,) = judge(server.url)([row])
    assert (record.judge, record.model, len(record.answers)) == ("vqa", "tiny", len(ask(row.attributes, row.prompt).questions))
    assert {round(answer.probability, 6) for answer in record.answers} == {0.8}
    assert record.answers[0].margin == pytest.approx(math.log(4))
    assert "motif: ufo" in record.reason
    assert SURE not in record.reason


def test_a_request_carries_the_picture_and_one_question(row):
    with ChatServer(usual=says("yes", 0.9)) as server:
        judge(server.url, side=300)([row])
        sent = server.requests[0]
    assert (sent["model"], sent["temperature"], sent["max_tokens"], sent["top_logprobs"]) == ("tiny", 0, 4, 20)
    kind, _, data = sent["messages"][0]["content"][0]["image_url"]["url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == (300, 150)
    asked = {question.yes_no for question in ask(row.attributes, row.prompt).questions}
    assert {question_of(body).removesuffix(" Answer with the single word yes or no.") for body in server.requests} == asked


def test_a_server_without_likelihoods_is_taken_at_its_word_and_that_is_noted(row):
    def by_question(handler, body):
        reply("Yes." if "neckline" in question_of(body) else "No")(handler, body)

    with ChatServer(usual=by_question) as server:
        (record,) = judge(server.url)([row])
    assert {answer.cause: round(answer.probability, 6) for answer in record.answers} | {"neckline": 1, "main_colour": 0} == {
        answer.cause: round(answer.probability, 6) for answer in record.answers
    }
    assert SURE in record.reason


def test_a_server_that_refuses_likelihoods_is_asked_without_for_the_rest_of_the_run(row, tmp_path, caplog):
    def strict(handler, body):
        (refuse(400, "logprobs are not supported") if "logprobs" in body else says("no"))(handler, body)

    with ChatServer(usual=strict) as server, caplog.at_level(logging.WARNING):
        stage = judge(server.url, concurrency=1)
        first, second = stage([row]), stage([described(judged(tmp_path, 1))])
        asked = len(first[0].answers) + len(second[0].answers)
    assert len(server.requests) == asked + 1
    assert [record.getMessage().count("refuses logprobs") for record in caplog.records] == [1]


def test_a_question_without_an_answer_is_named_and_the_others_count(row):
    def evasive(handler, body):
        says("I see a garment" if "neckline" in question_of(body) else "yes", None)(handler, body)

    with ChatServer(usual=evasive) as server:
        (record,) = judge(server.url)([row])
    assert "neckline: v-neck" in record.reason
    assert "neckline" not in {answer.cause for answer in record.answers}
    assert record.answers


def test_answers_belong_to_their_questions_and_pictures_whatever_order_they_come_in(tmp_path):
    rows = [described(judged(tmp_path, number)) for number in range(3)]
    shares, lock, seen = [0.2, 0.5, 0.7], threading.Lock(), {}

    def by_picture(handler, body):
        url = body["messages"][0]["content"][0]["image_url"]["url"]
        with lock:
            seen.setdefault(url, None)
        says("yes", shares[order.index(url)])(handler, body)

    with ChatServer() as server:
        stage = judge(server.url, concurrency=4)
        order = [stage._data_url(row) for row in rows]
        server.usual = by_picture
        records = stage(rows)
    assert [{round(answer.probability, 6) for answer in record.answers} for record in records] == [{0.2}, {0.5}, {0.7}]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        pytest.param(refuse(401, "no such key"), "server_error", "api_key_env", id="no right to ask"),
        pytest.param(refuse(400, "this model has no eyes"), "server_error", "has no eyes", id="a model without eyes"),
        pytest.param(lambda handler, _: handler.send(200, b"<html>"), "bad_reply", "holds no text", id="no JSON"),
        pytest.param(reply("What a beautiful shirt!"), "bad_reply", "neither yes nor no, but: What a", id="chatters"),
        pytest.param(cut, "server_unreachable", "Start the server", id="hangs up every time"),
    ],
)
def test_a_server_that_fails_says_the_cure(row, answer, kind, message):
    with ChatServer(usual=answer) as server:
        error = failure(judge(server.url), row)
    assert error.kind == kind
    assert message in error.message


def test_what_passes_is_tried_again(row):
    with ChatServer(refuse(429, Retry_After="0"), usual=says("yes", 0.9)) as server:
        assert judge(server.url)([row])[0].answers


def test_a_server_that_hangs_costs_the_timeout(row):
    with ChatServer() as server:
        server.usual = server.hang
        assert failure(judge(server.url, timeout_seconds=0.1), row).kind == "server_timeout"


def test_one_bad_row_costs_one_row_and_nobody_is_asked_twice(tmp_path):
    rows = [described(judged(tmp_path, number)) for number in range(4)]
    with ChatServer() as server:
        stage = judge(server.url)
        bad = stage._data_url(rows[2])

        def one_is_refused(handler, body):
            (refuse(403, "not this picture") if body["messages"][0]["content"][0]["image_url"]["url"] == bad else says("yes", 0.9))(handler, body)

        server.usual = one_is_refused
        outcome = run_stage(stage, rows, {}, lambda _: None)
        questions = len(ask(rows[0].attributes, rows[0].prompt).questions)
        good = [body for body in server.requests if body["messages"][0]["content"][0]["image_url"]["url"] != bad]
    assert [outcome.rows[row.article_id].state.error_kind for row in rows] == [None, None, "server_error", None]
    assert len(good) == 3 * questions
    assert stage._known == {}


def test_a_dead_server_is_looked_at_once_per_batch(row):
    with ChatServer(usual=cut) as server:
        stage = judge(server.url, retries=0)
        assert failure(stage, row).kind == "server_unreachable"
        asked = len(server.requests)
        server.models = refuse(503, "starting")
        assert failure(stage, row).kind == "server_unreachable"
        assert len(server.requests) == asked
        server.models, server.usual = ("tiny",), says("yes", 0.9)
        assert stage([row])[0].answers  # it is back


def test_a_missing_picture_costs_no_request(row):
    with ChatServer() as server:
        assert failure(judge(server.url), replace(row, image_file="nowhere.png")).kind == "missing_image"
        assert server.requests == []


def test_an_article_of_which_nothing_is_known_costs_no_request(row):
    silent = replace(row, attributes=Attributes("A-0", "", "", ""), prompt=replace(row.prompt, colours=("multicolour",)))
    with ChatServer() as server:
        (record,) = judge(server.url)([silent])
        assert server.requests == []
    assert (record.answers, record.model, record.reason) == ((), "", "nothing is asked about main_colour: multicolour")


def test_loading_says_what_is_wrong_with_the_server():
    with ChatServer(models=("other",)) as server, pytest.raises(CheckpointError, match="has no model tiny"):
        judge(server.url)


def test_the_fingerprint_follows_the_model_and_not_the_address():
    def fingerprint(**settings):
        return fingerprint_of(EndpointVqa(EndpointVqaSettings(**({"base_url": "http://one/v1", "model": "m"} | settings))))

    assert fingerprint() == fingerprint(base_url="http://two/v1", concurrency=2, retries=9)
    assert fingerprint() != fingerprint(model="n")
    assert fingerprint() != fingerprint(side=512)
