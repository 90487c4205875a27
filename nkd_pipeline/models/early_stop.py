"""Ends a language model's reply where its JSON object ends: what it would ramble on costs time and says nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase


class ObjectEnd:
    """A stopping criterion for one call of `generate`: a row is done as soon as an object with one of the keys is closed. The others go on."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, keys: Collection[str], rows: int) -> None:
        self._tokenizer = tokenizer
        self._rows = [Braces(keys) for _ in range(rows)]
        self._texts: dict[int, str] = {}

    def __call__(self, input_ids: torch.Tensor, scores: object, **_: object) -> torch.Tensor:  # noqa: ARG002 - the interface's arguments
        """`input_ids`: (rows, tokens so far); returns (rows,) bool."""
        import torch

        for braces, token in zip(self._rows, input_ids[:, -1].tolist(), strict=True):
            braces.read(self._text(token))
        return torch.tensor([braces.closed for braces in self._rows], device=input_ids.device)

    def _text(self, token: int) -> str:
        # a token alone may lose a leading blank or half a character, but never a brace, a quote, a backslash or a letter of a key
        if token not in self._texts:
            self._texts[token] = str(self._tokenizer.decode([token]))
        return self._texts[token]


class Braces:
    """Follows a reply as it grows; `closed` once an object is complete that names one of the keys: "{name}" and {"note": 1} are not the answer."""

    def __init__(self, keys: Collection[str]) -> None:
        self.closed = False
        self._keys = keys
        self._depth = 0
        self._quoted = self._escaped = False
        self._inside: list[str] = []

    def read(self, text: str) -> None:
        """Takes the next piece of the reply."""
        for character in text:
            if self._depth:
                self._inside.append(character)
                self._read_inside(character)
            elif character == "{":
                self._depth = 1

    def _read_inside(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif self._quoted:
            self._escaped, self._quoted = character == "\\", character != '"'
        elif character in '{}"':
            self._quoted = character == '"'
            self._depth += {"{": 1, "}": -1, '"': 0}[character]
            if not self._depth:
                inside = "".join(self._inside)
                self.closed |= any(key in inside for key in self._keys)
                self._inside.clear()
