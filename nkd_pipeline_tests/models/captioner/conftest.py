"""A few sketches with their prompts, and a captioner that was trained on them for some seconds."""

import hashlib

import numpy as np
import pytest

from nkd_pipeline.models.captioner.settings import CaptionerSettings, SmallBlip
from nkd_pipeline.models.captioner.training import train
from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.records.studies import CaptionedPicture, PictureOrder
from nkd_pipeline.sketch.from_text import SketchOfText
from nkd_pipeline.sketch.stage import SketchSettings

SMALL = SmallBlip(edge=32, patch=16, width=32, heads=2, vision_layers=1, text_layers=1)
RECIPE = {"learning_rate": 3e-3, "batch_size": 4, "accumulation": 1, "epochs": 3, "gradient_checkpointing": False, "measured": 4, "small": SMALL}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """32 sketches, every fourth one held out."""
    folder, rng = tmp_path_factory.mktemp("sketches"), np.random.default_rng(3)
    orders = [random_order(rng) for _ in range(32)]
    drawn = SketchOfText(SketchSettings(size=64))([PictureOrder(o.article_id, o.seed, o.prompt.clip_prompt, o.attributes) for o in orders])
    found = []
    for number, (order, picture) in enumerate(zip(orders, drawn, strict=True)):
        file = folder / f"{number}.png"
        file.write_bytes(picture.png)
        digest = hashlib.sha256(picture.png).hexdigest()
        found.append(CaptionedPicture(order.article_id, order.prompt.clip_prompt, digest, number % 4 == 0, str(file)))
    return found


@pytest.fixture(scope="session")
def trained(pictures, tmp_path_factory):
    """Folder of a training, and its reports."""
    folder, reports = tmp_path_factory.mktemp("captioner"), []
    train(CaptionerSettings(**RECIPE), pictures, folder, reports.append)
    return folder, reports
