"""Regeneration through the real steps: what fails is made again until it passes, the best attempt stays, and nothing is made twice."""

import dataclasses

import pytest

from nkd_pipeline.execution import regeneration
from nkd_pipeline.execution.attempts import judged_attempts, read_attempts
from nkd_pipeline.execution.catalog_view import view_shard
from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.regeneration import regenerate, regenerate_failing
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import HumanMark, RubricReport, Waiver
from nkd_pipeline.storage.tables import plain_row
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

SHARD = "herbst.000"


@pytest.fixture
def made(home, delivery):
    """Runs the chain with pictures that are wrong as told, by article and attempt."""

    def run(wrong, *, max_attempts=3):
        entries = "".join(f"{key} = {list(value)!r}\n" for key, value in wrong.items())
        stage = 'stage = "nkd_pipeline_tests.execution.artists:ClumsyArtist"\nsize = 512\n'
        text = f"[run]\nworkers = 1\nmax_attempts = {max_attempts}\n[stages.generated_images]\n{stage}[stages.generated_images.wrong]\n{entries}"
        (home / "settings.toml").write_text(text)
        workspace = Workspace.open(str(home))
        ingest(workspace, delivery)
        chain(workspace)
        return workspace

    return run


def chain(workspace):
    return {asset: run_step(workspace, asset, SHARD).counts.computed for asset in STEPS}


def states(workspace):
    return {view.delivered.article_id: (view.decision.attempt, view.status) for view in view_shard(workspace, SHARD)}


def rows(workspace):
    return {asset: {key: plain_row(row) for key, row in read_rows(workspace, asset, SHARD).items()} for asset in STEPS}


def test_what_fails_is_made_again_until_it_passes_and_the_others_are_left_alone(made):
    workspace = made({"T-1": ["grey", "grey"], "T-3": ["grey"]})
    before = rows(workspace)
    result = regenerate_failing(workspace, SHARD)
    assert states(workspace) == {"T-1": (3, "released"), "T-2": (1, "released"), "T-3": (2, "released"), "T-4": (1, "released")}
    assert result.made == 3
    after = rows(workspace)
    assert {key for asset in STEPS for key in after[asset] if after[asset][key] != before[asset][key]} == {"T-1", "T-3"}
    assert [(row.article_id, row.attempt, row.verdict, row.chosen) for row in result.attempts if row.article_id == "T-1"] == [
        ("T-1", 1, "fail", False),
        ("T-1", 2, "fail", False),
        ("T-1", 3, "excellent", True),
    ]


def test_each_attempt_has_its_own_seed_and_a_prompt_against_what_was_wrong(made):
    result = regenerate_failing(made({"T-1": ["grey"]}), SHARD)
    first, second = (row for row in result.attempts if row.article_id == "T-1")
    assert first.seed != second.seed
    assert (first.repairs, first.causes) == ((), ("background_lightness",))
    assert second.repairs == ("background_lightness",)
    assert second.prompt == f"{first.prompt}, pure bright white background"


def test_the_best_attempt_stays_when_none_passes_and_is_not_made_twice(made):
    workspace = made({"T-1": ["grey tilted", "grey", "grey tilted"]})
    first = {path.name: path.read_bytes() for path in workspace.home.image(SHARD, "T-1", 1).parent.iterdir()}
    result = regenerate_failing(workspace, SHARD)
    assert states(workspace)["T-1"] == (2, "failed")
    assert [(row.attempt, row.rubric_score, row.chosen) for row in result.attempts if row.article_id == "T-1"] == [
        (1, 7.0, False),
        (2, 8.5, True),
        (3, 7.0, False),
    ]
    files = {path.name: path.read_bytes() for path in workspace.home.image(SHARD, "T-1", 1).parent.iterdir()}
    assert (sorted(files), files["1.png"]) == (["1.png", "2.png", "3.png"], first["1.png"])
    assert set(chain(workspace).values()) == {0}  # the tables hold attempt 2 as if it had been the last
    before = rows(workspace)
    assert regenerate_failing(workspace, SHARD).made == 0
    assert rows(workspace) == before


def test_max_attempts_counts_all_attempts_also_those_of_earlier_runs(made):
    assert regenerate_failing(made({"T-1": ["grey"]}, max_attempts=1), SHARD).made == 0
    workspace = made({"T-1": ["grey", "grey tilted", "grey"]}, max_attempts=2)
    assert regenerate_failing(workspace, SHARD).made == 1
    assert states(workspace)["T-1"] == (1, "failed")  # went back to the better first attempt, and the second still counts
    assert regenerate_failing(workspace, SHARD).made == 0


def test_a_person_may_ask_for_more_and_a_new_picture_that_passes_stays(made):
    workspace = made({"T-1": ["grey", "grey tilted"]}, max_attempts=2)
    regenerate_failing(workspace, SHARD)
    regenerate(workspace, SHARD, ["T-1", "T-2"], "backfill")
    # T-1 was at attempt 1 but had two; T-2 was good, somebody wanted another one all the same
    assert states(workspace) == {"T-1": (3, "released"), "T-2": (2, "released"), "T-3": (1, "released"), "T-4": (1, "released")}


def test_an_attempt_without_a_picture_gives_way_to_an_earlier_one_that_has_one(made):
    workspace = made({"T-1": ["grey", "broken"]}, max_attempts=2)
    regenerate_failing(workspace, SHARD)
    assert states(workspace)["T-1"] == (1, "failed")
    assert read_rows(workspace, "generated_images", SHARD)["T-1"].ok


