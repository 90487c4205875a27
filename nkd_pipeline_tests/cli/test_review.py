"""`nkd review` as its user calls it: what is served, printed, exported, and how marks come to count."""

import csv
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.metrics.agreement import machine_marks
from nkd_pipeline.records import ASPECTS, HumanMark
from nkd_pipeline.review.preference_task import PreferenceTask, pairs_of_homes
from nkd_pipeline.review.questionnaire import read_questionnaire
from nkd_pipeline.review.rubric_task import RubricTask
from nkd_pipeline.review.survey_task import SurveyTask
from nkd_pipeline_tests.review.homes import SHARD, filled_home

CLEAN = dict.fromkeys(ASPECTS, "none")


def said(result):
    return " ".join(result.output.split())


def mark_all(workspace, reviewer, **marks):
    task = RubricTask(workspace, workspace.shards())
    for key in task.order(reviewer):
        task.save(reviewer, key, CLEAN | marks)


def test_help_imports_no_server():
    code = "import sys, nkd_pipeline.cli.app; print([name for name in ('fastapi', 'starlette', 'uvicorn', 'jinja2', 'numpy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_it_serves_until_it_is_stopped_and_says_what_was_done(reviewed_home):
    command = [sys.executable, "-m", "nkd_pipeline.cli", "review", "--home", str(reviewed_home), "--port", "0", "--reviewer", "Anna"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first, second = process.stdout.readline(), process.stdout.readline()
        assert first.startswith(f"3 pictures of {SHARD}.")
        address = re.fullmatch(r"Anna \(0 of 3 done\): (http://127\.0\.0\.1:\d+/\?token=\S+)\n", second)[1]
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(address, timeout=30)
        assert (page.status, page.url) == (200, address.partition("?")[0])
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(page.url, timeout=30)
        csrf = re.search(r'data-csrf="([^"]+)"', page.read().decode())[1]
        body = b'{"position": 0, "answer": {%s}}' % ", ".join(f'"{name}": "none"' for name in ASPECTS).encode()
        request = urllib.request.Request(page.url + "answers", body, {"Content-Type": "application/json", "X-Review-CSRF": csrf})
        assert opener.open(request, timeout=30).status == 200
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, errors) == (0, "")
    assert "Anna: 1 answered now, 1 of 3 in all." in output
    assert f"nkd review apply --home {reviewed_home}" in output
    assert address.partition("token=")[2] not in output


@pytest.fixture
def reviewed_home(tmp_path):
    return filled_home(tmp_path / "reviewed").home.root


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["--shard", "nowhere.000"], "no shard nowhere.000. There are herbst.000.", id="no such shard"),
        pytest.param(["--reviewer", "=1+1"], 'reviewer "=1+1"', id="a name that a spreadsheet would run"),
        pytest.param(["--mode", "ab"], "No article", id="nothing to compare"),
        pytest.param(["--mode", "ab", "--against", "HOME"], "names the home itself", id="a home against itself"),
        pytest.param(["--mode", "ab", "--against", "EMPTY"], "share no article", id="homes without a common article"),
        pytest.param(["--against", "EMPTY"], "add --mode ab", id="another home without comparing"),
        pytest.param(["--questions", "EMPTY"], "add --mode survey", id="questions without a survey"),
        pytest.param(["--mode", "survey", "--questions", "EMPTY/x.toml"], "Name an existing file with --questions", id="no such questions"),
        pytest.param(["--host", "256.1.1.1"], "cannot be listened on", id="no such address"),
        pytest.param(["import", "EMPTY/marks.csv"], "no such file", id="no such marks"),
        pytest.param(["export", "--out", "x.csv", "--shard", "nowhere.000"], "no shard nowhere.000", id="no such shard to export"),
        pytest.param(["agreement", "--shard", "nowhere.000"], "no shard nowhere.000", id="no such shard to look at"),
    ],
)
def test_wrong_input_gives_exit_code_2_and_names_what_is_wrong(nkd, reviewed_home, tmp_path, words, says):
    named = [word.replace("HOME", str(reviewed_home)).replace("EMPTY", str(tmp_path / "empty")) for word in words]
    result = nkd("review", *named, "--home", reviewed_home)
    assert result.exit_code == 2, result.output
    assert says in said(result)


def test_a_home_without_pictures_says_how_to_make_some(nkd, tmp_path):
    assert "nkd run DELIVERY" in said(nkd("review", "--home", tmp_path / "none"))


def test_options_before_a_subcommand_are_not_silently_lost(nkd, reviewed_home):
    result = nkd("review", "--home", reviewed_home, "agreement")
    assert result.exit_code == 2
    assert "write --home after agreement" in said(result).replace("│ ", "")


