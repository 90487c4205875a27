"""A chat server on another machine: what it answers becomes attributes, what it does wrong costs one row and says the cure."""

import logging
import threading

import pytest
from pydantic import ValidationError

from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.server import ServerExtractor, ServerSettings
from nkd_pipeline.records import TranslatedArticle
from nkd_pipeline.stage import RowError, StageSettings
from nkd_pipeline.text.translation import LexiconTranslator
from nkd_pipeline_tests.models.chat_server import GOOD, ChatServer, cut, refuse, reply
from nkd_pipeline_tests.text.rows import article


def row(number=0, **texts):
    repaired = article(**({"name": "Damen-Bluse", "model_descr": "dunkelblau", "article_id": f"a{number}"} | texts))
    return TranslatedArticle(repaired, LexiconTranslator(StageSettings())([repaired])[0])


def extractor(url, **settings):
    stage = ServerExtractor(ServerSettings(**({"base_url": url, "model": "tiny", "retries": 2} | settings)))
    stage.load()
    return stage


def failure(stage, given):
    with pytest.raises(RowError) as caught:
        stage([given])
    return caught.value


def test_a_reply_becomes_attributes():
    with ChatServer() as server:
        found = extractor(server.url)([row(description="Mit V-Ausschnitt.")])[0]
    assert (found.garment, found.neckline, found.colours, found.reply) == ("blouse", "v-neck", ("dark blue",), GOOD)
    sent = server.requests[0]
    assert (sent["model"], sent["temperature"], sent["seed"], sent["max_tokens"]) == ("tiny", 0, 42, 512)
    assert sent["messages"][-1]["role"] == "user"
    assert sent["response_format"]["json_schema"]["schema"]["additionalProperties"] is False


def test_two_requests_are_in_flight_at_once():
    """The server answers nobody before the second request is there: one after the other would run into the timeout."""
    both = threading.Barrier(2)

    def together(handler, body):
        both.wait(timeout=10)
        reply()(handler, body)

    with ChatServer(together, together) as server:
        assert len(extractor(server.url, concurrency=2, timeout_seconds=10)([row(1), row(2)])) == 2


def test_answers_belong_to_their_rows_whatever_order_they_come_in():
    """The answer to the first row is held back until the second one's is on its way."""
    second = threading.Event()

    def by_article(handler, body):
        first = "white" in body["messages"][-1]["content"]
        if first:
            second.wait(timeout=10)
        reply("white" if first else "black")(handler, body)
        second.set()

    with ChatServer(usual=by_article) as server:
        found = extractor(server.url, concurrency=2)([row(1, model_descr="weiß"), row(2, model_descr="schwarz")])
    assert [attributes.reply for attributes in found] == ["white", "black"]


@pytest.mark.parametrize(
    "troubles",
    [
        pytest.param([refuse(429, Retry_After="0")], id="asked too often, may come again at once"),
        pytest.param([refuse(500), refuse(500)], id="two internal errors"),
        pytest.param([cut], id="hung up in the middle of the answer"),
    ],
)
def test_what_passes_is_tried_again(troubles):
    with ChatServer(*troubles) as server:
        assert extractor(server.url)([row()])[0].reply == GOOD
        assert len(server.requests) == len(troubles) + 1


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        pytest.param(refuse(500, "CUDA error"), "server_error", "answers 500.*CUDA error.*server's log", id="an error that stays"),
        pytest.param(refuse(401, "no such key"), "server_error", "api_key_env", id="no right to ask"),
        pytest.param(refuse(404, "no such route"), "server_error", "/v1", id="wrong address"),
        pytest.param(refuse(302, "moved", Location="http://127.0.0.1:9/"), "server_error", "answers 302", id="keys are not carried elsewhere"),
        pytest.param(lambda handler, _: handler.send(200, b"<html>"), "bad_reply", "holds no text: <html>", id="no JSON"),
        pytest.param(lambda handler, _: handler.send(200, {"choices": []}), "bad_reply", "holds no text", id="no choice"),
        pytest.param(reply(None), "bad_reply", "max_tokens", id="all tokens spent on thinking"),
        pytest.param(lambda handler, _: handler.send(200, b"[" * 100_000), "bad_reply", "holds no text", id="nested too deep"),
        pytest.param(cut, "server_unreachable", "Start the server", id="hangs up every time"),
    ],
)
def test_a_server_that_fails_says_the_cure(answer, kind, says):
    with ChatServer(usual=answer) as server:
        error = failure(extractor(server.url), row())
    assert error.kind == kind
    assert server.url in error.message or kind == "bad_reply"
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(error.message)


def test_a_server_that_hangs_costs_the_timeout_and_one_more_try():
    with ChatServer() as server:
        server.usual = server.hang
        error = failure(extractor(server.url, timeout_seconds=0.1), row())
        assert (error.kind, len(server.requests)) == ("server_timeout", 2)
    assert "within 0.1 s" in error.message


def test_a_reply_cut_by_its_length_is_repaired():
    with ChatServer(reply(GOOD[:60], finish_reason="length")) as server:
        found = extractor(server.url)([row()])[0]
    assert {origin.field: origin.agrees for origin in found.origins}["garment"] is True
    assert not found.findings


