"""Everything from nothing to a finished folder: draw, learn the vocabulary, train, measure, publish."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nkd_pipeline.models.house_clip import byte_pairs, captions, measuring, publishing
from nkd_pipeline.models.house_clip.drawing import PIPELINE_SIZE, TRAINING_SIZES, Sketches, draw
from nkd_pipeline.models.house_clip.measuring import Measured
from nkd_pipeline.models.house_clip.network import Network, table
from nkd_pipeline.models.house_clip.reading import learn_to_read
from nkd_pipeline.models.house_clip.seeing import learn_to_see
from nkd_pipeline.models.house_clip.split import DEVELOPMENT, HELD_OUT, TRAINING
from nkd_pipeline.models.house_clip.training import Pace, Progress, by_clock, by_steps
from nkd_pipeline.models.house_clip.values import values
from nkd_pipeline.models.open_clip import MERGES, OpenClipModel

SAID = 20_000  # captions that the vocabulary is learnt from
MEASURED_SHARE = 12  # one sketch to choose values by, and one to measure by, for so many to train with


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make. With `minutes` the clock ends the training, else the number of steps of network.toml."""

    folder: Path
    device: str
    sketches: int = table()["training"]["sketches"]
    seed: int = table()["training"]["seed"]
    minutes: float | None = None

    @property
    def measured(self) -> int:
        """Sketches of each of the two parts that are not for training."""
        return max(16, self.sketches // MEASURED_SHARE)


@dataclass(frozen=True, slots=True)
class Teller:
    """Whom to tell how far it is: `begins` with what comes next, `goes_on` with the share done, 0..1, and a note."""

    begins: Callable[[str], None]
    goes_on: Callable[[float, str], None]


def make(plan: Plan, tell: Teller) -> list[Measured]:
    """Makes a house CLIP and writes its folder; returns what was measured. Files of an earlier one are replaced."""
    start = time.monotonic()
    parts = {part: _drawn(part, plan, tell) for part in (TRAINING, DEVELOPMENT, HELD_OUT)}
    drawn = time.monotonic()
    plan.folder.mkdir(parents=True, exist_ok=True)
    (plan.folder / MERGES).write_bytes(byte_pairs.written(byte_pairs.learnt(_said(parts[TRAINING], plan.seed))))
    network = Network(plan.folder, plan.seed, plan.device)
    steps = [
        learn(network, parts[TRAINING], plan.seed, _pace(plan, name), _told(name, tell))
        for name, learn in (("seeing", learn_to_see), ("reading", learn_to_read))
    ]
    network.save(plan.folder)
    trained = time.monotonic()
    tell.begins("Measuring")
    model = OpenClipModel(plan.folder, plan.device)  # as everybody will load it
    chosen = measuring.chosen(measuring.looked_at(model, parts[DEVELOPMENT]))
    results = measuring.measured(measuring.looked_at(model, parts[HELD_OUT]), chosen)
    publishing.write_claims(plan.folder, results)
    publishing.write_card(plan.folder, results, _facts(plan, network, sum(steps), (drawn - start, trained - drawn)))
    return results


def _drawn(part: str, plan: Plan, tell: Teller) -> Sketches:
    count = plan.sketches if part == TRAINING else plan.measured
    tell.begins(f"Drawing {count:,} sketches: {part}")
    sizes = PIPELINE_SIZE if part == HELD_OUT else TRAINING_SIZES
    return draw(part, count, plan.seed, sizes, lambda done: tell.goes_on(done / count, ""))


def _pace(plan: Plan, part: str) -> Pace:
    if plan.minutes is None:
        return by_steps(table()[part]["steps"])
    share: float = table()["training"]["share_of_seeing"]
    return by_clock(plan.minutes * (share if part == "seeing" else 1 - share))


def _told(part: str, tell: Teller) -> Progress:
    tell.begins(f"Training: {part}")
    return lambda step, share, loss: tell.goes_on(share, f"step {step}, loss {loss:.2f}")


def _said(sketches: Sketches, seed: int) -> list[str]:
    """Captions and statements for the vocabulary to be learnt from."""
    rng = np.random.default_rng([seed, 5])
    places = rng.integers(0, len(sketches), SAID)
    said = [captions.caption(sketches.orders[place], captions.some_of(sketches.truths[place], rng), rng) for place in places]
    return [*said, *(captions.filled(text, "garment") for table_of in values().values() for value in table_of.values() for text in value.statements)]


def _facts(plan: Plan, network: Network, steps: int, seconds: tuple[float, float]) -> publishing.Facts:
    import open_clip
    import torch

    return publishing.Facts(
        sketches=plan.sketches,
        development=plan.measured,
        held_out=plan.measured,
        steps=steps,
        seed=plan.seed,
        by_the_clock=plan.minutes is not None,
        device=torch.cuda.get_device_name(plan.device) if plan.device.startswith("cuda") else "the CPU",
        threads=torch.get_num_threads(),
        drawing_seconds=seconds[0],
        training_seconds=seconds[1],
        parameters=sum(weight.numel() for weight in network.model.parameters()),
        versions=f"Python {platform.python_version()}, torch {torch.__version__}, open_clip {open_clip.__version__}",
    )
