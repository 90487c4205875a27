"""Before a small reader learns to say what it sees, it learns to see: each answer has a vector that pictures to which it is right come to lie near.

BLIP-2 itself is trained in two stages, the first without a language model to answer (Li et al. 2023, arXiv:2301.12597, section 3). Through one that
knows nothing yet, pictures teach the vision tower next to nothing: it takes several times as long.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nkd_pipeline.models.attribute_reader.blip2 import Blip2, seen
from nkd_pipeline.models.attribute_reader.settings import Seeing

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int], None]  # steps done, of how many
Answers = Sequence[dict[str, str]]  # attribute -> answer, of each picture
_UNSAID = -100  # the loss leaves it out


def learn_to_see(
    reader: Blip2,
    pixels: Callable[[Sequence[tuple[int, bool]]], torch.Tensor],
    answers: Answers,
    how: Seeing,
    seed: int,
    progress: Progress = lambda _done, _steps: None,
) -> None:
    """Trains vision tower, queries and projection on pictures with their answers; the language model stays as it is.

    `pixels` gives the pictures of places in `answers`, mirrored where so asked, as the model takes them. The same arguments give the same weights on
    the same machine.
    """
    import torch

    known = {name: sorted({of[name] for of in answers if name in of}) for name in sorted({name for of in answers for name in of})}
    right = torch.tensor([[known[name].index(of[name]) if name in of else _UNSAID for name in known] for of in answers])
    model, config, place = reader.model, reader.model.config, next(reader.model.parameters()).device
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        width = config.num_query_tokens * config.text_config.d_model
        heads = torch.nn.ModuleList(torch.nn.Linear(width, len(values)) for values in known.values()).to(place)
    looking = (model.vision_model, model.qformer, model.language_projection, heads)
    weights = [model.query_tokens, *itertools.chain.from_iterable(part.parameters() for part in looking)]
    rng, steps = np.random.default_rng(seed), how.passes * (len(answers) // how.batch_size or 1)
    optimiser, schedule = _optimiser(weights, how, steps)
    model.train()
    for step in range(steps):
        if step % max(1, steps // how.passes) == 0:
            order = rng.permutation(len(answers))
        chosen = order[step * how.batch_size % len(order) :][: how.batch_size]
        mirrored = how.mirrored & (rng.random(len(chosen)) < 0.5)
        pictures = pixels(list(zip(chosen.tolist(), mirrored.tolist(), strict=True))).to(place)
        found, wanted = seen(model, pictures).flatten(1), right[chosen].to(place)
        _loss([head(found) for head in heads], wanted).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        progress(step + 1, steps)
    model.eval()


def _loss(said: Sequence[torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    """The sum over the attributes of each one's cross entropy; one that no picture shows does not count."""
    import torch

    shown = [place for place in range(len(said)) if (wanted[:, place] != _UNSAID).any()]
    losses = [torch.nn.functional.cross_entropy(said[place], wanted[:, place], ignore_index=_UNSAID) for place in shown]
    return torch.stack(losses).sum()


def _optimiser(weights: Sequence[torch.nn.Parameter], how: Seeing, steps: int) -> tuple[torch.optim.Optimizer, Any]:
    """AdamW whose rate rises over the first twentieth and then falls evenly to nothing; biases do not decay."""
    import torch

    flat, deep = ([weight for weight in weights if (weight.ndim > 1) == wanted] for wanted in (False, True))
    optimiser = torch.optim.AdamW([{"params": deep, "weight_decay": how.weight_decay}, {"params": flat, "weight_decay": 0.0}], how.learning_rate)
    rise = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise))))
    return optimiser, schedule
