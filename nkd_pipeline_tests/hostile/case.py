"""A hostile delivery: how it is made and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Refused:
    """The file is not taken in: exit code 2, a message with these words, and nothing is stored."""

    says: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """The file is taken in: so many articles, so many quarantined rows, and reasons or notes with these words."""

    articles: int
    quarantined: int = 0
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One delivery."""

    name: str
    make: Callable[[Path], Path]  # writes into an empty folder and returns what is delivered
    outcome: Refused | Taken
    whole_run: bool = False  # through all stages by the command `nkd run`, not only taken in
    memory_mb: int = 100  # by which the process may grow; a whole run: its size
    seconds: float = 5.0  # of processor time
    check: Callable[[Path], str] | None = None  # what is wrong with the home afterwards; "" for nothing
    as_nobody: bool = False  # by a user without rights, where the tests run as root


def refused(*says: str) -> Refused:
    """Not taken in, with a message that has these words."""
    return Refused(says)


def taken(articles: int, quarantined: int = 0, *says: str) -> Taken:
    """Taken in, with reasons or notes that have these words."""
    return Taken(articles, quarantined, says)
