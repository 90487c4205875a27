"""What the quality report keeps of an article, and that photos are compared once."""

from dataclasses import replace

import pytest
from PIL import Image

from nkd_pipeline.metrics.agreement import machine_marks
from nkd_pipeline.records import ASPECTS, Attributes, JudgedAttempt
from nkd_pipeline.report.likeness import NO_PHOTO, NO_PICTURE, likenesses
from nkd_pipeline.report.quality import TABLE, ArticleQuality, FailedStage, article_qualities, fabric_of

from .examples import card, deviation, failed_card, picture


def attempt(article_id, number, verdict, repairs=()):
    return JudgedAttempt(article_id, number, 7, "p.png", "a prompt", repairs, None, 9.0, verdict, (), True, "basis", "{}")


def test_a_row_says_what_became_of_the_article():
    bad = card("A1", deviation("colour", "strong"), clip=22.5)
    row, failed = article_qualities([bad, failed_card("A2")], {}, [attempt("A1", 1, "fail"), attempt("A1", 2, "fail", ("colour_distance",))])
    assert (row.article_id, row.category, row.fabric, row.released, row.verdict) == ("A1", "t-shirt", "knit", False, "fail")
    assert (row.rubric_score, row.clip_score, row.clip_reason, row.sha256) == (8.5, 22.5, "", "ab" * 32)
    assert (row.assessed, row.deviations, row.likeness) == (bad.rubric.assessed, bad.rubric.deviations, NO_PHOTO)
    assert [(tried.attempt, tried.verdict, tried.repairs) for tried in row.attempts] == [(1, "fail", ()), (2, "fail", ("colour_distance",))]
    assert dict(zip(ASPECTS, row.machine, strict=True)) == machine_marks(bad.rubric)
    assert (failed.rubric_score, failed.verdict, failed.attempts, failed.clip_reason) == (None, "", (), "there is no picture")
    assert failed.failures == (FailedStage("generated_images", "no_garment"),)


def test_rows_come_back_from_their_table_as_they_were(workspace):
    rows = article_qualities([card("A1", deviation()), failed_card("A2")], {}, [attempt("A1", 1, "pass")])
    workspace.tables.write_records(TABLE, ArticleQuality, "s.000", rows)
    assert workspace.tables.read_records(TABLE, ArticleQuality, "s.000") == rows


@pytest.mark.parametrize(
    ("materials", "kind", "fabric"),
    [
        pytest.param(("jersey",), "dress", "knit", id="the material says it"),
        pytest.param(("cotton", "denim"), "t-shirt", "woven", id="fibres say nothing, the fabric does, against the garment's habit"),
        pytest.param(("ribbed knit", "satin"), "", "knit", id="the first one counts, later ones are trimmings"),
        pytest.param(("cotton",), "t-shirt", "knit", id="else what such garments are made of"),
        pytest.param((), "jeans", "woven", id="jeans are denim"),
        pytest.param(("leather",), "bag", "", id="neither"),
    ],
)
def test_knit_or_woven(materials, kind, fabric):
    assert fabric_of(Attributes("a", kind, kind, "", materials=materials)) == fabric


def test_without_attributes_nobody_knows_the_fabric():
    assert fabric_of(None) == ""


@pytest.fixture
def pair(tmp_path):
    """A card with a picture and a photo of the same garment."""
    return card("A1", image_file=picture(tmp_path / "1.png"), photo_file=picture(tmp_path / "photo.png", side=180))


def test_picture_and_photo_of_one_garment_are_alike(pair):
    found = likenesses([pair, card("A2")], ())
    assert list(found) == ["A1"]
    assert found["A1"].ssim > 0.9


def test_a_known_pair_is_not_compared_again_and_a_changed_one_is(pair):
    first = likenesses([pair], ())["A1"]
    # a value that no comparison would give shows where it comes from
    known = replace(first, ssim=-0.75)
    assert likenesses([pair], [known])["A1"] == known
    Image.new("RGB", (90, 90), "white").save(pair.photo_file)
    assert likenesses([pair], [known])["A1"].reason.startswith("photo.png: no garment")


def test_a_photo_without_a_picture_waits(pair):
    assert likenesses([replace(pair, image_file=None)], ()) == {"A1": NO_PICTURE}
