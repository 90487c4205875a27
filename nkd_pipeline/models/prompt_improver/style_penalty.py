"""A penalty while a text is generated: tokens that would begin or go on a style or an artist that the source does not name become unlikely.

Ordinary texts must not suffer. What begins with words that ordinary phrases have too ("in the style of", "oil painting") is penalised from its
first other word on; what announces a style, also right behind a comma. A tokenizer may spell a name in pieces ("and", "ro", "id"): its beginning
counts only when it has some letters and is no word of its own.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nkd_pipeline.text.styles import holds, is_common, is_opener, style_phrases
from nkd_pipeline.text.templates_file import template
from nkd_pipeline.text.vocabulary import tokens_of, vocabulary

if TYPE_CHECKING:
    import torch

Tokens = tuple[int, ...]
TELLING = 4  # letters of a name from which it is known, when it is spelled
HOPELESS = 6.0  # the best other token is so much less likely than a style (a factor of 400) that a text is better ended
GOING_ON = 3  # tokens of a phrase that are penalised after its first one: who wrote these does not turn back


class StyleSpellings:
    """All phrases of styles.toml as one tokenizer writes them, in any case, behind a space and in brackets."""

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - transformers is untyped
        # tokens so far -> next token -> the phrases that it begins or goes on
        self._next: dict[Tokens, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for phrase in style_phrases():
            for tokens, first in _spellings(phrase, tokenizer):
                if tokenizer.unk_token_id not in tokens:  # else the model cannot write it
                    for at in range(first, min(first + 1 + GOING_ON, len(tokens))):
                        self._next[tokens[:at]][tokens[at]].add(phrase)
        self.end = int(tokenizer.eos_token_id)
        self._ending: dict[int, list[Tokens]] = defaultdict(list)  # last token -> beginnings that end with it
        for beginning in filter(None, self._next):
            self._ending[beginning[-1]].append(beginning)

    def beginning(self, held: frozenset[str]) -> set[int]:
        """Tokens that begin a phrase wherever they stand; those that begin a held one as well are left out."""
        return self._of((), held)

    def following(self, written: Sequence[int], held: frozenset[str]) -> set[int]:
        """Tokens that go on a phrase of which a beginning is written, likewise."""
        near = (one for one in self._ending.get(written[-1] if written else -1, ()) if tuple(written[-len(one) :]) == one)
        return set().union(*(self._of(one, held) for one in near))

    def _of(self, beginning: Tokens, held: frozenset[str]) -> set[int]:
        return {token for token, phrases in self._next.get(beginning, {}).items() if not phrases & held}


class StylePenalty:
    """A logits processor for one call of `generate`: `sources` are the texts of its rows, each with as many beams.

    Where a model has nothing to say but styles, it would make up something else: there the text may end.
    """

    def __init__(self, spellings: StyleSpellings, sources: Sequence[str], beams: int, penalty: float) -> None:
        self._spellings, self._penalty = spellings, penalty
        held = [frozenset(phrase for phrase in style_phrases() if holds(source, phrase)) for source in sources]
        self._held = [one for one in held for _ in range(beams)]
        self._always: torch.Tensor | None = None  # (rows, vocabulary), what is taken at every step

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """`input_ids`: (rows, tokens so far), `scores`: (rows, vocabulary); returns the scores with those of styles lowered."""
        if self._always is None:
            self._always = scores.new_zeros(scores.shape)
            for row, held in enumerate(self._held):
                self._always[row, list(self._spellings.beginning(held))] = self._penalty
        lowered = scores - self._always
        for row, (written, held) in enumerate(zip(input_ids[:, 1:].tolist(), self._held, strict=True)):  # without the token that starts a text
            if tokens := self._spellings.following(written, held):
                lowered[row, list(tokens)] -= self._penalty
        return self._ended(scores, lowered)

    def _ended(self, scores: torch.Tensor, lowered: torch.Tensor) -> torch.Tensor:
        """The lowered scores; the end is as likely as the style where all else is hopeless, unless the text must be longer."""
        top, token = scores.max(dim=-1)
        style = lowered.gather(1, token[:, None])[:, 0] < top
        ends = style & (top - lowered.max(dim=-1).values > min(HOPELESS, self._penalty / 2)) & scores[:, self._spellings.end].isfinite()
        lowered[ends, self._spellings.end] = top[ends]
        return lowered


def _spellings(phrase: str, tokenizer: Any) -> Iterator[tuple[Tokens, int]]:  # noqa: ANN401
    """Tokens of a phrase, and the place from which they are penalised."""
    for spelled in dict.fromkeys([phrase, phrase.lower(), phrase.upper(), phrase.title(), phrase[:1].upper() + phrase[1:]]):
        words = spelled.split()
        plain = [is_common(word) or (word.lower() in _ordinary() and not is_opener(phrase)) for word in words]
        first = plain.index(False) if False in plain else len(words) - 1
        for before in ("", "("):
            tokens = _tokens(tokenizer, before + spelled)[len(_tokens(tokenizer, before)) :]
            yield tokens, _telling(tokenizer, tokens, words, first)
        if is_opener(phrase):
            word, comma = _tokens(tokenizer, "a"), _tokens(tokenizer, "a,")
            tokens = _tokens(tokenizer, f"a, {spelled}")
            if tokens[: len(comma)] == comma:
                yield tokens[len(word) :], len(comma) - len(word) + _telling(tokenizer, tokens[len(comma) :], words, 0)


def _telling(tokenizer: Any, tokens: Tokens, words: Sequence[str], first: int) -> int:  # noqa: ANN401
    """The place of the token by which a phrase is known that is known by its word number `first`."""
    lead, end = len("".join(words[:first])), len("".join(words[: first + 1]))
    for at in range(len(tokens)):
        said = "".join(str(tokenizer.decode(tokens[: at + 1])).split()).lstrip("(")
        part = said[lead:end]
        if len(said) >= end or (len(part) >= TELLING and part.lower() not in _ordinary()):
            return at
    return len(tokens)  # the tokenizer does not give the phrase back as it was


@functools.cache
def _ordinary() -> frozenset[str]:
    """The English words of the vocabulary and of the template: styles begin with some of them, as "Peter Mohrbacher" and "Studio Ghibli" do."""
    texts = [term.english for terms in vocabulary().phrases.values() for term in terms]
    return frozenset(word for text in (*texts, template()["prompt"], *template()["wear"].values()) for word in tokens_of(text))


def _tokens(tokenizer: Any, text: str) -> Tokens:  # noqa: ANN401
    return tuple(tokenizer(text, add_special_tokens=False).input_ids)
