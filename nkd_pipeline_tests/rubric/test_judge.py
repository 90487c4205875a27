"""The rubric stage on drawn garments: planted defects are found in the right aspect, and good pictures keep their points."""

import json
import pickle

import cv2
import numpy as np
import pytest

from nkd_pipeline.execution.judge_bench.damage import moved, with_second_object
from nkd_pipeline.records import ASPECTS, EvidencedImage, JudgedImage, PictureAnswers
from nkd_pipeline.rubric.judge import RubricJudge, RubricSettings
from nkd_pipeline.rubric.pixel_checks.picture import from_bgr
from nkd_pipeline.rubric.pixel_judge import judge_pixels
from nkd_pipeline.rubric.rules import ASPECTS_FILE, load_rubric
from nkd_pipeline.stage import RowError
from nkd_pipeline_tests.rubric.defects import DEFECTS
from nkd_pipeline_tests.rubric.pictures import attributes, draw, prompt

GARMENTS = {
    "blue t-shirt": (draw("t-shirt", "blue"), prompt("blue"), attributes("t-shirt")),
    "white t-shirt on light grey": (draw("t-shirt", "white", background=228), prompt("white", background="light grey"), attributes("t-shirt")),
    "white dress on white": (draw("dress", "white"), prompt("white"), attributes("dress")),
    "black trousers": (draw("trousers", "black"), prompt("black"), attributes("trousers")),
    "striped dress": (draw("dress", "navy", "white"), prompt("navy", "white"), attributes("dress", patterns=("striped",))),
}


def pair(kind="trousers"):
    half = moved(draw(kind, "brown"), across=-0.22, scale=0.5)
    return np.where(np.arange(half.shape[1])[None, :, None] < half.shape[1] // 2, half, half[:, ::-1])


def judged(image, stated, article):
    return judge_pixels(from_bgr(image), stated, article, load_rubric())


def damaged_aspects(findings):
    return {deviation.aspect for deviation in findings.deviations}


@pytest.mark.parametrize("garment", GARMENTS)
def test_a_good_picture_loses_no_point(garment):
    findings = judged(*GARMENTS[garment])
    assert findings.deviations == ()
    assert set(findings.assessed) == {"colour", "pattern_print", "pose_framing", "background_isolation", "realism"}


@pytest.mark.parametrize("garment", ["blue t-shirt"])
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found_in_its_aspect_and_nowhere_else(garment, defect):
    aspect, damage = DEFECTS[defect]
    image, stated, article = GARMENTS[garment]
    assert damaged_aspects(judged(damage(image), stated, article)) == {aspect}


@pytest.mark.parametrize(
    ("garment", "stated"),
    [
        pytest.param("blue t-shirt", "red", id="another hue"),
        pytest.param("blue t-shirt", "navy", id="another depth"),
        pytest.param("white t-shirt on light grey", "black", id="white for black"),
        pytest.param("white dress on white", "beige", id="white for beige"),
        pytest.param("black trousers", "navy", id="two dark colours"),
        pytest.param("black trousers", "grey", id="only lightness differs"),
    ],
)
def test_a_wrong_colour_is_found(garment, stated):
    image, right, article = GARMENTS[garment]
    findings = judged(image, prompt(stated, background=right.background), article)
    assert damaged_aspects(findings) == {"colour"}
    assert stated in findings.deviations[0].says


@pytest.mark.parametrize(
    ("image", "stated", "article", "causes"),
    [
        pytest.param(draw(), prompt("blue", "white"), attributes(patterns=("striped",)), {"pattern_missing", "second_colour"}, id="no stripes"),
        pytest.param(draw(second="cream"), prompt("blue"), attributes(), {"pattern_unstated"}, id="plain stated, stripes there"),
        pytest.param(draw(), prompt("blue", "yellow"), attributes(details=("contrast seams",)), {"second_colour"}, id="contrast colour missing"),
        pytest.param(draw(), prompt("blue"), attributes(patterns=("striped",)), set(), id="one colour: the stripes may be tone on tone"),
        pytest.param(draw(), prompt("multicolour"), attributes(), {"few_colours"}, id="multicolour stated, one there"),
        pytest.param(draw("t-shirt", "denim blue"), prompt("blue"), attributes(materials=("denim",)), set(), id="denim is a washed-out blue"),
        pytest.param(draw(), prompt("unheard-of"), attributes(), set(), id="an unknown colour name costs nothing"),
        pytest.param(draw(second="white"), prompt("blue", "white"), attributes(), set(), id="two colours without a pattern word may be contrasts"),
    ],
)
def test_colours_and_patterns(image, stated, article, causes):
    assert {deviation.measure for deviation in judged(image, stated, article).deviations} == causes


def test_what_is_not_stated_is_not_assessed():
    findings = judged(draw(), prompt("unheard-of"), attributes("skirt", motifs=("cat",)))
    assert set(findings.assessed) == {"pose_framing", "background_isolation", "realism"}


@pytest.mark.parametrize(
    ("image", "article", "causes"),
    [
        pytest.param(pair(), attributes("boots"), set(), id="boots come in pairs"),
        pytest.param(pair(), attributes("t-shirt", garment="2-pack t-shirts"), set(), id="a pack of two"),
        pytest.param(pair(), attributes("trousers"), {"second_object"}, id="one pair of trousers is one thing"),
        pytest.param(with_second_object(pair()), attributes("boots"), {"second_object"}, id="a third thing beside a pair"),
        pytest.param(with_second_object(draw(colour="brown")), attributes("bag"), {"second_object"}, id="a small thing beside a bag"),
        pytest.param(with_second_object(draw(colour="brown")), attributes("shoes"), {"second_object"}, id="shoes are alike: this is none"),
    ],
)
def test_several_parts_are_judged_by_the_kind_of_garment(image, article, causes):
    found = {deviation.measure for deviation in judged(image, prompt("brown"), article).deviations}
    assert found - {"off_centre", "too_small"} == causes


def test_tilt_is_no_matter_for_what_lies_on_its_side():
    image = moved(draw("t-shirt", "brown"), turn=15, scale=0.85)
    assert judged(image, prompt("brown"), attributes("bag")).deviations == ()


@pytest.mark.parametrize(
    ("image", "cause"),
    [
        pytest.param(np.full((512, 512, 3), 250, np.uint8), "not_isolated", id="empty picture"),
        pytest.param(np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8), "background_busy", id="noise"),
    ],
)
def test_without_a_garment_there_is_a_strong_deviation_and_nothing_else_is_claimed(image, cause):
    findings = judged(image, prompt("blue"), attributes())
    assert (cause, "strong") in {(deviation.measure, deviation.severity) for deviation in findings.deviations}
    assert findings.assessed == ("background_isolation",)
    assert set(findings.reasons) == {"colour", "pattern_print", "pose_framing", "realism"}
    assert all("not assessable" in reason for reason in findings.reasons.values())


