"""The picture tower learns to see: each value of each attribute has a vector that pictures which show it come to lie near."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.models.house_clip import augmenting, truth
from nkd_pipeline.models.house_clip.drawing import Sketches
from nkd_pipeline.models.house_clip.network import Network, table
from nkd_pipeline.models.house_clip.training import Pace, Progress, batches, cross_entropy, run
from nkd_pipeline.models.house_clip.values import values

if TYPE_CHECKING:
    import torch


def learn_to_see(network: Network, sketches: Sketches, seed: int, pace: Pace, tell: Progress) -> int:
    """Trains the picture tower; returns the number of steps."""
    import torch
    from torch.nn.functional import normalize

    rules = table()["seeing"]
    rng, seen = np.random.default_rng([seed, 7]), truth.codes(sketches.truths)
    vectors = {
        name: torch.nn.Parameter(torch.randn(len(values()[name]), table()["model"]["embed_dim"], device=network.device) * 0.1)
        for name in truth.names()
    }
    colours = np.array([column for column, name in enumerate(truth.names()) if name.endswith("colour")])
    queue = batches(len(sketches), rules["batch"], rng)

    def loss() -> torch.Tensor:
        chosen = next(queue)
        pictures, shown = augmenting.varied(augmenting.normalised(sketches.pixels[chosen]), rng), seen[chosen]
        other = np.flatnonzero(rng.random(len(chosen)) < rules["share_recoloured"])
        pictures[torch.from_numpy(other)] = augmenting.recoloured(pictures[torch.from_numpy(other)], rng)
        shown[np.ix_(other, colours)] = truth.UNSAID
        features = network.pictures(pictures.to(network.device).contiguous(memory_format=torch.channels_last))
        losses = [
            rules["weights"][name] * _of_attribute(rules["scale"] * features @ normalize(vectors[name], dim=-1).T, name, shown[:, column])
            for column, name in enumerate(truth.names())
            if name in rules["weights"]
        ]
        return torch.stack(losses).sum()

    network.model.train()
    steps = run([*network.model.visual.parameters(), *vectors.values()], rules, pace, loss, tell)
    network.model.eval()
    return steps


def _of_attribute(logits: torch.Tensor, attribute: str, seen: NDArray[np.int64]) -> torch.Tensor:
    """Cross entropy of the pictures that show an attribute, weighted by how many of the batch they are."""
    import torch

    shown = np.flatnonzero(seen >= 0)
    exact = np.eye(len(values()[attribute]), dtype=np.int8)  # here a word is for its own value alone
    if attribute.endswith("colour"):
        exact = truth.relation(attribute)
    held = torch.from_numpy(exact[:, seen[shown]].T.copy()).to(logits.device)
    return cross_entropy(logits[torch.from_numpy(shown).to(logits.device)], held) * math.sqrt(len(shown) / max(1, len(seen)))
