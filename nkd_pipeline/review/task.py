"""What the ways of reviewing share: everybody's own order, saving, taking back, going on where one left off."""

from __future__ import annotations

import hashlib
import re
import threading
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.pictures import Picture

# begins with a letter or digit, so that no spreadsheet takes a name for a formula
_NAME = re.compile(r"\w[\w .@'-]{0,59}")


class ReviewError(Exception):
    """Something that cannot be reviewed or saved as asked, with the cure in the message."""


class Item(Protocol):
    """What a reviewer is shown at once: a picture, or a pair of them."""

    @property
    def key(self) -> str: ...

    @property
    def shard(self) -> str: ...


class Record(Protocol):
    """What is stored of an answer."""

    @property
    def reviewer(self) -> str: ...


I = TypeVar("I", bound=Item)  # noqa: E741 - an item
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a reviewer stands; `next` is the position of the first open item, None when all are done."""

    done: int
    total: int
    next: int | None


@dataclass(frozen=True, slots=True)
class Undone:
    """A save that was taken back: of which item, its answer, and whether an earlier answer counts again."""

    key: str
    answer: Any
    restored: bool


class Task(ABC, Generic[I, R]):
    """A way of reviewing: items, and each reviewer's answers to them, kept in `tables/<table>/<shard>.parquet`.

    An answer is a plain value, as the page sends it; stored are its records. A later answer of the same reviewer to the same item replaces the
    earlier. What others answered is never given out.
    """

    mode: ClassVar[str]
    table: ClassVar[str]
    record: type[R]

    def __init__(self, workspace: Workspace, items: Iterable[I]) -> None:
        self._workspace = workspace
        self.items: dict[str, I] = {item.key: item for item in items}
        self._replaced: dict[str, list[tuple[str, tuple[R, ...]]]] = defaultdict(list)  # by reviewer: key and records that each save replaced
        self._writing = threading.Lock()
        self._stored: dict[str, list[R]] = {}
        self._answers: dict[str, dict[str, Any]] = {}  # by reviewer: working them out takes long where ten thousand are marked
        self._orders: dict[str, list[str]] = {}
        self.refresh()

    @abstractmethod
    def key_of(self, shard: str, record: R) -> str:
        """The key of the item that a shard's record is about."""

    @abstractmethod
    def records(self, item: I, reviewer: str, answer: Any) -> tuple[R, ...]:  # noqa: ANN401 - whatever the page sent
        """What is stored of an answer. Raises ReviewError when it is none."""

    @abstractmethod
    def answer(self, item: I, records: Sequence[R]) -> Any:  # noqa: ANN401
        """The answer that was stored as these records; None when they are no whole answer."""

    @abstractmethod
    def shown(self, item: I, reviewer: str) -> Sequence[Picture]:
        """The pictures to show, from left to right."""

    @abstractmethod
    def time_of(self, record: R) -> str:
        """When the record was made."""

    @property
    def shards(self) -> list[str]:
        """Shards that have items."""
        return sorted({item.shard for item in self.items.values()})

    def refresh(self) -> None:
        """Reads anew what is stored: other programs may have written to the tables."""
        with self._writing:
            self._stored = {shard: self._read(shard) for shard in self.shards}
            self._answers.clear()

    def order(self, reviewer: str) -> list[str]:
        """The keys of all items, shuffled for each reviewer in a way of its own that stays the same."""
        if reviewer not in self._orders:
            self._orders[reviewer] = sorted(self.items, key=lambda key: digest(reviewer, key))
        return self._orders[reviewer]

    def answers(self, reviewer: str) -> dict[str, Any]:
        """The reviewer's answers by item."""
        known = self._answers.get(reviewer)
        if known is None:
            found = {key: self.answer(self.items[key], records) for key, records in self._of(reviewer).items()}
            known = self._answers[reviewer] = {key: answer for key, answer in found.items() if answer is not None}
        return dict(known)

    def progress(self, reviewer: str, after: int = -1) -> Progress:
        """How far the reviewer is; the next open item is looked for after a position, then from the start."""
        order, done = self.order(reviewer), self.answers(reviewer)
        positions = [*range(after + 1, len(order)), *range(min(after + 1, len(order)))]
        return Progress(len(done), len(order), next((at for at in positions if order[at] not in done), None))

    def save(self, reviewer: str, key: str, answer: Any) -> None:  # noqa: ANN401
        """Stores an answer. Raises ReviewError for an unknown item or what is no answer."""
        if key not in self.items:
            raise ReviewError("There is no such picture in this review. Reload the page.")
        records = self.records(self.items[key], reviewer, answer)
        with self._writing:
            self._replaced[reviewer].append((key, self._replace(reviewer, key, records)))

    def undo(self, reviewer: str) -> Undone | None:
        """Takes back the reviewer's last save, also one from before this start of the program. None when there is none."""
        with self._writing:
            if self._replaced[reviewer]:
                key, before = self._replaced[reviewer].pop()
            elif saved := self._of(reviewer):
                key, before = max(saved, key=lambda key: max(self.time_of(record) for record in saved[key])), ()
            else:
                return None
            return Undone(key, self.answer(self.items[key], self._replace(reviewer, key, before)), restored=bool(before))

    def stored(self, shards: Iterable[str]) -> list[R]:
        """Everybody's records of the shards."""
        return [record for shard in shards for record in self._stored.get(shard, ())]

    def _of(self, reviewer: str) -> dict[str, tuple[R, ...]]:
        found: dict[str, tuple[R, ...]] = {}
        for shard, records in self._stored.items():
            for record in records:
                key = self.key_of(shard, record) if record.reviewer == reviewer else ""
                if key in self.items:
                    found[key] = (*found.get(key, ()), record)
        return found

    def _replace(self, reviewer: str, key: str, new: tuple[R, ...]) -> tuple[R, ...]:
        """Puts an item's records in place of the reviewer's earlier ones, and returns those."""
        shard, tables = self.items[key].shard, self._workspace.tables
        with tables.locked(self.table, shard):
            known = self._read(shard)
            old = tuple(record for record in known if record.reviewer == reviewer and self.key_of(shard, record) == key)
            self._stored[shard] = [record for record in known if record not in old] + list(new)
            tables.write_records(self.table, self.record, shard, self._stored[shard])
        answers = self._answers.get(reviewer, {})
        answers.pop(key, None)
        if (answer := self.answer(self.items[key], new)) is not None:
            answers[key] = answer
        return old

    def _read(self, shard: str) -> list[R]:
        return self._workspace.tables.read_records(self.table, self.record, shard)


def digest(*words: str) -> str:
    """A number that looks random and is the same for the same words."""
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def now() -> str:
    """UTC, ISO 8601, with milliseconds: quick reviewers save twice a second."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def name_fault(name: str) -> str:
    """Why this cannot be a reviewer's name; "" when it can."""
    if _NAME.fullmatch(name) and name == name.strip():
        return ""
    return "a reviewer's name has at most 60 letters, digits, spaces and . _ - @ ' and begins with a letter or digit"


def mapping_of(answer: Any, names: Iterable[str], allowed: Mapping[Any, str] | Sequence[Any]) -> dict[str, Any]:  # noqa: ANN401
    """The answer as one allowed value for each of the names. Raises ReviewError otherwise."""
    wanted = list(names)
    # "is" and type: True equals 1, and a list has no hash
    if (
        not isinstance(answer, dict)
        or set(answer) != set(wanted)
        or not all(any(type(a) is type(v) and a == v for a in allowed) for v in answer.values())
    ):
        raise ReviewError(f"An answer gives {', '.join(wanted)} one of {', '.join(map(str, allowed))} each. Reload the page.")
    return {name: answer[name] for name in wanted}
