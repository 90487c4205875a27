"""Under the mask a reply is a JSON object of the schema, whatever the model would rather write and wherever its room ends."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.models import constrained
from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.constrained import ReplyGrammar
from nkd_pipeline_tests.models.chat_models import WIDTH, byte_level_tokenizer

KEYS = ["product_type", "design_aspects"]
LIMIT = 30
SCHEMA = {
    "type": "object",
    "properties": {key: {"type": "string", "maxLength": LIMIT} for key in KEYS},
    "required": KEYS,
    "additionalProperties": False,
}
BEGIN = '{"product_type": "'
END = 256  # the byte-level tokenizer's <|endoftext|>


@pytest.fixture(scope="module")
def tokenizer():
    return byte_level_tokenizer()


@pytest.fixture(scope="module")
def grammar(tokenizer):
    return _grammar(tokenizer)


def _grammar(tokenizer):
    return ReplyGrammar(SCHEMA, tokenizer, WIDTH, [tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|im_end|>")])


def _write(grammar, rows, max_new_tokens, scores_of, padding=END):
    """Greedy decoding as `generate` does it, without a model: `scores_of(step)` are the scores of all rows. Returns each row's tokens.

    Behind END, the lowest of the tokens that end a reply, a row gets `padding`.
    """
    import torch

    mask, tokens = grammar.mask(rows, max_new_tokens), torch.zeros((rows, 1), dtype=torch.long)
    done = torch.zeros(rows, dtype=torch.bool)
    for step in range(max_new_tokens):
        chosen = mask(tokens, scores_of(step)).argmax(-1)
        tokens = torch.cat([tokens, chosen.masked_fill(done, padding)[:, None]], dim=1)
        done |= chosen == END
    return tokens[:, 1:]


def _texts(tokenizer, tokens):
    return tokenizer.batch_decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def _wanted(tokenizer, *scripts):
    """Scores of a model that wants to write these tokens, one script a row, and "x" for ever after."""
    import torch

    (x,) = tokenizer("x").input_ids

    def scores_of(step):
        scores = torch.zeros((len(scripts), WIDTH))
        scores[:, x] = 1
        for row, script in enumerate(scripts):
            if step < len(script):
                scores[row, script[step]] = 2
        return scores

    return scores_of


@settings(max_examples=60)
@given(seed=st.integers(0, 2**31), room=st.integers(0, 90), favoured=st.sampled_from(["nothing", "quotes", "backslashes", "padding", "bytes"]))
def test_whatever_the_scores_each_reply_is_an_object_of_the_schema(tokenizer, grammar, seed, room, favoured):
    import torch

    kinds = {
        "nothing": [],
        "quotes": tokenizer('"').input_ids,
        "backslashes": tokenizer("\\").input_ids,
        "padding": range(len(tokenizer), WIDTH),  # logits beyond the vocabulary
        "bytes": range(66, 256),  # most of these are no characters of their own
    }
    chance = torch.Generator().manual_seed(seed)
    bias = torch.zeros(WIDTH).index_fill_(0, torch.tensor([*kinds[favoured]], dtype=torch.long), 3.0)
    written = _write(grammar, 4, grammar.reserve + room, lambda _: torch.randn((4, WIDTH), generator=chance) + bias)
    assert int(written.max()) < len(tokenizer)
    for text in _texts(tokenizer, written):
        reply = json.loads(text)
        assert list(reply) == KEYS
        assert all(len(value) <= LIMIT for value in reply.values())


@pytest.mark.parametrize(
    ("begun", "value"),
    [
        pytest.param("", "", id="nothing: all strings stay empty"),
        pytest.param("wom", "wom", id="a word"),
        pytest.param("a\\", 'a"', id="a backslash: something must follow it"),
        pytest.param("Ü😀".encode()[:-1], "Ü", id="three of a character's four bytes"),
        pytest.param("Ü😀".encode()[:-3], "Ü", id="one of a character's four bytes"),
    ],
)
def test_what_is_unfinished_is_closed_before_the_room_ends(tokenizer, grammar, begun, value):
    """Cut off at `max_new_tokens` instead, the reply would be no JSON, and its last keys would be missing."""
    script = tokenizer(BEGIN + (begun if isinstance(begun, str) else "Ü😀")).input_ids
    script = script[: len(BEGIN) + len(begun)]
    (text,) = _texts(tokenizer, _write(grammar, 1, len(script) + grammar.reserve, _wanted(tokenizer, script)))
    reply = json.loads(text)
    assert list(reply) == KEYS
    assert reply["product_type"].startswith(value)
    assert len(reply["product_type"]) <= len(value) + 1
    assert reply["design_aspects"] == ""


def test_a_reply_that_does_not_end_by_itself_ends_at_the_schemas_limits(tokenizer, grammar):
    (text,) = _texts(tokenizer, _write(grammar, 1, 400, _wanted(tokenizer, [])))
    assert json.loads(text) == dict.fromkeys(KEYS, "x" * LIMIT)


def test_a_reply_in_the_schema_is_left_as_the_model_wants_it(tokenizer, grammar):
    """Also with a blank before it, which many vocabularies have in a reply's first token."""
    reply = " " + json.dumps({"product_type": 'women\'s "Ü" blouse', "design_aspects": "lace, {1}"}, ensure_ascii=False)
    (text,) = _texts(tokenizer, _write(grammar, 1, 200, _wanted(tokenizer, tokenizer(reply).input_ids)))
    assert text == reply


