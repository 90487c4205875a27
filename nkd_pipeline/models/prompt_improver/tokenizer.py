"""T5's tokenizer made from nothing: the words of some texts as pieces, and all characters for whatever else is written."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import T5Tokenizer

SPACE = "▁"  # how SentencePiece writes a space
SENTINELS = 100
_SPECIAL = ("<pad>", "</s>", "<unk>")  # ids 0, 1, 2 as in T5
_PART = re.compile(r"(\s*)([^\W_](?:[^\W_]|['’-](?=[^\W_]))*|[^\w\s]|_)")
_SPELLED = -30.0  # score of a character: any word is cheaper whole


def made_tokenizer(texts: Iterable[str], words: int) -> T5Tokenizer:
    """A tokenizer of the `words` most frequent words of the texts, of equally frequent ones the first of the alphabet: always the same."""
    from transformers import T5Tokenizer

    pieces = [(piece, 0.0) for piece in _SPECIAL] + _scored(texts, words) + [(f"<extra_id_{i}>", 0.0) for i in reversed(range(SENTINELS))]
    return T5Tokenizer(vocab=pieces, extra_ids=SENTINELS, model_max_length=512)


def _scored(texts: Iterable[str], words: int) -> list[tuple[str, float]]:
    """Pieces with their log frequencies, as a unigram model has them."""
    counts: Counter[str] = Counter()
    characters = set(string.printable) - set(string.whitespace) | {SPACE}
    for text in texts:
        for space, word in _PART.findall(f" {text}"):
            counts[SPACE + word if space else word] += 1
            characters.update(word)
    total = sum(counts.values())
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:words]
    scored = {piece: math.log(count / total) for piece, count in frequent}
    return [*scored.items(), *((one, _SPELLED) for one in sorted(characters) if one not in scored)]


def batch(tokenizer: Any, texts: Sequence[str], longest: int) -> tuple[torch.Tensor, torch.Tensor]:  # noqa: ANN401 - transformers is untyped
    """(ids, mask) of texts, both (texts, tokens), padded on the right; of a text longer than `longest` tokens the rest is left out.

    Padding and cutting are done here because a tokenizer that is asked to do them keeps that in its file when it is saved.
    """
    import torch

    rows = [tokenizer(text, verbose=False).input_ids for text in texts]
    rows = [row if len(row) <= longest else [*row[: longest - 1], row[-1]] for row in rows]
    width = max(map(len, rows))
    ids = torch.tensor([[*row, *[tokenizer.pad_token_id] * (width - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask
