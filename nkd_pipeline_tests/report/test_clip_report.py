"""The file of CLIP scores: what the paper reports of a run, and the reason instead of numbers where there are none."""

import json
from dataclasses import replace

import pytest

from nkd_pipeline.execution.attempts import request_attempts
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.steps import STEPS, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import ClipScore
from nkd_pipeline.report.clip_report import clip_report, clip_text
from nkd_pipeline.report.release import release_shard
from nkd_pipeline.report.statistics import shard_statistics

from .examples import card, deviation, failed_card, named

SHARD = "herbst.000"
SCORER = "clip-vit-large-patch14@32bd6428"


def scored(article_id, score, *deviations, full=25.0, cut=0):
    return replace(card(article_id, *deviations), clip=ClipScore(article_id, 1, score, full, cut, SCORER))


def unscored(article_id, reason="no scorer is configured"):
    return replace(card(article_id), clip=ClipScore(article_id, 1, None, None, 0, "", reason))


def report(*cards):
    return clip_report("spring.001", cards, shard_statistics(cards), profile="flux", produced_at="2026-11-21 14:00 UTC")


CARDS = (
    scored("A-1", 32.25, cut=4),
    scored("A-2", 30.0, deviation(severity="strong")),
    named(scored("A-3", 27.75), "Jacke", "Jacket", "red"),
    scored("A-4", 35.0, deviation(severity="strong"), full=29.0),
    failed_card("A-5"),
)


def test_it_says_what_the_paper_reports_of_a_run():
    found = report(*CARDS)
    assert {name: found[name] for name in ("shard", "produced_at", "profile", "pictures_by", "scored_by", "articles", "pictures", "scored")} == {
        "shard": "spring.001",
        "produced_at": "2026-11-21 14:00 UTC",
        "profile": "flux",
        "pictures_by": ["sketch"],
        "scored_by": [SCORER],
        "articles": 5,
        "pictures": 4,
        "scored": 4,
    }
    assert found["score"] == {"n": 4, "mean": 31.25, "median": 31.125, "sd": pytest.approx(3.1024, abs=1e-4), "min": 27.75, "max": 35.0}
    assert found["prompt_score"]["mean"] == 26.0
    assert found["truncated"] == 1
    assert found["line"] == 30
    assert found["above_line"] == {"share": 0.5, "scored": 2, "judged": 2, "passed": 1, "pass_rate": 0.5}
    assert found["up_to_line"] == {"share": 0.5, "scored": 2, "judged": 2, "passed": 1, "pass_rate": 0.5}
    assert [(count["category"], count["n"], count["mean"]) for count in found["by_category"]] == [("t-shirt", 3, 32.4167), ("jacket", 1, 27.75)]
    assert [(score["article_id"], score["score"]) for score in found["scores"]] == [
        ("A-1", 32.25),
        ("A-2", 30.0),
        ("A-3", 27.75),
        ("A-4", 35.0),
        ("A-5", None),
    ]
    assert found["scores"][0]["truncated_tokens"] == 4
    assert found["scores"][4]["reason"] == "there is no picture"


def test_where_nothing_was_scored_there_are_reasons_and_no_numbers():
    found = report(unscored("A-1"), unscored("A-2"), failed_card("A-3"))
    assert found["scored"] == 0
    assert found["not_scored"] == {"no scorer is configured": 2, "there is no picture": 1}
    assert not {"score", "prompt_score", "above_line", "up_to_line", "by_category", "scores"} & found.keys()
    text = clip_text(found)
    assert "2 x no scorer is configured" in text
    assert "Mean" not in text


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("CLIP scores of spring.001", id="which shard"),
        pytest.param("Date 2026-11-21 14:00 UTC", id="when"),
        pytest.param(f"Scored by {SCORER}", id="by which model"),
        pytest.param("Scored 4", id="how many"),
        pytest.param("1 x there is no picture", id="why the others have none"),
        pytest.param("Mean 31.25 26.00", id="of the short prompt and of the full one"),
        pytest.param("Median 31.12 25.00", id="median"),
        pytest.param("Standard deviation 3.10 2.00", id="spread"),
        pytest.param("Minimum 27.75 25.00", id="least"),
        pytest.param("Maximum 35.00 29.00", id="most"),
        pytest.param("Short prompt cut off 1", id="prompts that the model did not read to the end"),
        pytest.param("above 30 2 50% 2 1 50%", id="pass rate above the line"),
        pytest.param("30 and less 2 50% 2 1 50%", id="and below"),
        pytest.param("jacket 1 27.75 27.75 0.00 27.75 27.75", id="a category"),
        pytest.param("A-1 32.25 t-shirt", id="an article"),
        pytest.param("A-5 - t-shirt, not scored: there is no picture", id="an article without a score"),
    ],
)
def test_a_person_reads(line):
    assert line in [" ".join(text.split()) for text in clip_text(report(*CARDS)).splitlines()]


