"""Product copy: which attributes a description must state, and the description."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One attribute of a product."""

    attribute: str  # "Sleeve Length"
    value: str  # "Long Sleeves"

    @property
    def said(self) -> str:
        """Both as one phrase."""
        return f"{self.attribute}: {self.value}"


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What a copywriter is given."""

    article_id: str
    values: tuple[AttributeValue, ...]
    language: str  # en, de
    tone: str  # one of tones.toml


@dataclass(frozen=True, slots=True)
class ProductCopy:
    """A description that states all that it was to state."""

    article_id: str
    language: str
    tone: str
    text: str
    stated: tuple[str, ...]  # "Sleeve Length: Long Sleeves"
    unsaid: tuple[str, ...]  # values of which copy never speaks: "Collar: No Collar"
    lacking: tuple[str, ...]  # what the first version did not state and the second one does; () where the first was good
    model: str  # who wrote it