def test_a_picture_that_came_out_black_is_made_again_in_the_same_run(made):
    workspace = made({"T-1": ["broken"]})
    assert regenerate_failing(workspace, SHARD).made == 1
    assert states(workspace)["T-1"] == (2, "released")


def test_what_failed_before_the_verdict_is_tried_again_at_the_same_attempt(made, home):
    # the seed is not to blame, and a picture that is there need not be made again
    workspace = made({})
    with (home / "settings.toml").open("a") as settings:
        settings.write('[faults]\nrubric_reports = ["T-3"]\n')
    faulty = Workspace.open(str(home))
    workspace.tables.write("rubric_reports", RubricReport, SHARD, [])
    chain(faulty)
    for again in (1, 2):
        regenerate(faulty, SHARD, ["T-3"], "backfill")
        request = read_attempts(faulty, SHARD)["T-3"]
        assert (request.attempt, request.tried, request.again) == (1, 1, again)
    before = rows(workspace)
    regenerate(workspace, SHARD, ["T-3"], "backfill")
    assert states(workspace)["T-3"] == (1, "released")
    assert rows(workspace)["generated_images"] == before["generated_images"]


def test_waived_articles_are_not_made_again(made):
    workspace = made({"T-1": ["grey"]})
    workspace.tables.write_records("waivers", Waiver, SHARD, [Waiver("T-1", "studio photo", "Erika", "2026-01-02T03:04:05+00:00")])
    assert regenerate_failing(workspace, SHARD).made == 0
    (decision,) = [view.decision for view in view_shard(workspace, SHARD) if view.delivered.article_id == "T-1"]
    assert (decision.released, decision.waived) == (False, "studio photo (Erika, 2026-01-02)")


def test_repairs_end_with_the_texts_they_were_meant_for(made, tmp_path):
    workspace = made({"T-1": ["grey"]})
    regenerate_failing(workspace, SHARD)
    edited = [row if row["article_id"] != "T-1" else {**row, "model_descr": "r-neck,ssr,rot,print"} for row in ARTICLES]
    ingest(workspace, write_delivery(tmp_path / "herbst.csv", edited))
    chain(workspace)
    prompt = read_rows(workspace, "prompts", SHARD)["T-1"].record
    assert (prompt.repairs, prompt.colours[0]) == ((), "red")


def test_an_attempt_that_was_asked_for_and_not_made_is_made_and_not_skipped(made, monkeypatch):
    workspace = made({"T-1": ["grey"]}, max_attempts=1)
    regenerate_failing(workspace, SHARD)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(regeneration, "run_step", killed)
        with pytest.raises(KeyboardInterrupt):
            regenerate(workspace, SHARD, ["T-1"], "backfill")
    asked = read_attempts(workspace, SHARD)
    regenerate(workspace, SHARD, ["T-1"], "backfill")
    assert states(workspace)["T-1"] == (2, "released")
    assert read_attempts(workspace, SHARD) == asked  # as if nobody had been killed


@pytest.mark.parametrize("step", ["prompts", "generated_images", "rubric_reports"])
def test_a_run_that_is_killed_between_two_steps_is_finished_by_the_next(made, monkeypatch, step):
    workspace = made({"T-1": ["grey tilted", "grey", "grey tilted"]})

    def killed(workspace, asset, shard, options=None):
        if asset == step and read_attempts(workspace, SHARD):
            raise KeyboardInterrupt
        return run_step(workspace, asset, shard, options)

    with monkeypatch.context() as patch:
        patch.setattr(regeneration, "run_step", killed)
        with pytest.raises(KeyboardInterrupt):
            regenerate_failing(workspace, SHARD)
    chain(workspace)
    regenerate_failing(workspace, SHARD)
    assert states(workspace)["T-1"] == (2, "failed")
    assert [(row.attempt, row.rubric_score) for (key, _), row in judged_attempts(workspace, SHARD).items() if key == "T-1"] == [
        (1, 7.0),
        (2, 8.5),
        (3, 7.0),
    ]


def test_a_picture_that_people_reject_is_made_again(made):
    workspace = made({})
    image = read_rows(workspace, "generated_images", SHARD)["T-4"].record
    marks = [HumanMark("T-4", 1, image.sha256, name, "garment_type", "strong", "2026-01-02T03:04:05+00:00") for name in ("Erika", "Max")]
    workspace.tables.write_records("marks", HumanMark, SHARD, marks)
    assert chain(workspace)["rubric_reports"] == 1
    assert states(workspace)["T-4"] == (1, "failed")
    result = regenerate_failing(workspace, SHARD)
    assert states(workspace)["T-4"] == (2, "released")
    assert [row.repairs for row in result.attempts if row.article_id == "T-4"] == [(), ("garment_type",)]


def test_the_attempts_of_articles_that_are_no_longer_delivered_go(made, tmp_path):
    workspace = made({"T-1": ["grey"]})
    regenerate_failing(workspace, SHARD)
    ingest(workspace, write_delivery(tmp_path / "herbst.csv", ARTICLES[1:]))
    chain(workspace)
    assert {row.article_id for row in regenerate_failing(workspace, SHARD).attempts} == {"T-2", "T-3", "T-4"}


def test_attempts_can_be_read_as_a_table(made):
    workspace = made({"T-1": ["grey"]})
    (first, *_) = regenerate_failing(workspace, SHARD).attempts
    assert dataclasses.asdict(first).keys() >= {"article_id", "attempt", "seed", "image_path", "prompt", "verdict", "causes", "chosen"}
    assert (workspace.home.root / first.image_path).exists()
