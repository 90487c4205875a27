"""Chat models describe: one on this machine and one behind an endpoint, by the same conversations."""

import dataclasses

import pytest

from nkd_pipeline.execution.hashing import fingerprint_of
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.describing.asking import CHAIN_OF_THOUGHT, conversation
from nkd_pipeline.models.describing.chat_models import EndpointDescriber, EndpointDescriberSettings, LocalDescriber, LocalDescriberSettings
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.chat_server import ChatServer, refuse, reply
from nkd_pipeline_tests.models.describing.orders import ORDERS


def local(tiny, **settings):
    stage = LocalDescriber(LocalDescriberSettings(**{"model": str(tiny / "phi3"), "dtype": "float32", "max_new_tokens": 16} | settings))
    stage.load()
    return stage


def remote(url, **settings):
    stage = EndpointDescriber(EndpointDescriberSettings(**{"base_url": url, "model": "tiny", "retries": 0} | settings))
    stage.load()
    return stage


def test_a_local_model_says_the_same_in_any_batch(tiny):
    stage, conversations = local(tiny), [conversation(one) for one in ORDERS.values()]
    assert stage.complete(conversations) == [stage.complete([one])[0] for one in conversations]


def test_a_reply_has_to_have_room_in_the_context(tiny):
    with pytest.raises(CheckpointError, match=r"max_new_tokens = 4096 fills the model's context"):
        local(tiny, max_new_tokens=4096)


def test_an_endpoint_is_asked_every_strategy_and_its_words_are_kept():
    said = reply("It is formal.\nDescription: An elegant dress in navy.")
    with ChatServer(usual=said) as server:
        found = remote(server.url)(list(ORDERS.values()))
        thought = next(one for one, order in zip(found, ORDERS.values(), strict=True) if order.strategy == CHAIN_OF_THOUGHT)
        assert {one.text for one in found} == {"An elegant dress in navy."}
        assert (thought.reasoning, thought.model) == ("It is formal.", "tiny")
        assert len(server.requests) == len(ORDERS)
        assert {request["temperature"] for request in server.requests} == {0}


def test_an_endpoint_that_refuses_costs_the_row_with_the_reason():
    with ChatServer(usual=refuse(401, "who are you")) as server, pytest.raises(RowError, match="who are you") as caught:
        remote(server.url)([ORDERS[CHAIN_OF_THOUGHT]])
    assert caught.value.kind == "server_error"


def test_where_a_server_stands_changes_no_result_and_what_it_is_told_does():
    def fingerprint(**settings):
        return fingerprint_of(EndpointDescriber(EndpointDescriberSettings(**{"base_url": "http://a/v1", "model": "m"} | settings)))

    assert fingerprint() == fingerprint(base_url="http://b/v1", concurrency=2)
    assert fingerprint() != fingerprint(temperature=1.0)


def test_a_row_without_a_description_costs_nobody_else_a_second_question():
    """The runner halves a batch that raises, until the row is alone."""
    orders = [dataclasses.replace(ORDERS[CHAIN_OF_THOUGHT], article_id=f"cell-{number}") for number in range(4)]
    with ChatServer(reply(""), usual=reply("Description: A dress.")) as server:
        outcome = run_stage(remote(server.url, concurrency=4), orders, {}, lambda _: None)
        assert sorted(row.ok for row in outcome.rows.values()) == [False, True, True, True]
        assert len(server.requests) == 4