def test_one_bad_row_costs_one_row_and_nobody_is_asked_twice():
    """The runner halves the batch to find the culprit: the answers that are there already are kept for that."""
    rows = [row(number, model_descr="weiß" if number == 3 else "schwarz") for number in range(6)]

    def one_is_refused(handler, body):
        (refuse(400, "context too long") if "white" in body["messages"][-1]["content"] else reply())(handler, body)

    with ChatServer(usual=one_is_refused) as server:
        outcome = run_stage(extractor(server.url), rows, {}, lambda _: None)
    assert [state.state.error_kind for state in outcome.rows.values()] == [None, None, None, "server_error", None, None]
    assert len(server.requests) == 5 + 3  # the bad row once in each way of asking for JSON


def refuses(*kinds):
    def answer(handler, body):
        (refuse(400, "unknown response_format") if body.get("response_format", {}).get("type") in kinds else reply())(handler, body)

    return answer


@pytest.mark.parametrize(
    ("refused", "kept"),
    [
        pytest.param(("json_schema",), {"type": "json_object"}, id="no schemas"),
        pytest.param(("json_schema", "json_object"), None, id="no response_format at all"),
    ],
)
def test_a_way_of_asking_that_is_refused_is_left_once_for_the_run(refused, kept, caplog):
    with ChatServer(usual=refuses(*refused)) as server, caplog.at_level(logging.WARNING):
        stage = extractor(server.url, concurrency=1)
        assert len(stage([row(number) for number in range(4)])) == 4
    assert [body.get("response_format") for body in server.requests[-4:]] == [kept] * 4
    assert len(server.requests) == 4 + len(refused)
    assert [record.getMessage().count("refuses structured = json_schema") for record in caplog.records] == [1]


def test_a_dead_server_is_not_asked_for_every_article():
    """After a batch that nobody answered the stage looks once whether the server is back; its error says what it saw."""
    with ChatServer(usual=cut) as server:
        stage = extractor(server.url, retries=0)
        assert failure(stage, row(1)).kind == "server_unreachable"
        server.models = refuse(503, "starting")
        error = failure(stage, row(2))
    assert (error.kind, len(server.requests)) == ("server_unreachable", 1)
    assert "answers 503: " in error.message


def test_a_server_that_comes_back_is_asked_again():
    with ChatServer(cut) as server:
        stage = extractor(server.url, retries=0)
        assert failure(stage, row(1)).kind == "server_unreachable"
        assert stage([row(2)])[0].reply == GOOD


@pytest.mark.parametrize(
    ("models", "says"),
    [
        pytest.param(("other", "more"), "has no model tiny. It has: other, more", id="another model"),
        pytest.param(refuse(401, "who are you"), "answers 401: .*api_key_env", id="wants a key"),
        pytest.param(lambda handler, _: handler.send(200, {"hello": "world"}), "Correct base_url", id="something else listens there"),
    ],
)
def test_loading_says_what_is_wrong_with_the_server(models, says):
    with ChatServer(models=models) as server, pytest.raises(CheckpointError, match=says):
        extractor(server.url)


def test_loading_names_the_address_where_nobody_listens():
    with ChatServer() as server:
        server.close()
        with pytest.raises(CheckpointError, match=f"{server.url} cannot be reached"):
            extractor(server.url, retries=0)


def test_a_models_tag_need_not_be_written():
    with ChatServer(models=("tiny:latest",)) as server:
        extractor(server.url)


def test_the_key_comes_from_the_environment_and_stands_in_no_message(monkeypatch):
    monkeypatch.setenv("CATALOG_KEY", "secret-7")
    with ChatServer(refuse(403, "key secret-7 is blocked")) as server:
        error = failure(extractor(server.url, api_key_env="CATALOG_KEY"), row())
    assert server.headers[0]["Authorization"] == "Bearer secret-7"
    assert "secret-7" not in error.message


def test_a_key_that_is_not_set_is_said_before_anything_is_asked(monkeypatch):
    monkeypatch.delenv("CATALOG_KEY", raising=False)
    with pytest.raises(CheckpointError, match="CATALOG_KEY"):
        extractor("http://127.0.0.1:9/v1", api_key_env="CATALOG_KEY")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"base_url": "ftp://host/v1"}, id="no web address"),
        pytest.param({"base_url": "file:///etc/passwd"}, id="a file"),
        pytest.param({"base_url": "localhost:8000"}, id="no scheme"),
        pytest.param({"base_url": "https://user:key@host/v1"}, id="a key in the address"),
        pytest.param({"api_key_env": "sk-abc123"}, id="the key itself in place of its variable"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings):
    with pytest.raises(ValidationError):
        ServerSettings(**({"base_url": "http://host/v1", "model": "tiny"} | settings))


@pytest.mark.parametrize(
    ("settings", "same"),
    [
        pytest.param({"base_url": "http://elsewhere:1/v1", "concurrency": 3, "timeout_seconds": 9, "retries": 0}, True, id="where and how fast"),
        pytest.param({"model": "other"}, False, id="the model"),
        pytest.param({"max_tokens": 100}, False, id="the room for the reply"),
        pytest.param({"seed": 1}, False, id="the seed"),
    ],
)
def test_rows_are_computed_again_only_when_their_result_may_change(settings, same):
    usual = {"base_url": "http://host/v1", "model": "tiny"}
    one, two = (ServerExtractor(ServerSettings(**given)) for given in (usual, usual | settings))
    assert (fingerprint_of(one) == fingerprint_of(two)) is same
