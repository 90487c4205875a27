"""Which files of the folder `incoming` are to be taken in: pure decisions, so that every order of events can be tried.

A file counts as complete when its size and time are the same in two looks. What it holds decides whether it is new: a file copied again, or copied
under a second name, is not taken in twice, and a file that was renamed stays the delivery of its catalog.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

REMEMBERED = 500  # deliveries; the memory is stored with every look
WAITING = "?"  # before the state of a file that was there in the last look and may still be growing


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in under a file's name."""

    content: str  # digest
    catalog: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What the looks before have seen."""

    states: Mapping[str, str] = field(default_factory=dict)  # file name -> size and time
    taken: Mapping[str, Taken] = field(default_factory=dict)  # file name -> what it held; also files that have gone

    @classmethod
    def parse(cls, text: str | None) -> Memory:
        """The inverse of `text`."""
        stored = json.loads(text or "{}")
        return cls(stored.get("states", {}), {name: Taken(*values) for name, values in stored.get("taken", {}).items()})

    def text(self) -> str:
        """As one line of JSON."""
        taken = dict(list(self.taken.items())[-REMEMBERED:])
        return json.dumps({"states": self.states, "taken": {name: [held.content, held.catalog] for name, held in taken.items()}})


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to."""

    new: Mapping[str, Taken]  # files to take in
    known: Mapping[str, str]  # files that hold what was taken in already -> the name under which that was
    growing: tuple[str, ...]
    memory: Memory


def look(memory: Memory, now: Mapping[str, str], content: Callable[[str], str], catalog: Callable[[str], str]) -> Look:
    """Compares the folder with what was seen before.

    `now` holds the state of each file by name; `content` gives the digest of a file, `catalog` the catalog that its name stands for.
    """
    new: dict[str, Taken] = {}
    known: dict[str, str] = {}
    states: dict[str, str] = {}
    taken = dict(memory.taken)
    for name, state in sorted(now.items()):
        before = memory.states.get(name)
        if before not in (state, WAITING + state):
            states[name] = WAITING + state
            continue
        states[name] = state
        if before == state:
            continue
        held = content(name)
        # what was known before this look counts too: a file may have been renamed and replaced by another one at the same time
        twin = next((other for source in (taken, memory.taken) for other, was in source.items() if was.content == held), None)
        if twin is None:
            new[name] = Taken(held, taken[name].catalog if name in taken else catalog(name))
            taken = {other: _yielding(other, was, new[name].catalog, catalog) for other, was in taken.items() if other != name} | {name: new[name]}
        elif twin in now:
            known[name] = twin
            taken.setdefault(name, Taken(held, catalog(name)))
        else:
            known[name] = twin
            taken[name] = taken.pop(twin)  # renamed: what becomes of the file from now on belongs to the same catalog
    growing = tuple(name for name, state in states.items() if state.startswith(WAITING))
    return Look(new, known, growing, Memory(states, taken))


def _yielding(name: str, held: Taken, claimed: str, catalog: Callable[[str], str]) -> Taken:
    """A file that was renamed gives its catalog up to a new file whose name stands for it."""
    return Taken(held.content, catalog(name)) if held.catalog == claimed else held
