"""What a chat model reads: its own template, nothing lost but the end of a text that is too long."""

import pytest

from nkd_pipeline.models.chat import prompt_of, stop_tokens, tokens_of
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.models.chat_models import TEMPLATE, byte_level_tokenizer

ASKED = [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": "A blouse."}]
FOLDED = "<|im_start|>user\nAnswer in JSON.\n\nA blouse.<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    ("template", "prompt"),
    [
        pytest.param(
            TEMPLATE,
            "<|im_start|>system\nAnswer in JSON.<|im_end|>\n<|im_start|>user\nA blouse.<|im_end|>\n<|im_start|>assistant\n",
            id="a template that knows the role",
        ),
        pytest.param(
            TEMPLATE.replace("{% for message in messages %}", "{% for message in messages if message['role'] != 'system' %}"),
            FOLDED,
            id="dropped without a word, as some revisions of Phi-3 do",
        ),
        pytest.param(
            "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + TEMPLATE,
            FOLDED,
            id="refused, as Gemma does",
        ),
    ],
)
def test_a_system_message_is_never_lost(template, prompt):
    tokenizer = byte_level_tokenizer()
    tokenizer.chat_template = template
    assert prompt_of(tokenizer, ASKED, limit=500) == prompt


def test_a_template_that_refuses_for_another_reason_says_why():
    from jinja2 import TemplateError

    tokenizer = byte_level_tokenizer()
    tokenizer.chat_template = "{{ raise_exception('Only one turn') }}"
    with pytest.raises(TemplateError, match="Only one turn"):
        prompt_of(tokenizer, ASKED[1:], limit=500)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("blouse " * 8000, " blouse", id="long prose: cut between words"),
        pytest.param("x" * 50_000, "x", id="no blank anywhere: cut where it must be"),
        pytest.param("short words first " + "😀" * 20_000, "😀", id="tokens per character differ: no more is cut than must be"),
    ],
)
def test_a_text_too_long_loses_its_end_and_no_more(text, kept):
    tokenizer = byte_level_tokenizer()
    prompt = prompt_of(tokenizer, [{"role": "user", "content": text}], limit=400)
    assert prompt.endswith(f"{kept}<|im_end|>\n<|im_start|>assistant\n")
    assert 400 - 50 < len(tokens_of(tokenizer, prompt)) <= 400


def test_a_prompt_that_just_fits_is_whole():
    tokenizer = byte_level_tokenizer()
    whole = prompt_of(tokenizer, ASKED, limit=10_000)
    assert prompt_of(tokenizer, ASKED, limit=len(tokens_of(tokenizer, whole))) == whole


def test_instructions_without_room_for_the_text_are_the_rows_error():
    with pytest.raises(RowError, match="leaves no room for them in the 60 tokens"):
        prompt_of(byte_level_tokenizer(), [{"role": "user", "content": "x" * 100}, *ASKED], limit=60)


@pytest.mark.parametrize("stated", [None, 256, [256]])
def test_the_end_of_a_turn_ends_a_reply_also_when_the_checkpoint_does_not_say_so(stated):
    """Without it the model would go on and play the user's part."""
    tokenizer = byte_level_tokenizer()
    assert tokenizer.convert_ids_to_tokens(stop_tokens(tokenizer, stated)) == ["<|endoftext|>", "<|im_end|>"]
