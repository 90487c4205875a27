"""The parts of prompt recovery that a quick run does not reach: photos, likeness, and articles that get lost on the way."""

import hashlib

import pytest

from nkd_pipeline.execution.profile import load_profile
from nkd_pipeline.models.picture_likeness import PictureComparer
from nkd_pipeline.records.studies import CaptionedPicture, PictureLikeness, PictureOrder, PicturePair
from nkd_pipeline.report.table import plain_rows
from nkd_pipeline.sketch.from_text import SketchOfText
from nkd_pipeline.sketch.stage import SketchSettings
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.common.text_scores import TextMetricSettings
from nkd_pipeline.studies.prompt_recovery import steps
from nkd_pipeline.studies.prompt_recovery.drift import Round
from nkd_pipeline.studies.prompt_recovery.drift_tables import drift_section
from nkd_pipeline.studies.prompt_recovery.photos import read_photos
from nkd_pipeline_tests.studies.quick import quick_run

RED, BLUE = "a women's red blouse with long sleeves", "a men's blue t-shirt"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Two sketches as files, by their texts."""
    folder = tmp_path_factory.mktemp("drawn")
    orders = [PictureOrder(str(number), 7, text) for number, text in enumerate((RED, BLUE))]
    images = SketchOfText(SketchSettings(size=256))(orders)
    files = {order.text: folder / f"{order.article_id}.png" for order in orders}
    for file, image in zip(files.values(), images, strict=True):
        file.write_bytes(image.png)
    return files


def pair(article_id, first, second):
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (first, second)]
    return PicturePair(article_id, *digests, str(first), str(second))


def test_likeness_is_1_for_the_same_picture_and_less_for_another(drawn):
    comparer = PictureComparer(load_profile("sketch").stage("clip_scores"))
    comparer.load()
    same, other = comparer([pair("a", drawn[RED], drawn[RED]), pair("b", drawn[RED], drawn[BLUE])])
    assert (same.cosine, same.ssim) == pytest.approx((1, 1), abs=1e-5)
    assert other.cosine < 0.9
    assert other.ssim < 0.9


def test_a_profile_without_a_picture_text_model_gives_structure_alone(drawn, tmp_path):
    (tmp_path / "own.toml").write_text('extends = "sketch"\n[stages.clip_scores]\nstage = "nkd_pipeline.metrics.not_scored:NotScored"\n')
    comparer = PictureComparer(load_profile(str(tmp_path / "own.toml")).stage("clip_scores"))
    comparer.load()
    (found,) = comparer([pair("a", drawn[RED], drawn[BLUE])])
    assert found.cosine is None
    assert found.ssim is not None


def test_photos_come_with_what_people_wrote_of_them_and_are_never_trained_on(drawn, tmp_path):
    for name, file in zip(("one.png", "two.png"), drawn.values(), strict=True):
        (tmp_path / name).write_bytes(file.read_bytes())
    (tmp_path / "captions.csv").write_text(f'file,text\none.png,"{RED}"\ntwo.png,{BLUE}\n')
    photos = read_photos(tmp_path)
    assert [(photo.article_id, photo.text, photo.held_out) for photo in photos] == [("photo-0001", RED, True), ("photo-0002", BLUE, True)]
    assert all(map(steps.is_photo, photos))


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        pytest.param(None, "captions.csv cannot be read", id="no list"),
        pytest.param("picture,words\na.png,blouse\n", "needs the columns file and text", id="other columns"),
        pytest.param("file,text\nnone.png,blouse\n", "row 2: 'none.png' is no photo of this folder", id="a photo that is not there"),
        pytest.param("file,text\n../secret.png,blouse\n", "no photo of this folder", id="a way out of the folder"),
        pytest.param("file,text\na.png,\n", "or it has no text", id="no text"),
    ],
)
def test_a_list_of_photos_that_is_wrong_is_refused_with_the_row(tmp_path, listed, says):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"")
    (tmp_path / "secret.png").write_bytes(b"")
    if listed:
        (folder / "captions.csv").write_text(listed)
    with pytest.raises(StudyError, match=says):
        read_photos(folder)


def test_the_drift_is_drawn_from_round_0_and_counts_what_got_lost():
    def picture(article_id, text):
        return CaptionedPicture(article_id, text, "0" * 64, True, "nowhere.png")

    texts = {"a": RED, "b": BLUE}
    rounds = [
        Round(0, texts, {key: picture(key, text) for key, text in texts.items()}, {}),
        Round(1, {"a": RED, "b": "something in blue"}, {"a": picture("a", RED)}, {"a": PictureLikeness("a", 0.9, None)}),
    ]
    section = drift_section(rounds, TextMetricSettings())
    rows = plain_rows(section.tables[0])
    assert [(row["texts"], row["pictures"]) for row in rows] == [(2, 2), (2, 1)]
    assert rows[0]["sentence_similarity_mean"] == pytest.approx(1, abs=1e-3)
    assert rows[1]["sentence_similarity_mean"] < 1
    assert rows[1]["picture_clip_features_mean"] == pytest.approx(0.9)
    assert rows[1]["picture_ssim_of_the_garments_reason"] == "nothing to compare"
    curves = {line.name: line.points for line in section.figures["drift"].lines}
    assert curves["Picture, CLIP features"] == ((0, 1.0), (1, 0.9))


def test_a_step_whose_input_is_missing_says_what_to_materialize(tmp_path):
    run = quick_run(tmp_path / "home", "prompt-recovery")
    with pytest.raises(StudyError, match="recovery_images has not been materialized"):
        steps.captioner(run)


def test_pictures_are_made_once_and_some_are_held_out(tmp_path):
    run = quick_run(tmp_path / "home", "prompt-recovery")
    made = steps.recovery_images(run)
    assert (made.rows, made.values) == (16, {"trained_on": 13, "held_out": 3, "photos": 0})
    steps.recovery_images(run)
    assert run.outcomes["recovery_images"].counts.computed == 0
