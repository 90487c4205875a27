"""What the renderer is told: everything it needs to draw one garment, and nothing of articles or files."""

from __future__ import annotations

from dataclasses import dataclass

RGB = tuple[int, int, int]  # 0..255 each


@dataclass(frozen=True, slots=True)
class Cloth:
    """What a part is cut from."""

    colour: RGB
    accents: tuple[RGB, ...] = ()  # further colours of the pattern, strongest first
    pattern: str = "plain"  # a name of patterns.PATTERNS
    fabric: str = "jersey"  # a name of fabric.WEAVES
    motif: str = ""  # what an all-over print repeats
    scale: float = 1.0  # size of the pattern; baby garments carry it larger in relation


@dataclass(frozen=True, slots=True)
class Print:
    """A placed print: a motif, lettering, or both."""

    motif: str = ""
    lettering: tuple[str, ...] = ()
    place: str = "front"  # front, left chest, upper chest
    size: float = 1.0  # 1 fills the front


@dataclass(frozen=True, slots=True)
class GarmentSpec:
    """One garment. Words are the vocabulary's canonical terms; an empty one means the kind's usual form."""

    kind: str
    cloth: Cloth
    trim: RGB  # contrast colour for details, the cloth's own colour when there is none
    group: str = "adult"  # adult, kids, baby
    neckline: str = ""
    collar: str = ""
    sleeves: str = ""
    closure: str = ""
    hem: str = ""
    fit: str = ""
    length: str = ""
    details: tuple[str, ...] = ()
    printed: Print | None = None
    background: float = 98.0  # CIELAB lightness of the studio background, 90..99
    seed: int = 0

    def has(self, *words: str) -> bool:
        """Whether one of the details contains one of the words; "bow" is not in "elbow patches"."""
        return any(" " + word in " " + detail for detail in self.details for word in words)

    def has_at(self, word: str, *places: str) -> bool:
        """Whether a detail speaks of the word at one of the places: "ruffles on the shoulders"."""
        return any(word in detail and any(place in detail for place in places) for detail in self.details)

    @property
    def contrasting(self) -> bool:
        """Whether there is a second colour for trims."""
        return self.trim != self.cloth.colour
