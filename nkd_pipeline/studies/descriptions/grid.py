"""What is described: the cells of the grid, the examples that people wrote, and what each strategy lets a writer read."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nkd_pipeline.models.describing.asking import FEW_SHOT, RAG, said
from nkd_pipeline.models.retrieval import Found, PassageIndex, read_passages
from nkd_pipeline.records.descriptions import DescriptionOrder, Example, Passage, Request
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.descriptions.settings import DescriptionsSettings

Read = TypeVar("Read", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grid(_Strict):
    """Every style with every garment for every occasion."""

    styles: tuple[str, ...] = Field(min_length=1)
    garments: tuple[str, ...] = Field(min_length=1)
    occasions: tuple[str, ...] = Field(min_length=1)


class _Written(_Strict):
    style: str
    garment: str
    occasion: str
    text: str = Field(min_length=1)


class _Examples(_Strict):
    examples: tuple[_Written, ...] = Field(min_length=1)


def requests_of(settings: DescriptionsSettings) -> dict[str, Request]:
    """The cells that are described, by id, chosen by lot. Raises StudyError for a grid that cannot be read."""
    grid = _read(settings.grid, "grid", Grid)
    cells = {cell_id(request): request for request in (Request(*cell) for cell in product(grid.styles, grid.garments, grid.occasions))}
    return {key: cells[key] for key in sorted(sorted(cells, key=lambda key: _lot(settings.seed, key))[: settings.cells])}


def examples_of(settings: DescriptionsSettings) -> list[Example]:
    """What people wrote. Raises StudyError for a file that cannot be read."""
    return [Example(Request(one.style, one.garment, one.occasion), one.text) for one in _read(settings.examples, "examples", _Examples).examples]


def passages_of(settings: DescriptionsSettings) -> list[Passage]:
    """The fashion texts in passages."""
    folder = Path(settings.retrieval.folder).expanduser() if settings.retrieval.folder else files(__package__).joinpath("texts")
    return read_passages(folder, settings.retrieval.words)


def orders_of(settings: DescriptionsSettings, passages: Sequence[Passage]) -> list[DescriptionOrder]:
    """An order for each cell and strategy, with the nearest examples and passages where the strategy has them read.

    Raises CheckpointError when the encoder is not on this machine.
    """
    requests = requests_of(settings)
    questions = [said(request) for request in requests.values()]
    near = dict(zip(requests, PassageIndex(passages, settings.retrieval).nearest(questions), strict=True)) if RAG in settings.strategies else {}
    shown = _nearest_examples(settings, requests) if FEW_SHOT in settings.strategies else {}
    return [
        DescriptionOrder(
            key,
            request,
            strategy,
            examples=tuple(shown[key]) if strategy == FEW_SHOT else (),
            passages=tuple(found.passage for found in near[key]) if strategy == RAG else (),
        )
        for strategy in settings.strategies
        for key, request in requests.items()
    ]


def cell_id(request: Request) -> str:
    """A cell's name in tables and files: "casual-t-shirt-a-day-at-the-beach"."""
    return re.sub(r"[^a-z0-9]+", "-", f"{request.style} {request.garment} {request.occasion}".lower()).strip("-")


def _nearest_examples(settings: DescriptionsSettings, requests: dict[str, Request]) -> dict[str, list[Example]]:
    """The nearest examples of other cells: an example that answers the very request would be copied."""
    examples = examples_of(settings)
    passages = [Passage("examples", number, f"{said(example.request)}: {example.text}") for number, example in enumerate(examples)]
    wanted = settings.retrieval.model_copy(update={"count": settings.shots + 1, "least": -1.0})
    found = PassageIndex(passages, wanted).nearest([said(request) for request in requests.values()])

    def others(request: Request, near: Sequence[Found]) -> list[Example]:
        return [example for one in near if (example := examples[one.passage.number]).request != request][: settings.shots]

    return {key: others(request, near) for (key, request), near in zip(requests.items(), found, strict=True)}


def _read(path: str, name: str, kind: type[Read]) -> Read:
    file = Path(path).expanduser() if path else files(__package__).joinpath(f"{name}.toml")
    try:
        return kind.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"[studies.descriptions] {name}: {file} cannot be read: {error}. It is a TOML file like the one of the package.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise StudyError(f"[studies.descriptions] {name}: {file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def _lot(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{key}".encode()).digest()
