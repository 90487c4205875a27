"""Small stages that behave as real ones do when they go wrong; in a module of their own so that worker processes can import them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from nkd_pipeline.stage import RowError, Stage, StageSettings


@dataclass(frozen=True, slots=True)
class Order:
    article_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    article_id: str
    text: str


class UntransportableError(Exception):
    """As many libraries have: it cannot be unpickled."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} {two}")


class Shout(Stage[Order, Result]):
    """Upper-cases texts; counts its calls; raises on what the text asks for."""

    batch_size = 64

    def __init__(self, settings: StageSettings | None = None) -> None:
        super().__init__(settings or StageSettings())
        self.calls: list[int] = []
        self.loads = 0

    def load(self) -> None:
        self.loads += 1

    def __call__(self, rows: Sequence[Order]) -> list[Result]:
        self.calls.append(len(rows))
        return [Result(row.article_id, self._one(row, len(rows))) for row in rows]

    def _one(self, row: Order, batch: int) -> str:
        if row.text == "poison":
            raise ValueError("this text is poison")
        if row.text == "unsuitable":
            raise RowError("no_garment", "nothing here to wear")
        if row.text == "untransportable":
            raise UntransportableError(1, 2)
        if row.text == "big" and batch > 4:
            raise MemoryError("batch of more than 4")
        if row.text == "crash":
            os._exit(9)
        return row.text.upper()


class ParallelShout(Shout):
    parallel = True


class Unloadable(Shout):
    def load(self) -> None:
        raise OSError("no weights here")


class Forgetful(Shout):
    """Breaks the contract: one result too few."""

    def __call__(self, rows: Sequence[Order]) -> list[Result]:
        return [Result(row.article_id, "") for row in rows[1:]]


class Pooling(Shout):
    """As a neural stage does: looks at all rows first and wants rows of like length together."""

    batch_size = 2

    def __init__(self, settings: StageSettings | None = None) -> None:
        super().__init__(settings)
        self.prepared: list[str] = []
        self.batches: list[list[str]] = []

    def weight(self, row: Order) -> int:
        return len(row.text)

    def prepare(self, rows: Sequence[Order]) -> None:
        self.prepared = [row.text for row in rows]
        if any(row.text == "poison" for row in rows):
            raise ValueError("this text is poison")

    def __call__(self, rows: Sequence[Order]) -> list[Result]:
        self.batches.append([row.text for row in rows])
        return super().__call__(rows)
