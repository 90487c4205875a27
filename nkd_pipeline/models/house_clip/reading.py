"""The text tower learns to say what is seen: pictures are compared with a statement of every value, and with whole captions, right and wrong ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nkd_pipeline.models.house_clip import articles, augmenting, captions, truth, visible
from nkd_pipeline.models.house_clip.drawing import Sketches
from nkd_pipeline.models.house_clip.network import Network, table
from nkd_pipeline.models.house_clip.training import Pace, Progress, batches, cross_entropy, run
from nkd_pipeline.models.house_clip.values import values, wording

if TYPE_CHECKING:
    import torch

SHARE_ALIKE = 0.8  # of an attribute's statements that are worded alike in one batch, as those of a probe are
LOOKS = 2  # at each picture: as it is, and varied
AT_ONCE = 200  # pictures whose features are computed together


def learn_to_read(network: Network, sketches: Sketches, seed: int, pace: Pace, tell: Progress) -> int:
    """Trains the text tower on what the picture tower sees by now; returns the number of steps."""
    network.model.eval()
    reader = _Reader(network, sketches, np.random.default_rng([seed, 8]))
    network.model.text.train()
    steps = run(network.model.text.parameters(), table()["reading"], pace, reader.loss, tell)
    network.model.eval()
    return steps


class _Reader:
    """Batches of pictures with what is said of them."""

    def __init__(self, network: Network, sketches: Sketches, rng: np.random.Generator) -> None:
        self.network, self.sketches, self.rng = network, sketches, rng
        self.rules: dict[str, Any] = table()["reading"]
        self.weights: dict[str, float] = table()["reading"]["weights"]
        self.features, self.seen = _features(network, sketches, rng), truth.codes(sketches.truths)
        self.queue = batches(len(sketches), self.rules["batch"], rng)

    def loss(self) -> torch.Tensor:
        import torch

        chosen = next(self.queue)
        looks = self.rng.integers(0, LOOKS, len(chosen))
        features = self.features[torch.from_numpy(looks * len(self.sketches) + chosen).to(self.network.device)]
        statements, spans = self._statements()
        said = self.network.texts(statements)
        losses = [self._of_statements(features, said[start:end], name, self.seen[chosen]) for name, (start, end) in spans.items()]
        return torch.stack(losses).sum() + self._of_captions(features[: self.rules["captioned"]], chosen[: self.rules["captioned"]])

    def _statements(self) -> tuple[list[str], dict[str, tuple[int, int]]]:
        """One statement of each value, in like words for all values of an attribute; and where each attribute's stand."""
        texts: list[str] = []
        spans: dict[str, tuple[int, int]] = {}
        for name in self.weights:
            share, noun, start = float(self.rng.random()), self._noun(name), len(texts)
            colour = str(self.rng.choice(tuple(values()["colour"])))
            for value in values()[name].values():
                alike = share if self.rng.random() < SHARE_ALIKE else float(self.rng.random())
                texts.append(captions.filled(value.statements[int(alike * len(value.statements))], noun, colour))
            spans[name] = start, len(texts)
        return texts, spans

    def _noun(self, attribute: str) -> str:
        """A garment that statements of an attribute may speak of: any on which it is seen, or none in particular."""
        kinds = visible.table()["kinds"].get("print" if attribute == "motif" else attribute, tuple(articles.table()["kinds"]))
        unnamed = wording()["captions"]["unnamed"]
        return str(self.rng.choice(unnamed if self.rng.random() < 0.4 else kinds))

    def _of_statements(self, features: torch.Tensor, said: torch.Tensor, attribute: str, seen: truth.Codes) -> torch.Tensor:
        """Cross entropy over an attribute's values for the pictures that show one; several values may be true."""
        import torch

        column = seen[:, truth.names().index(attribute)]
        shown = np.flatnonzero(column >= 0)
        held = torch.from_numpy(truth.relation(attribute)[:, column[shown]].T.copy()).to(features.device)
        logits = self.rules["scale"] * features[torch.from_numpy(shown).to(features.device)] @ said.T
        return self.weights[attribute] * cross_entropy(logits, held) * math.sqrt(len(shown) / max(1, len(column)))

    def _of_captions(self, features: torch.Tensor, chosen: NDArray[np.int64]) -> torch.Tensor:
        """Pictures and captions, each compared with all of the others, and every pair with the threshold between true and wrong."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        texts, stated = [], []
        for place in chosen:
            order, right = self.sketches.orders[place], captions.some_of(self.sketches.truths[place], self.rng)
            for said in (right, captions.with_one_wrong(right, self.rng)):
                texts.append(captions.caption(order, said, self.rng))
                stated.append(said)
        held = torch.from_numpy(truth.agreement(truth.codes(stated), self.seen[chosen]).T.copy()).to(features.device)
        logits = self.rules["scale"] * features @ self.network.texts(texts).T
        sure, true = held >= 0, (held == 1).float()
        bias = table()["model"]["init_logit_bias"]
        apart = (binary_cross_entropy_with_logits(logits + bias, true, reduction="none") * sure).sum() / len(chosen) / 4
        both = (cross_entropy(logits, held) + cross_entropy(logits.T, held.T)) / 2
        return self.rules["weight_of_captions"] * both + self.rules["weight_of_threshold"] * apart  # type: ignore[no-any-return]


def _features(network: Network, sketches: Sketches, rng: np.random.Generator) -> torch.Tensor:
    """(LOOKS x sketches, dimensions): what the picture tower sees, all pictures as they are first."""
    import torch

    found = []
    with torch.no_grad():
        for look in range(LOOKS):
            for start in range(0, len(sketches), AT_ONCE):
                pictures = augmenting.normalised(sketches.pixels[start : start + AT_ONCE])
                pictures = augmenting.varied(pictures, rng) if look else pictures
                found.append(network.pictures(pictures.to(network.device).contiguous(memory_format=torch.channels_last)))
    return torch.cat(found)
