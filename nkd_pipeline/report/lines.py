"""Several curves over one measure, such as losses over epochs: as plain data that the page and the PNG file are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

TONES = ("line-1", "line-2", "line-3", "line-4", "line-5")  # in the order of the lines; more than these nobody tells apart
TICKS = 5  # steps of the scale at most


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: points (x, y) from left to right, and what it is called."""

    name: str
    points: tuple[tuple[float, float], ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves in one frame; `axis` names what y is, `steps` what x is, `empty` is said when there is nothing to draw."""

    title: str
    lines: tuple[Line, ...]
    empty: str
    counted: str = ""
    axis: str = ""
    steps: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is something to draw."""
        return any(line.points for line in self.lines)

    @property
    def legend(self) -> tuple[Line, ...]:
        """All lines when there are several."""
        return self.lines if len(self.lines) > 1 else ()

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round numbers that span all values, upwards: at least two."""
        return _ticks([y for line in self.lines for _, y in line.points])

    @property
    def places(self) -> tuple[float, ...]:
        """Every x that a line has a point at, from left to right."""
        return tuple(sorted({x for line in self.lines for x, _ in line.points}))

    @property
    def spoken(self) -> str:
        """All curves in words, for screen readers."""
        return f"{self.title}: " + "; ".join(f"{line.name} " + ", ".join(f"{x:g}: {y:.3g}" for x, y in line.points) for line in self.lines)


def lines(title: str, curves: Mapping[str, Sequence[tuple[float, float]]], *, axis: str, steps: str, empty: str, counted: str = "") -> Lines:
    """Curves by name; points whose y is no number are left out, and so are names without a point. Raises ValueError for more curves than tones."""
    kept = {name: tuple((x, y) for x, y in points if isfinite(y)) for name, points in curves.items()}
    named = [(name, points) for name, points in kept.items() if points]
    if len(named) > len(TONES):
        raise ValueError(f"a figure has at most {len(TONES)} lines, not {len(named)}")
    made = tuple(Line(name, points, tone) for (name, points), tone in zip(named, TONES, strict=False))
    return Lines(title, made, empty, counted, axis, steps)


def _ticks(values: Sequence[float]) -> tuple[float, ...]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0) or 1.0
    rough = (high - low) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(float(f"{number * step:.12g}") for number in range(first, last + 1))
