"""A reply ends with its JSON object: not before, and not after."""

import pytest

from nkd_pipeline.models.early_stop import Braces, ObjectEnd
from nkd_pipeline_tests.models.chat_models import byte_level_tokenizer

KEYS = ("product_type", "design_aspects")


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        pytest.param('{"product_type": "blouse"}', "", id="an object"),
        pytest.param('{"product_type": "blouse"}', "\n\nI hope this helps! {", id="what the model rambles on"),
        pytest.param('Sure! "Here" it is:\n```json\n{"product_type": "blouse"}', "\n```", id="text and quotes before it"),
        pytest.param('{"product_type": "a } in \\" a } string"}', "}", id="braces and quotes inside a string"),
        pytest.param('{"product_type": "ends in a backslash \\\\"}', '"}', id="an escaped backslash"),
        pytest.param('{"product": {"product_type": "blouse"}, "more": {}}', "}", id="objects inside objects"),
        pytest.param('For {name}: {} {"note": "none"} {"design_aspects": ""}', "x", id="objects that are not the answer"),
        pytest.param("{'product_type': 'blouse',}", "x", id="broken JSON that can still be read"),
    ],
)
def test_a_reply_is_closed_with_the_last_brace_of_its_answer(reply, rest):
    braces = Braces(KEYS)
    braces.read(reply[:-1])
    assert not braces.closed
    braces.read(reply[-1] + rest)
    assert braces.closed


@pytest.mark.parametrize("reply", ["Product type: blouse", '{"product_type": "blouse', "{}", '{"note": 1}', '}{"product_type": "}"'])
def test_what_has_no_complete_answer_goes_on(reply):
    braces = Braces(KEYS)
    braces.read(reply)
    assert not braces.closed


def test_each_row_ends_by_itself():
    """The longer reply must not be cut, and the shorter one must not be written on because of it."""
    import torch

    tokenizer = byte_level_tokenizer()
    replies = ['{"product_type": "ü"}....', '{"product_type": "longer"}']  # one token per byte, as many in both
    tokens = torch.tensor(tokenizer(replies).input_ids)
    stop = ObjectEnd(tokenizer, KEYS, rows=2)
    done = [stop(tokens[:, :end], None).tolist() for end in range(1, tokens.shape[1] + 1)]
    assert [column.index(True) for column in zip(*done, strict=True)] == [reply.encode().index(b"}") for reply in replies]
    assert done[-1] == [True, True]
