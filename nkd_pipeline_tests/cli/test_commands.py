"""The command line as its user calls it: exit codes, what is printed, what lies on disk afterwards."""

import csv
import json

import pandas as pd
import pytest

from nkd_pipeline.execution.steps import STEPS, read_rows
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

QUICK = "[run]\nworkers = 1\n[stages.generated_images]\nsize = 512\n"
SHARD = "herbst.000"


def rows(workspace):
    return {asset: read_rows(workspace, asset, SHARD) for asset in STEPS}


def changed(before, after):
    return {key for asset in after for key in after[asset] if after[asset][key] != before[asset].get(key)}


def test_a_good_delivery_ends_with_a_gallery_and_exit_code_0(nkd, delivery, home):
    result = nkd("run", delivery, "--home", home)
    assert result.exit_code == 0, result.output
    assert "4 of 4 articles released, 0 rows quarantined." in result.output
    assert str(home / "galleries" / f"{SHARD}.html") in result.output


def test_quarantined_rows_are_listed_and_do_not_count_as_failures(nkd, tmp_path, home):
    empty = dict.fromkeys(ARTICLES[0], "") | {"article_id": "T-9"}
    result = nkd("run", write_delivery(tmp_path / "herbst.csv", [*ARTICLES, empty]), "--home", home)
    assert result.exit_code == 0, result.output
    assert "4 of 4 articles released, 1 rows quarantined." in result.output
    assert "Write what the article is" in result.output  # the cure


def test_after_one_cell_changed_exactly_that_article_is_computed_again(nkd, tmp_path, delivery, home, workspace):
    nkd("run", delivery, "--home", home)
    before = rows(workspace)
    nkd("run", delivery, "--home", home)
    assert rows(workspace) == before
    edited = [row if row["article_id"] != "T-3" else {**row, "model_descr": "rot"} for row in ARTICLES]
    assert nkd("run", write_delivery(tmp_path / "herbst.csv", edited), "--home", home).exit_code == 0
    assert changed(before, rows(workspace)) == {"T-3"}


def test_a_row_inserted_above_computes_only_the_new_article(nkd, tmp_path, delivery, home, workspace):
    nkd("run", delivery, "--home", home)
    before = rows(workspace)
    new = {**ARTICLES[0], "article_id": "T-0", "model_descr": "r-neck,ssr,rot,print"}
    nkd("run", write_delivery(tmp_path / "herbst.csv", [new, *ARTICLES]), "--home", home)
    assert changed(before, rows(workspace)) == {"T-0"}


def test_a_failed_article_gives_exit_code_3_and_retry_makes_it_good(nkd, delivery, home, workspace):
    (home / "settings.toml").write_text(QUICK + '[faults]\nrubric_reports = ["T-2"]\n')
    result = nkd("run", delivery, "--home", home)
    assert result.exit_code == 3
    assert "3 of 4 articles released" in result.output
    assert "planted_fault" not in nkd("failed", "--home", home).output  # the reason, not our word for it
    assert "[faults] in the home's settings.toml" in nkd("failed", "--home", home).output

    assert nkd("retry", "--home", home).exit_code == 3  # the cause is still there
    (home / "settings.toml").write_text(QUICK)
    retried = nkd("retry", "--home", home)
    assert (retried.exit_code, "1 of 1 articles are released now." in retried.output) == (0, True)
    # the judge had failed and not the picture: it is judged, and not made again
    assert {key: row.record.attempt for key, row in rows(workspace)["generated_images"].items()} == {"T-1": 1, "T-2": 1, "T-3": 1, "T-4": 1}
    assert "No article has failed" in nkd("failed", "--home", home).output
    assert nkd("retry", "--home", home).output.strip() == "No article has failed."


def test_retry_of_a_named_article_makes_a_new_attempt_and_keeps_the_old_picture(nkd, delivery, home):
    nkd("run", delivery, "--home", home)
    assert nkd("retry", "--home", home, "--article", "T-1").exit_code == 0
    assert sorted(path.name for path in (home / "images" / SHARD / "T-1").iterdir()) == ["1.png", "2.png"]
    first, second = ((home / "images" / SHARD / "T-1" / name).read_bytes() for name in ("1.png", "2.png"))
    assert first != second


def test_exports_hold_every_article(nkd, delivery, home, tmp_path):
    (home / "settings.toml").write_text(QUICK + '[faults]\nprompts = ["T-2"]\n')
    nkd("run", delivery, "--home", home)
    for kind in ("csv", "jsonl", "parquet"):
        assert nkd("export", "--home", home, "--format", kind, "--out", tmp_path / f"x.{kind}").exit_code == 0
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        by_csv = list(csv.DictReader(stream))
    by_json = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    table = pd.read_parquet(tmp_path / "x.parquet")
    ids = [row["article_id"] for row in ARTICLES]
    assert [row["article_id"] for row in by_csv] == [row["article_id"] for row in by_json] == table["article_id"].tolist() == ids
    assert by_json[0]["status"] == "released"
    assert (home / by_json[0]["image_path"]).exists()
    assert (by_json[1]["status"], by_json[1]["prompt"], by_json[1]["image_path"]) == ("failed", None, None)
    assert by_json[1]["error"].startswith("prompts failed: ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["run", "missing.xlsx"], "missing.xlsx", id="no such file"),
        pytest.param(["run", "DELIVERY", "--profile", "flex"], "No profile is called flex", id="no such profile"),
        pytest.param(["run", "DELIVERY", "--column", "Werbetext"], "field=header", id="a column without a field"),
        pytest.param(["run", "DELIVERY", "--column", "description=Werbetext"], "Werbetext", id="a header that is not there"),
        pytest.param(["retry", "--article", "nobody"], "no article nobody", id="no such article"),
        pytest.param(["export", "--out", "x.csv", "--shard", "nowhere.000"], "no shard nowhere.000", id="no such shard"),
        pytest.param(["export", "--out", "x", "--format", "xls"], "xls", id="no such format"),
        pytest.param(["fly"], "fly", id="no such command"),
    ],
)
def test_wrong_input_gives_exit_code_2_and_names_what_is_wrong(nkd, delivery, home, words, says):
    result = nkd(*(delivery if word == "DELIVERY" else word for word in words), *(["--home", home] if words[0] != "fly" else []))
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_limit_takes_the_first_articles(nkd, delivery, home):
    assert "2 of 2 articles released" in nkd("run", delivery, "--home", home, "--limit", "2").output
    assert "4 of 4 articles released" in nkd("run", delivery, "--home", home).output
