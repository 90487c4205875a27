"""The house CLIP scores and probes sketches; what is no sketch gets no score, and the reason."""

import dataclasses

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nkd_pipeline.models.house_clip.articles import random_order
from nkd_pipeline.models.house_clip.stages import NO_SKETCH, HouseClipProbe, HouseClipScorer, is_sketch
from nkd_pipeline.models.open_clip import OpenClipScorer
from nkd_pipeline.stage import RowError
from nkd_pipeline.storage.images import Provenance, encode_png
from nkd_pipeline_tests.models.house_clip.sketches import drawn
from nkd_pipeline_tests.models.judged import judged
from nkd_pipeline_tests.sketch.makers import order


@pytest.fixture(scope="module")
def scorer():
    stage = HouseClipScorer(HouseClipScorer.Settings())
    stage.load()
    return stage


@pytest.fixture(scope="module")
def sketches(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("sketches"), np.random.default_rng(8)
    return [drawn(folder, random_order(rng)) for _ in range(12)]


def of_another_model(folder):
    """A picture of the pipeline that a diffusion model made."""
    row = judged(folder, 1)
    told = Provenance(row.article_id, 1, 7, "a prompt", "", ("black-forest-labs/FLUX.1-schnell@741f7c3c",))
    data = encode_png(np.full((64, 64, 3), 200, np.uint8), told)
    (folder / "flux.png").write_bytes(data)
    return dataclasses.replace(row, image_file=str(folder / "flux.png"))


def test_sketches_score_higher_with_their_own_texts_than_with_others(scorer, sketches):
    own = [score.score for score in scorer(sketches)]
    swapped = [dataclasses.replace(row, prompt=other.prompt) for row, other in zip(sketches, [*sketches[1:], sketches[0]], strict=True)]
    others = [score.score for score in scorer(swapped)]
    assert sum(one > other for one, other in zip(own, others, strict=True)) >= 11
    assert np.mean(own) > 25 > np.mean(others)


def test_pictures_that_are_no_sketches_get_no_score_and_keep_their_place(scorer, sketches, tmp_path):
    rows = [judged(tmp_path, 0), sketches[0], of_another_model(tmp_path), sketches[1]]
    scores = scorer(rows)
    assert [score.article_id for score in scores] == [row.article_id for row in rows]
    assert [score.score is None for score in scores] == [True, False, True, False]
    assert (scores[0].reason, scores[0].scorer, scores[1].reason) == (NO_SKETCH, "", "")
    assert scores[1].scorer == "house-clip"


def test_who_asks_for_it_on_photos_gets_it(sketches, tmp_path):
    stage = OpenClipScorer(OpenClipScorer.Settings(model=HouseClipScorer.Settings().model))
    stage.load()
    (score,) = stage([judged(tmp_path, 0)])
    assert score.score is not None


def test_the_probe_refuses_as_well(sketches, tmp_path):
    stage = HouseClipProbe(HouseClipProbe.Settings())
    stage.load()
    asked, refused = stage([sketches[0], judged(tmp_path, 0)])
    assert asked.answers
    assert (refused.answers, refused.reason, refused.judge) == ((), NO_SKETCH, "probe")


def test_a_file_that_is_gone_or_broken_is_an_error_as_with_any_scorer(scorer, sketches, tmp_path):
    with pytest.raises(RowError, match="is not there"):
        scorer([dataclasses.replace(sketches[0], image_file=str(tmp_path / "gone.png"))])
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 50)
    with pytest.raises(RowError, match="no sound PNG"):
        scorer([dataclasses.replace(sketches[0], image_file=str(tmp_path / "broken.png"))])


def test_what_somebody_writes_into_a_picture_does_not_break_it(tmp_path):
    row = drawn(tmp_path, order())
    for told in (b"[]", b"nonsense", b'{"models": 5}', b'{"models": ["other/1"]}'):
        texts = PngInfo()
        texts.add_text("parameters", told.decode())
        Image.new("RGB", (8, 8)).save(tmp_path / "own.png", pnginfo=texts)
        assert not is_sketch(dataclasses.replace(row, image_file=str(tmp_path / "own.png")))
    assert is_sketch(row)
