"""Training in two parts: the picture tower learns to see, then the text tower learns to say what is seen.

Together they would take several times as long: texts that are not understood yet teach a picture tower next to nothing, and the other way round.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.models.house_clip.network import table

if TYPE_CHECKING:
    import torch

Pace = Callable[[int], float]  # steps done -> share of the training that is done, 1 at its end
Progress = Callable[[int, float, float], None]  # step, share done 0..1, loss


def by_steps(steps: int) -> Pace:
    """A training of so many steps: the same seed, machine and number of threads give the same weights."""
    return lambda step: step / steps


def by_clock(minutes: float) -> Pace:
    """A training of so many minutes from now, of one step at least."""
    start = time.monotonic()
    return lambda step: (time.monotonic() - start) / (60 * minutes) if step else 0.0


def run(weights: Iterable[torch.nn.Parameter], rules: Mapping[str, Any], pace: Pace, loss_of: Callable[[], torch.Tensor], tell: Progress) -> int:
    """Steps of AdamW until the pace says that it is done, with a rate that rises at first and then falls along a cosine; returns their number."""
    import torch

    weights = list(weights)
    decay = table()["training"]["weight_decay"]
    groups = [
        {"params": [weight for weight in weights if weight.ndim > 1], "weight_decay": decay},
        {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser, step = torch.optim.AdamW(groups, rules["learning_rate"], betas=(0.9, 0.98)), 0
    while (done := pace(step)) < 1:
        for group in optimiser.param_groups:
            rise = min(1.0, (step + 1) / table()["training"]["warmup_steps"])
            group["lr"] = rules["learning_rate"] * rise * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
        loss = loss_of()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        step += 1
        tell(step, done, loss.item())
    return step


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Places 0..count in random order without end, each once before any comes again."""
    while True:
        order = rng.permutation(count)
        yield from (order[start : start + size] for start in range(0, max(1, count - size + 1), size))


def cross_entropy(logits: torch.Tensor, held: torch.Tensor) -> torch.Tensor:
    """Cross entropy of rows with one or more right places (1) among wrong ones (0), averaged; places that are neither (-1) do not count.

    Rows without a right place do not count either.
    """
    rows = (held == 1).any(1)
    logits, held = logits[rows], held[rows]
    everything = logits.masked_fill(held < 0, -math.inf).logsumexp(1)
    return (everything - logits.masked_fill(held != 1, -math.inf).logsumexp(1)).sum() / max(1, len(logits))