def test_marks_travel_as_csv(nkd, reviewed_home, tmp_path):
    workspace = filled_home(reviewed_home)
    mark_all(workspace, "Anna", colour="slight")
    assert "27 marks written" in said(nkd("review", "export", "--home", reviewed_home, "--out", tmp_path / "marks.csv"))
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["article_id", "attempt", "sha256", "reviewer", "aspect", "mark", "marked_at"]
    assert sum(row["mark"] == "slight" for row in rows) == 3
    other = filled_home(tmp_path / "other")
    assert "27 marks imported, 0 known already." in said(nkd("review", "import", tmp_path / "marks.csv", "--home", tmp_path / "other"))
    assert RubricTask(other, [SHARD]).progress("Anna").done == 3
    (tmp_path / "marks.csv").write_text((tmp_path / "marks.csv").read_text("utf-8-sig").replace("slight", "heavy", 1))
    result = nkd("review", "import", tmp_path / "marks.csv", "--home", tmp_path / "other")
    assert result.exit_code == 2
    assert 'column mark: "heavy" is no mark' in said(result)


def test_agreement_by_aspect_and_the_machine_against_people(nkd, reviewed_home):
    assert "Nothing is marked yet" in said(nkd("review", "agreement", "--home", reviewed_home))
    workspace = filled_home(reviewed_home)
    mark_all(workspace, "Anna", colour="strong")
    task = RubricTask(workspace, [SHARD])
    for key in task.order("Bernd"):
        task.save("Bernd", key, CLEAN | {"colour": "none" if "T-1" in key else "strong"})
    lines = nkd("review", "agreement", "--home", reviewed_home).output.splitlines()
    colours = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│ Colour " in line]
    assert colours[0] == ["Colour", "3", "0.000", "67%"]
    assert colours[1] == ["Colour", "3", "0", "0", "0", "100%", "0"]  # the machine saw a strong deviation in all three; an even split is the worse
    realism, construction = ([line for line in lines if f"│ {title} " in line] for title in ("Realism", "Construction"))
    assert [cell.strip() for cell in realism[1].split("│")[1:-1]] == ["Realism", "0", "0", "0", "3", "–", "0"]
    assert [cell.strip() for cell in construction[1].split("│")[1:-1]] == ["Construction", "0", "0", "0", "0", "–", "3"]


def test_results_of_comparisons_and_surveys(nkd, reviewed_home, tmp_path):
    assert "There is nothing yet" in said(nkd("review", "results", "--home", reviewed_home))
    here, there = filled_home(reviewed_home), filled_home(tmp_path / "sdxl", salt=40)
    comparison = PreferenceTask(here, pairs_of_homes(here, there, [SHARD]))
    for key in comparison.order("Anna"):
        second_is_left = comparison.shown(comparison.items[key], "Anna")[0] is comparison.items[key].second
        comparison.save("Anna", key, "left" if second_is_left else "right")
    survey = SurveyTask(here, [SHARD], read_questionnaire())
    for key, style in zip(survey.order("P01"), (1, 2, 3), strict=True):
        survey.save("P01", key, {"comprehensibility": 5, "coherence": 5, "occasion": 5, "type": 5, "style": style})
    output = said(nkd("review", "results", "--home", reviewed_home))
    assert "reviewed : sdxl, 3 judgements by 1 reviewers" in output
    assert "sdxl is better in 3 pairs, reviewed in 0; 0 ties" in output
    assert "sdxl wins 100% of the decided pairs (95 % interval 44% to 100%); sign test p = 0.250" in output
    assert "│ style │ 3 │ 2.00 │ 1.00 │" in output


def test_marks_overrule_the_machine_once_they_are_applied(nkd, delivery, home, workspace):
    assert "Nothing is marked yet" in said(nkd("review", "apply", "--home", home))
    assert nkd("run", delivery, "--home", home).exit_code == 0
    before = {key: machine_marks(row.record) for key, row in read_rows(workspace, "rubric_reports", SHARD).items()}
    mark_all(workspace, "Anna", construction="slight")
    result = nkd("review", "apply", "--home", home)
    assert result.exit_code == 0, result.output
    assert "4 of 4 articles have an approved picture" in said(result)
    reports = {key: row.record for key, row in read_rows(workspace, "rubric_reports", SHARD).items()}
    assert {key: [(one.aspect, one.severity, one.judge) for one in report.deviations] for key, report in reports.items()} == {
        key: [("construction", "slight", "human")] for key in before
    }
    assert {report.score for report in reports.values()} == {9.5}
    assert {key: machine_marks(report) for key, report in reports.items()} == before  # what the machine said is still known
    assert len(workspace.tables.read_records("marks", HumanMark, SHARD)) == 36