def test_a_row_whose_parser_fails_is_written_freely_and_the_others_are_not_touched(tokenizer, grammar, caplog):
    """Broken scores (NaN) let `generate` choose a token that was not allowed; the batch must not die of it."""
    import torch

    mask = grammar.mask(3, 200)
    mask(torch.zeros((3, 1), dtype=torch.long), torch.zeros((3, WIDTH)))
    brace, x = tokenizer("{").input_ids[0], tokenizer("x").input_ids[0]
    scores = mask(torch.tensor([[brace], [x], [brace]]), torch.zeros((3, WIDTH)))
    legal = scores.isfinite().sum(dim=1).tolist()
    assert legal[1] == WIDTH
    assert legal[0] == legal[2] == 1  # the quote of the first key
    assert "reply 2 of a batch is written freely from here" in caplog.text


def test_a_finished_row_waits_for_the_others(tokenizer, grammar, caplog):
    """`generate` pads it, and what it pads with breaks no rule."""
    short, long = ('{"product_type": "a", "design_aspects": "b"}', '{"product_type": "longer", "design_aspects": "than that"}')
    (x,) = tokenizer("x").input_ids
    tokens = _write(grammar, 2, 120, _wanted(tokenizer, tokenizer(short).input_ids, tokenizer(long).input_ids), padding=x)
    text, other = _texts(tokenizer, tokens)
    assert text.rstrip("x") == short
    assert other.rstrip("x") == long
    assert caplog.text == ""


def test_too_little_room_for_any_reply_is_said_before_the_first_row(grammar):
    with pytest.raises(CheckpointError, match=f"max_new_tokens = 20 is too few .* it takes {grammar.reserve}"):
        grammar.mask(0, 20)


def test_a_missing_package_names_the_extra(tokenizer, monkeypatch):
    monkeypatch.setitem(sys.modules, "llguidance", None)
    assert not constrained.installed()
    with pytest.raises(CheckpointError, match=r"pip install \"nkd_pipeline\[constrained\]\""):
        _grammar(tokenizer)


def test_a_tokenizer_that_cannot_be_followed_is_the_models_fault():
    from transformers import ByT5Tokenizer  # written in Python: llguidance reads those of the tokenizers library

    with pytest.raises(CheckpointError, match="cannot follow the tokenizer of this model"):
        ReplyGrammar(SCHEMA, ByT5Tokenizer(), 384, [1])
