"""A few sketches with questions about them, and a reader that was trained on them for some seconds."""

import hashlib

import pytest

from nkd_pipeline.models.attribute_reader.questions import question_for
from nkd_pipeline.models.attribute_reader.settings import AttributeReaderSettings, SmallBlip2
from nkd_pipeline.models.attribute_reader.training import train
from nkd_pipeline.records.photo_attributes import VqaPair
from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings
from nkd_pipeline.studies.attributes.settings import AttributesSettings
from nkd_pipeline.studies.attributes.sketches import shown_articles

SMALL = SmallBlip2(edge=32, patch=16, width=32, heads=2, vision_layers=1, queries=4, query_layers=1, text_width=16, text_layers=1)
RECIPE = {
    "learning_rate": 3e-3,
    "batch_size": 4,
    "accumulation": 1,
    "epochs": 3,
    "gradient_checkpointing": False,
    "small": SMALL,
    "seeing": {"passes": 2},
}


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    """All questions about 24 sketches, every fourth sketch held out."""
    folder, found = tmp_path_factory.mktemp("sketches"), []
    shown = shown_articles(None, AttributesSettings(count=24, seed=5, fewest=4)).values()
    drawn = SketchArtist(SketchSettings(size=64))([order for order, _ in shown])
    for number, ((order, answers), picture) in enumerate(zip(shown, drawn, strict=True)):
        file = folder / f"{number}.png"
        file.write_bytes(picture.png)
        of_picture = (hashlib.sha256(picture.png).hexdigest(), str(file))
        split = "train" if number % 4 else "held_out"
        key = order.article_id
        found += [VqaPair(key, name, question_for(name, key), answer, split, *of_picture) for name, answer in answers.items()]
    return found


@pytest.fixture(scope="session")
def trained(pairs, tmp_path_factory):
    """Folder of a training, and its reports."""
    folder, reports = tmp_path_factory.mktemp("reader"), []
    train(AttributeReaderSettings(**RECIPE), pairs, folder, reports.append)
    return folder, reports
