"""What a reader of clauses has noted so far: the mentions, and the adjectives that still wait for their noun."""

from __future__ import annotations

from collections.abc import Iterable

from nkd_pipeline.text.context import FACTS, Context, first, sheen
from nkd_pipeline.text.items import Item
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.vocabulary import Term


class Notes:
    """Base of the clause reader: keeps mentions in order and states what waits."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._out: list[Mention] = []
        self._waiting: list[Item] = []  # adjectives whose noun has not come yet
        self._foreign = False  # what is said now belongs to another garment

    def _say(self, term: Term | None, item: Item) -> None:
        if term:
            self._out.append(Mention(term.aspect, term.english, term, item.source))

    def _parts(self, item: Item) -> list[tuple[tuple[Term, ...], Item]]:
        """The waiting adjectives with their parts, then the parts of the item itself; nothing waits any more."""
        parts = [(readings, waiting) for waiting in self._waiting for readings in (waiting.terms, *waiting.modifiers)]
        self._waiting.clear()
        return parts + [(part, item) for part in item.modifiers]

    def _print_of(self, item: Item) -> Mention:
        mention = Mention("print", "motif print", item.reading("motif") or item.terms[0], item.source)
        self._out.append(mention)
        return mention

    def _state(self, item: Item, aspect: str, of_pattern: bool = False) -> None:
        for readings in (*item.modifiers, item.terms):
            term = first(readings, FACTS if readings is not item.terms else (aspect,))
            if term and term.aspect in FACTS:
                self._out.append(Mention(term.aspect, term.english, term, item.source, of_pattern=of_pattern))
        if aspect == "intensity":
            self._sheen(item.terms, item)

    def _sheen(self, readings: Iterable[Term], item: Item) -> None:
        shown = None if self._foreign else sheen(readings, item.source)
        if shown:
            self._out.append(shown)

    def _flush(self) -> None:
        for waiting in self._waiting:
            self._state(waiting, self._context.aspect(waiting))
        self._waiting.clear()
