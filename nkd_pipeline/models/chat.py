"""Conversations as a chat model reads them: written out by its template, within its context."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nkd_pipeline.stage import RowError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Conversation = Sequence[dict[str, str]]


def prompt_of(tokenizer: PreTrainedTokenizerBase, conversation: Conversation, limit: int) -> str:
    """The conversation by the tokenizer's template, up to where the reply begins: at most `limit` tokens.

    A longer one loses the end of its last message, where the article's texts stand: as little as can be, whole words. Raises RowError when the other
    messages alone are too long.
    """
    *before, last = conversation

    def written(characters: int) -> str:
        return _written(tokenizer, [*before, last | {"content": _begin(last["content"], characters)}])

    def too_long(characters: int) -> bool:
        return len(tokens_of(tokenizer, written(characters))) > limit

    whole = len(last["content"])
    if not too_long(whole):
        return written(whole)
    kept = bisect.bisect_left(range(whole), x=True, key=too_long) - 1
    if kept < 1:
        raise RowError(
            "prompt_too_long",
            f"What is said before the article's texts leaves no room for them in the {limit} tokens that the model's context has for a prompt. "
            "Choose a model with a longer context or lower max_new_tokens.",
        )
    return written(kept)


def tokens_of(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Tokens of a written conversation; the template has put in all special tokens that belong there."""
    return list(tokenizer(text, add_special_tokens=False, verbose=False).input_ids)


def stop_tokens(tokenizer: PreTrainedTokenizerBase, stated: int | Sequence[int] | None) -> list[int]:
    """Tokens that end a reply: `stated` by the checkpoint's generation settings, the tokenizer's end of text, and what its template puts behind a
    reply (Phi-3: <|end|>), which not every checkpoint states.
    """
    reply = "reply"
    text = _written(tokenizer, [{"role": "user", "content": "?"}, {"role": "assistant", "content": reply}], open_end=False)
    behind = tokens_of(tokenizer, text.rpartition(reply)[2])
    known = tokenizer.added_tokens_decoder
    turn = next((token for token in behind if token in known and known[token].special), None)
    stops = [*([stated] if isinstance(stated, int) else stated or ()), tokenizer.eos_token_id, turn]
    return sorted({token for token in stops if token is not None})


def _written(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], *, open_end: bool = True) -> str:
    from jinja2 import TemplateError

    first = messages[0]
    try:
        text = str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=open_end))
    except TemplateError:
        if first["role"] != "system":
            raise
        text = ""
    if first["role"] == "system" and first["content"].strip() not in text:
        # the template refuses the role or drops it without a word: what it says goes before the question
        asked = {"role": "user", "content": f"{first['content']}\n\n{messages[1]['content']}"}
        return _written(tokenizer, [asked, *messages[2:]], open_end=open_end)
    return text


def _begin(content: str, characters: int) -> str:
    """The first characters, without the word that the cut goes through."""
    if characters >= len(content):
        return content
    return re.sub(r"\s+\S{0,40}$", "", content[:characters])
