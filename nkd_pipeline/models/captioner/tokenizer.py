"""BLIP's tokenizer made from nothing: the words of some texts as tokens, and all letters for whatever else is written."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import BertTokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")  # ids 0 .. 4
START = "[DEC]"  # begins every caption, as in Salesforce's checkpoints
_PART = re.compile(r"[^\W_]+|[^\w\s]|_")  # as BERT cuts texts before it looks words up


def made_tokenizer(texts: Iterable[str], words: int, positions: int) -> BertTokenizer:
    """A tokenizer of the `words` most frequent words; equally frequent ones in the order of the alphabet, so that it is always the same."""
    from transformers import BertTokenizer

    counts = Counter(part for text in texts for part in _PART.findall(text.lower()))
    frequent = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:words]]
    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    pieces = dict.fromkeys((*SPECIAL, *frequent, *letters, *(f"##{letter}" for letter in letters), START))
    return BertTokenizer(vocab={piece: number for number, piece in enumerate(pieces)}, do_lower_case=True, model_max_length=positions)


def tidied(text: str) -> str:
    """A decoded text as it was written: BERT's tokenizer sets every sign apart, and "t-shirt" comes back as "t - shirt"."""
    text = re.sub(r"(?<=\w) ([-/&]) (?=\w)", r"\1", text)
    text = re.sub(r"(?<=\w) ?['’] ?s\b", "'s", text)
    text = re.sub(r"(?<=s) ?['’](?= |$)", "'", text)
    text = re.sub(r'" ([^"]*?) "', r'"\1"', text)
    return re.sub(r"\s+([,.;:!?])", r"\1", text).strip()
