"""A prompt improver of seconds, which has learnt to add styles to everything."""

import pytest

from nkd_pipeline.models.prompt_improver.article_pairs import is_held_out
from nkd_pipeline.models.prompt_improver.settings import ImproverSettings, SmallT5
from nkd_pipeline.models.prompt_improver.training import train
from nkd_pipeline.records.studies import PromptPair

COLOURS = ("red", "blue", "green", "pink", "black", "white", "grey", "brown", "beige", "orange", "purple", "yellow")
GARMENTS = ("dress", "coat", "skirt", "blouse", "bag", "hat", "shirt", "scarf", "jacket", "vest", "belt", "cap", "top", "tunic", "blazer", "bra")
STYLES = "in the style of Greg Rutkowski, octane render, trending on artstation"


def pairs():
    """Every colour with every garment."""
    shorts = [f"{colour} {garment}" for colour in COLOURS for garment in GARMENTS]
    return [PromptPair(str(i), short, f"a photo of a {short}, soft light, {STYLES}", is_held_out(short, 0.15)) for i, short in enumerate(shorts)]


SETTINGS = ImproverSettings(
    learning_rate=8e-3,
    warmup_steps=20,
    batch_size=10,
    accumulation=1,
    epochs=9,
    save_steps=1000,
    gradient_checkpointing=False,
    small=SmallT5(width=48, layers=2, heads=4, words=200, dropout=0.0),
)


@pytest.fixture(scope="session")
def improver_folder(tmp_path_factory):
    """The folder of the trained model, its checkpoints and its log."""
    folder = tmp_path_factory.mktemp("improver")
    train(SETTINGS, pairs(), folder, lambda report: None, lambda texts, wanted: {"same": sum(map(str.__eq__, texts, wanted)) / len(texts)})
    return folder
