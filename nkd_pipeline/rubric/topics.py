"""What can be asked about a picture, as read from `questions.toml`: topics, their values and the wording of both."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from string import Formatter

from pydantic import ConfigDict, model_validator

from nkd_pipeline.rubric.thresholds import Strict
from nkd_pipeline.text.colours import TABLE
from nkd_pipeline.text.vocabulary import tokens_of

QUESTIONS_FILE = Path(__file__).parent / "questions.toml"
SLOTS = frozenset({"says", "garment", "noun", "Is", "Does", "colours"})


class Entry(Strict):
    """One value that can be seen. `cause`, `statement` and `question` stand in for the topic's; `noun` is for garments whose name says too much."""

    says: str = ""
    noun: str = ""
    values: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    cause: str = ""
    statement: str = ""
    question: str = ""


class Topic(Strict):
    """One attribute: its values, or for colours the `palette` and how far (CIEDE2000) an alternative is from all that is stated."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    aspect: str
    statement: str
    question: str
    entries: Mapping[str, Entry] = {}
    rivals: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    hidden_by: Mapping[str, tuple[str, ...]] = {}
    palette: tuple[str, ...] = ()
    difference: float = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> Topic:
        wordings = [self.statement, self.question, *(text for entry in self.entries.values() for text in (entry.statement, entry.question))]
        unknown = {name for wording in wordings for _, name, _, _ in Formatter().parse(wording) if name is not None} - SLOTS
        if unknown:
            raise ValueError(f"unknown slot {{{min(unknown)}}}; there are {', '.join(sorted(SLOTS))}")
        named = {*self.rivals, *(other for entry in self.entries.values() for other in entry.beside)}
        if strangers := named - set(self.entries):
            raise ValueError(f'"{min(strangers)}" is no entry')
        words = [tokens_of(value) for name, entry in self.entries.items() for value in {name, *entry.values}] + [
            tokens_of(value) for value in self.silent
        ]
        if twice := [value for value in words if words.count(value) > 1]:
            raise ValueError(f'"{" ".join(min(twice))}" stands in two places')
        return self

    @cached_property
    def _known(self) -> Mapping[tuple[str, ...], str]:
        """Words of a value -> name of its entry, "" for silent values."""
        known = {tokens_of(value): name for name, entry in self.entries.items() for value in (name, *entry.values)}
        return known | {tokens_of(value): "" for value in self.silent}

    def entry_of(self, value: str) -> str:
        """The name of the entry that a value belongs to, by the longest known words in it; "" when nothing can be asked about it."""
        words = tokens_of(value)
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size, -1, -1):  # from the end: English puts the modifier first
                if (found := self._known.get(words[start : start + size])) is not None:
                    return found
        return ""

    def alternatives(self, stated: Iterable[str], among: Iterable[str] = ()) -> list[str]:
        """Names of the entries with which stated ones are compared: those that cannot hold as well. `among` stands in for the topic's rivals."""
        held = set(stated)
        near = {other for name in held for other in self.entries[name].beside}
        candidates = tuple(among) or self.rivals or tuple(self.entries)
        return [name for name in candidates if name not in held | near and not held & set(self.entries[name].beside)]

    def says(self, value: str) -> str:
        """How a value is said."""
        entry = self.entries.get(value)
        return (entry.says if entry else "") or value


def hidden(cause: str, stated: Callable[[str], Sequence[str]]) -> bool:
    """Whether nothing of a topic is seen because of what an article states of others; `stated` gives its values of a topic."""
    table = topics()
    return any(table[other].entry_of(value) in entries for other, entries in table[cause].hidden_by.items() for value in stated(other) if value)


@cache
def topics(path: Path = QUESTIONS_FILE) -> Mapping[str, Topic]:
    """All topics by cause."""
    read = {name: Topic(**table) for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    for name, topic in read.items():
        for other, entries in topic.hidden_by.items():
            known = read[other].entries if other in read else {}
            if strangers := set(entries) - set(known):
                raise ValueError(f'{name} is hidden by {other}: "{min(strangers)}" is no entry of that topic')
    return read


def digest() -> str:
    """SHA-256 over all that questions depend on besides the article, for fingerprints."""
    return hashlib.sha256(QUESTIONS_FILE.read_bytes() + TABLE.read_bytes()).hexdigest()
