"""From the settings of a profile to the numbers a picture is made with, each checked against what the checkpoint can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.diffusion.families import Family, Range, Refiner, table
from nkd_pipeline.models.diffusion.recognition import CheckpointFiles, family_of, refiner_of
from nkd_pipeline.models.diffusion.settings import DiffusionSettings


@dataclass(frozen=True, slots=True)
class Recipe:
    """How pictures are made: nothing is left open."""

    steps: int
    guidance: float
    width: int  # pixels
    height: int
    scheduler: str  # class in diffusers
    eta: float | None  # None: the scheduler knows none
    max_sequence_length: int | None  # tokens of T5; None: there is no T5
    split: float | None  # share of the noise that is gone when the refiner takes over; None: there is no refiner

    def as_settings(self) -> dict[str, object]:
        """What says something about these pictures, for their provenance."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def recipe_of(settings: DiffusionSettings, folder: Path, refiner_folder: Path | None = None) -> tuple[Family, Recipe]:
    """The family of the checkpoint in `folder`, and the settings with its defaults filled in.

    Raises CheckpointError that lists every setting which the checkpoint cannot do, with the value, the family and what is legal.
    """
    files = CheckpointFiles(folder)
    family = family_of(files)
    refiner = refiner_of(CheckpointFiles(refiner_folder), family) if refiner_folder else None
    native = files.native_edge(family)
    own = files.value("scheduler._class_name") or ""
    problems = list(_problems(settings, family, refiner, native, own))
    if problems:
        raise CheckpointError(f"{family.title} ({settings.checkpoint.name}) cannot do what the profile asks: {'; '.join(problems)}.")
    scheduler = table().schedulers[settings.scheduler].name if settings.scheduler else own
    knows_eta = any(known.eta for known in table().schedulers.values() if known.name == scheduler)
    return family, Recipe(
        steps=int(_or_default(settings.steps, family.steps)),
        guidance=_or_default(settings.guidance, family.guidance),
        width=settings.width or native,
        height=settings.height or native,
        scheduler=scheduler,
        eta=(settings.eta or 0.0) if knows_eta else None,
        max_sequence_length=int(_or_default(settings.max_sequence_length, family.sequence_length)) if family.sequence_length else None,
        split=_or_default(settings.refiner.split, refiner.split) if settings.refiner and refiner else None,
    )


def _or_default(value: float | None, legal: Range) -> float:
    return legal.default if value is None else value


def _problems(settings: DiffusionSettings, family: Family, refiner: Refiner | None, native: int, own: str) -> Iterator[str]:
    yield from _outside("steps", settings.steps, family.steps)
    yield from _outside("guidance", settings.guidance, family.guidance)
    for name in ("width", "height"):
        yield from _bad_edge(name, getattr(settings, name), family, native)
    width, height, most = settings.width or native, settings.height or native, int(family.size.area * native**2)
    if width * height > most:
        yield f"width x height = {width} x {height}, legal are up to {most / 1e6:.2f} megapixels"
    yield from _bad_scheduler(settings, family, own)
    if settings.max_sequence_length is not None and family.sequence_length is None:
        yield f"max_sequence_length = {settings.max_sequence_length}, but it has no T5 encoder: leave it out"
    elif family.sequence_length:
        yield from _outside("max_sequence_length", settings.max_sequence_length, family.sequence_length)
    if settings.negative_prompt is not None and not family.negative_prompt:
        yield f'negative_prompt = "{settings.negative_prompt}", but it knows no negative prompts: leave it out'
    if settings.refiner and refiner:
        yield from _outside("refiner.split", settings.refiner.split, refiner.split)


def _outside(name: str, value: float | None, legal: Range) -> Iterator[str]:
    if value is not None and not legal.has(value):
        yield f"{name} = {value:g}, legal is {legal}"


def _bad_edge(name: str, value: int | None, family: Family, native: int) -> Iterator[str]:
    least, most = (int(share * native) for share in family.size.edge)
    if value is not None and (value % family.size.multiple or not least <= value <= most):
        yield f"{name} = {value}, legal are multiples of {family.size.multiple} from {least} to {most} pixels"


def _bad_scheduler(settings: DiffusionSettings, family: Family, own: str) -> Iterator[str]:
    wanted, classes = settings.scheduler, table().schedulers
    if wanted is not None and wanted not in family.schedulers:
        legal = f"legal is {', '.join(family.schedulers)}" if family.schedulers else f"it runs with its own {own} only: leave it out"
        yield f'scheduler = "{wanted}", {legal}'
    if wanted is None and own not in {scheduler.name for scheduler in classes.values()}:
        yield f"its own scheduler is {own or 'missing'}, which is not known here: legal is scheduler = {', '.join(family.schedulers) or 'none'}"
    if settings.eta is None:
        return
    with_eta = [name for name, scheduler in classes.items() if scheduler.eta and name in family.schedulers]
    if not with_eta:
        yield f"eta = {settings.eta:g}, but none of its schedulers knows eta: leave it out"
    elif (classes[wanted].name if wanted in classes else own) not in {classes[name].name for name in with_eta}:
        yield f'eta = {settings.eta:g} needs scheduler = "{with_eta[0]}"'
    elif not 0 <= settings.eta <= 1:
        yield f"eta = {settings.eta:g}, legal is 0 to 1"