def stored(folder, image, **more):
    file = folder / "1.png"
    file.write_bytes(cv2.imencode(".png", image)[1].tobytes())
    row = {"article_id": "a1", "attempt": 3, "sha256": "0" * 64, "prompt": prompt("blue"), "attributes": attributes()}
    silent = PictureAnswers("a1", 3, "", "", reason="nobody was asked")
    return EvidencedImage(JudgedImage(**{**row, "image_file": str(file), **more}), silent, silent)


def test_the_stage_reports_every_aspect_once(tmp_path):
    judge = RubricJudge(RubricSettings())
    judge.load()
    good, cut = stored(tmp_path, draw()), (tmp_path / "cut")
    cut.mkdir()
    reports = judge([good, stored(cut, moved(draw(), scale=1.6), article_id="a2")])
    assert [(report.article_id, report.attempt, report.verdict) for report in reports] == [("a1", 3, "excellent"), ("a2", 3, "fail")]
    for report in reports:
        assert sorted([*report.assessed, *(line.split(":")[0] for line in report.not_assessed)]) == sorted(ASPECTS)
    assert set(json.loads(reports[0].measures)) >= {"background_lightness", "span", "tilt", "sharpness", "main_colour_distance", "colours"}


def test_the_same_picture_always_gets_the_same_report(tmp_path):
    row = stored(tmp_path, draw("dress", "navy", "white"))
    first = RubricJudge(RubricSettings())([row])
    cv2.setRNGSeed(7)
    assert RubricJudge(RubricSettings())([row]) == first


def test_an_unreadable_picture_is_a_row_error(tmp_path):
    row = stored(tmp_path, draw())
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(RowError, match="make the picture again"):
        RubricJudge(RubricSettings())([row])


def test_the_fingerprint_follows_the_thresholds_and_not_the_place_of_the_file(tmp_path):
    built_in = RubricJudge(RubricSettings()).fingerprint()
    copy = tmp_path / "mine.toml"
    copy.write_bytes(ASPECTS_FILE.read_bytes())
    assert RubricJudge(RubricSettings(aspects=str(copy))).fingerprint() == built_in
    copy.write_text(ASPECTS_FILE.read_text(encoding="utf-8").replace("below = 92.0", "below = 90.0"), encoding="utf-8")
    load_rubric.cache_clear()
    assert RubricJudge(RubricSettings(aspects=str(copy))).fingerprint() != built_in


def test_a_loaded_stage_travels_to_worker_processes(tmp_path):
    judge = pickle.loads(pickle.dumps(RubricJudge(RubricSettings())))
    assert judge([stored(tmp_path, draw())])[0].score == 10.0
