"""Descriptions of garments for a style and an occasion: what is asked for, what may be read for it, what a writer makes of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text, short enough to be quoted in a prompt."""

    source: str  # the file, below the folder of texts
    number: int  # of the piece within its file, from 1
    text: str

    @property
    def name(self) -> str:
        """How a passage is referred to."""
        return f"{self.source} #{self.number}"


@dataclass(frozen=True, slots=True)
class Request:
    """What a description is wanted of. `style` and `occasion` are words of the grid, `garment` is a kind that the vocabulary knows."""

    style: str
    garment: str
    occasion: str


@dataclass(frozen=True, slots=True)
class Example:
    """A request with a description that a person wrote for it."""

    request: Request
    text: str


@dataclass(frozen=True, slots=True)
class DescriptionOrder:
    """What a describer is given: the request, the way it is asked, and what that way lets it read."""

    article_id: str  # of the cell of the grid
    request: Request
    strategy: str  # zero-shot, few-shot, chain-of-thought, rag
    examples: tuple[Example, ...] = ()  # few-shot: the nearest first
    passages: tuple[Passage, ...] = ()  # rag: the nearest first


@dataclass(frozen=True, slots=True)
class Description:
    """What a describer wrote."""

    article_id: str
    text: str
    reasoning: str  # what was thought before, "" where nothing was
    sources: tuple[str, ...]  # examples and passages that it was given, by name
    model: str  # who wrote it


@dataclass(frozen=True, slots=True)
class PictureLook:
    """What a picture's garment looks like, measured."""

    article_id: str
    colour: str  # name of its main colour
    texture: str  # plain, lined, crossed or figured