def test_what_a_model_wrote_cannot_add_lines():
    hostile = replace(CARDS[0], attributes=replace(CARDS[0].attributes, sketch_kind="shirt\nA-9   99.00  forged\u2028x"))
    lines = clip_text(report(hostile)).splitlines()
    assert not any(line.startswith("A-9") for line in lines)


def files(workspace):
    return [workspace.home.clip_statistics(SHARD, suffix) for suffix in (".json", ".txt")]


@pytest.fixture
def judged(tiny, home, delivery):
    """A workspace whose four articles were drawn, scored by the tiny CLIP and judged."""
    scorer = f'{{ stage = "nkd_pipeline.models.clip:ClipScorer", model = "{tiny / "clip"}" }}'
    (home / "settings.toml").write_text(f"[run]\nworkers = 1\n[stages]\ngenerated_images = {{ size = 256 }}\nclip_scores = {scorer}\n")
    workspace = Workspace.open(str(home))
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    return workspace


def test_a_release_writes_the_scores_of_its_articles(judged):
    release = release_shard(judged, SHARD)
    machine, person = (path.read_text(encoding="utf-8") for path in files(judged))
    found = json.loads(machine)
    assert (found["scored"], found["scored_by"], found["not_scored"]) == (4, ["clip"], {})
    assert found["score"]["mean"] == pytest.approx(release.statistics.clip.mean, abs=1e-4)
    scores = {decision.article_id: decision.clip_score for decision in release.decisions}
    assert {score["article_id"]: score["score"] for score in found["scores"]} == pytest.approx(scores, abs=1e-4)
    assert all(article_id in person for article_id in scores)
    assert "not scored" not in release.gallery.read_text(encoding="utf-8")


def test_a_file_that_was_deleted_is_written_again(judged):
    release_shard(judged, SHARD)
    for path in files(judged):
        path.unlink()
        release_shard(judged, SHARD)
        assert path.exists()


def test_the_score_of_an_earlier_attempt_is_not_passed_off_as_the_new_pictures(judged):
    release_shard(judged, SHARD)
    request_attempts(judged, SHARD, ["T-2"], "test")
    for asset in list(STEPS)[:5]:
        run_step(judged, asset, SHARD)
    release = release_shard(judged, SHARD)
    assert [decision.article_id for decision in release.decisions if decision.clip_score is None] == ["T-2"]
    assert json.loads(files(judged)[0].read_text(encoding="utf-8"))["not_scored"] == {"no score was computed": 1}


def test_the_profile_without_a_scorer_gives_its_reason(home, delivery):
    with (home / "settings.toml").open("a") as settings:
        settings.write('[stages.clip_scores]\nstage = "nkd_pipeline.metrics.not_scored:NotScored"\nreason = "nobody scores here"\n')
    workspace = Workspace.open(str(home))
    ingest(workspace, delivery)
    for asset in STEPS:
        run_step(workspace, asset, SHARD)
    release_shard(workspace, SHARD)
    (reason,) = json.loads(files(workspace)[0].read_text(encoding="utf-8"))["not_scored"]
    assert reason == "nobody scores here"
    assert f"4 x {reason}" in files(workspace)[1].read_text(encoding="utf-8")
