"""`nkd train house-clip` as its user calls it."""

import pytest

from nkd_pipeline.models.house_clip import making
from nkd_pipeline.models.open_clip import OpenClipModel
from nkd_pipeline.rubric.claims import read_claims


@pytest.fixture
def fewer_captions(monkeypatch):
    monkeypatch.setattr(making, "SAID", 300)


def test_a_short_training_ends_with_a_folder_that_can_be_used(nkd, tmp_path, fewer_captions):
    result = nkd("train", "house-clip", "--out", tmp_path / "own", "--minutes", "0.02", "--sketches", "100", "--seed", "5", "--device", "cpu")
    assert result.exit_code == 0, result.output
    assert "On sketches with combinations of attributes that were never seen" in result.output
    assert OpenClipModel(tmp_path / "own", "cpu").context == 77
    # nothing can be told apart after a second, and nothing is claimed
    assert all(claim.accuracy >= 0.95 for claim in read_claims(tmp_path / "own").values())
    card = (tmp_path / "own" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "trained for a number of minutes" in card
    assert "Seed 5" in card


@pytest.mark.parametrize("words", [("--minutes", "0"), ("--sketches", "5"), ("--seed", "-1")])
def test_what_makes_no_sense_is_refused_before_anything_is_drawn(nkd, tmp_path, words):
    result = nkd("train", "house-clip", "--out", tmp_path / "own", *words)
    assert result.exit_code == 2
    assert not (tmp_path / "own").exists()
