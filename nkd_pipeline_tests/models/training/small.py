"""A training of a second: a T5 of some thousand weights that learns to repeat the beginning of a row of tokens.

`python -m nkd_pipeline_tests.models.training.small FOLDER KILL [lora]` trains in a process of its own. KILL is where it dies by SIGKILL: `batch:17`
as it asks for its 17th batch, `saved:2` when its second checkpoint is written but not declared whole.
"""

import os
import signal
import sys
from pathlib import Path

from nkd_pipeline.models.training import checkpoints
from nkd_pipeline.models.training.fitting import fit
from nkd_pipeline.models.training.recipe import Lora, Recipe
from nkd_pipeline.models.training.task import Card, Task

RECIPE = Recipe(learning_rate=5e-3, batch_size=4, accumulation=3, epochs=3, save_steps=2, keep=1, gradient_checkpointing=False)
LORA = Lora(r=4, alpha=8, dropout=0.1, targets=("q", "v"))
CARD = Card("Repeater", "Repeats three tokens.", "none", "that of this project", "rows of random tokens")


class NoProcessing:
    """Stands for a tokenizer: the rows are tokens already."""

    def save_pretrained(self, folder):
        (Path(folder) / "tokenizer.json").write_text("{}")


def rows(count, seed):
    import torch

    chance = torch.Generator().manual_seed(seed)
    drawn = torch.randint(3, 30, (count, 8), generator=chance).tolist()
    return [(tokens, [*tokens[:3], 1]) for tokens in drawn]


def collated(batch):
    import torch

    return {"input_ids": torch.tensor([tokens for tokens, _ in batch]), "labels": torch.tensor([labels for _, labels in batch])}


def task(collate=collated, measure=lambda _: {}):
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    size = {"d_model": 16, "d_kv": 4, "d_ff": 32, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.1}
    model = T5ForConditionalGeneration(T5Config(vocab_size=32, decoder_start_token_id=0, **size))
    return Task(model, NoProcessing(), rows(100, 1), rows(20, 2), collate, CARD, measure)


def killed_at(place):
    """The collate function of a training that dies at a place."""
    kind, _, number = place.partition(":")
    seen = {"batch": 0, "saved": 0}

    def passing(name):
        seen[name] += 1
        if name == kind and seen[name] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    def collate(batch):
        passing("batch")
        return collated(batch)

    seal = checkpoints.seal
    checkpoints.seal = lambda checkpoint: (passing("saved"), seal(checkpoint))
    return collate


if __name__ == "__main__":
    folder, place, *rest = sys.argv[1:]
    recipe = RECIPE.model_copy(update={"lora": LORA}) if rest else RECIPE
    collate = killed_at(place)
    fit("same", lambda: task(collate), recipe, Path(folder), lambda report: None)
