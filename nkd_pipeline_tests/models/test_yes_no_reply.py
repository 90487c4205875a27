"""What servers reply to questions of yes and no, read as log-odds."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.models.vqa import CERTAIN
from nkd_pipeline.models.yes_no_reply import read_reply
from nkd_pipeline.stage import RowError


def body(said, *places):
    """`places` are (token, {token: probability}) of each written token."""
    content = [
        {"token": token, "logprob": 0, "top_logprobs": [{"token": other, "logprob": math.log(share)} for other, share in shares.items()]}
        for token, shares in places
    ]
    return json.dumps({"choices": [{"message": {"content": said}, "logprobs": {"content": content} if places else None}]}).encode()


@pytest.mark.parametrize(
    ("data", "yes"),
    [
        pytest.param(body("Yes", ("Yes", {"Yes": 0.9, "No": 0.1})), 0.9, id="both among the likeliest"),
        pytest.param(body("no", ("no", {"Yes": 0.2, " yes": 0.1, "no": 0.5, "NO.": 0.1, "maybe": 0.1})), 1 / 3, id="all spellings count"),
        pytest.param(body("Yes", ("Yes", {"Yes": 0.98, "Sure": 0.02})), 0.98, id="one missing: at most the least likely word"),
        pytest.param(body("It is no.", ("It", {"It": 1.0}), (" is", {"is": 1.0}), (" no", {"no": 0.8, "yes": 0.2})), 0.2, id="where it was written"),
    ],
)
def test_likelihoods_become_odds(data, yes):
    reply = read_reply(data)
    assert reply.likelihoods
    assert reply.log_odds == pytest.approx(math.log(yes / (1 - yes)))


@pytest.mark.parametrize(
    ("said", "odds"),
    [
        pytest.param("Yes", CERTAIN, id="yes"),
        pytest.param(" no.\n", -CERTAIN, id="no with blanks and a full stop"),
        pytest.param("**Yes**, it has no sleeves.", CERTAIN, id="the first word"),
        pytest.param("The answer is no.", -CERTAIN, id="the only one of the two"),
        pytest.param("<think>Is it a no? Maybe.</think>Yes", CERTAIN, id="thoughts are no answer"),
        pytest.param("I cannot tell whether yes or no", None, id="both"),
        pytest.param("Nothing notable, yesterday", None, id="parts of words"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_without_likelihoods_the_word_counts(said, odds):
    assert (read_reply(body(said)).log_odds, read_reply(body(said)).likelihoods) == (odds, False)


@pytest.mark.parametrize(
    "likelihoods",
    [{"content": None}, {"content": []}, {"content": [{"token": "yes"}]}, {"content": [{"token": "yes", "top_logprobs": []}]}, [1], {"content": [3]}],
    ids=str,
)
def test_likelihoods_of_another_form_are_left_alone(likelihoods):
    data = json.dumps({"choices": [{"message": {"content": "yes"}, "logprobs": likelihoods}]}).encode()
    assert read_reply(data).log_odds == CERTAIN


@pytest.mark.parametrize(
    "data", [b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}', b"[" * 100_000], ids=lambda d: str(d[:30])
)
def test_an_answer_without_text_is_a_bad_reply(data):
    with pytest.raises(RowError, match="holds no text"):
        read_reply(data)


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["Yes", "no", " yes", "x"]), st.floats(1e-9, 1), max_size=4))
def test_any_reply_is_read_or_left_open(said, shares):
    reply = read_reply(body(said, *([("yes", shares)] if shares else [])))
    assert reply.log_odds is None or math.isfinite(reply.log_odds)
