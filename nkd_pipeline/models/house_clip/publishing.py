"""The folder of a trained house CLIP: what open_clip needs, what the model claims to see, and a card for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from nkd_pipeline.models.house_clip.drawing import EDGE, TRAINING_SIZES
from nkd_pipeline.models.house_clip.measuring import SURE, Measured
from nkd_pipeline.models.house_clip.values import values
from nkd_pipeline.rubric.claims import CLAIMS
from nkd_pipeline.rubric.topics import topics
from nkd_pipeline.sketch.stage import SketchArtist

CARD = "MODEL_CARD.md"
NAMES = {
    "garment_type": "garment type",
    "main_colour": "main colour",
    "second_colour": "second colour of a pattern",
    "pattern_missing": "pattern",
    "print_missing": "print, or none",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """How a house CLIP came about."""

    sketches: int
    development: int
    held_out: int
    steps: int
    seed: int
    by_the_clock: bool
    device: str
    threads: int
    drawing_seconds: float
    training_seconds: float
    parameters: int
    versions: str  # of Python, torch and open_clip


def claimed(results: Sequence[Measured]) -> list[Measured]:
    """What is good enough to be claimed."""
    return [result for result in results if result.accuracy >= SURE]


def write_claims(folder: Path, results: Sequence[Measured]) -> None:
    """Writes claims.toml, which the probe judge reads."""
    lines = ["# What this model can tell apart on sketches, measured on combinations of attributes that it never saw. MODEL_CARD.md says how."]
    for result in claimed(results):
        lines += ["", f"[{result.topic}]", f"accuracy = {result.accuracy:.4f}", f"n = {result.n}", f"values = {_array(result.claim.values)}"]
        if result.claim.kinds:
            lines += [f"[{result.topic}.kinds]", *(f'"{kind}" = {_array(values)}' for kind, values in result.claim.kinds.items())]
    (folder / CLAIMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_card(folder: Path, results: Sequence[Measured], facts: Facts) -> None:
    """Writes the model card."""
    template = Template(files(__package__).joinpath("card.md").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in folder.iterdir() if path.suffix in (".safetensors", ".gz", ".json"))
    text = template.substitute(
        renderer=f"nkd-sketch/{SketchArtist.code_version}",
        edge=EDGE,
        kinds=len(values()["type"]),
        colours=len(values()["colour"]),
        patterns=len(values()["pattern"]),
        sizes=" and ".join(map(str, TRAINING_SIZES)),
        parameters=f"{facts.parameters / 1e6:.1f} million",
        megabytes=f"{size / 1e6:.1f} MB",
        sketches=f"{facts.sketches:,}",
        development=f"{facts.development:,}",
        held_out=f"{facts.held_out:,}",
        steps=f"{facts.steps:,}",
        seed=facts.seed,
        how=_how(facts),
        drawing=_minutes(facts.drawing_seconds),
        training=_minutes(facts.training_seconds),
        device=facts.device,
        threads=facts.threads,
        versions=facts.versions,
        table="\n".join(_row(result) for result in results),
        unclaimed=_unclaimed(results),
        sure=f"{SURE:.0%}",
    )
    (folder / CARD).write_text(text, encoding="utf-8")


def title(topic: str) -> str:
    """A topic in words."""
    return NAMES.get(topic, topic)


def _array(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _how(facts: Facts) -> str:
    if facts.by_the_clock:
        return "It was trained for a number of minutes: another machine comes further or less far in them, and the weights differ."
    return "The same seed, machine, number of threads and library versions give the same weights; elsewhere they differ a little."


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes" if seconds >= 60 else f"{seconds:.0f} seconds"


def _row(result: Measured) -> str:
    listed = "all named colours" if topics()[result.topic].palette else ", ".join(result.claim.values)
    listed += f"; on {', '.join(result.claim.kinds)}, on each those that `{CLAIMS}` names" if result.claim.kinds else ""
    claim = "yes" if result.accuracy >= SURE else "**no**"
    return f"| {title(result.topic)} | {result.accuracy:.3f} | {result.strict_accuracy:.3f} | {result.n} | {claim} | {listed} |"


def _unclaimed(results: Sequence[Measured]) -> str:
    missing = [(title(one.topic), [value for value in topics()[one.topic].entries if value not in one.claim.values]) for one in results]
    lines = [f"- {name}: {', '.join(values)}" for name, values in missing if values]
    untouched = [title(name) for name in topics() if name not in {result.topic for result in results}]
    return "\n".join([*lines, f"- nothing at all of: {', '.join(untouched)}"])
