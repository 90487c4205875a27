"""Pairs from files: whatever is wrong with one, the message says where and what to do."""

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyarrow import parquet

from nkd_pipeline.models.checkpoint import CheckpointError
from nkd_pipeline.models.prompt_improver.pair_files import PairsError, hub_file, read_pairs
from nkd_pipeline_tests.models.hub import COMMIT, serve

GOOD = [("blue dress", "a long blue dress, studio light"), ("red hat", "a red hat with a wide brim")]


def csv_file(folder, text):
    path = folder / "pairs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def jsonl_file(folder, *lines):
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def parquet_file(folder, rows):
    path = folder / "pairs.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda folder, rows: csv_file(folder, "id,basic,improved\n" + "".join(f'1,{a},"{b}"\n' for a, b in rows)), id="CSV"),
        pytest.param(lambda folder, rows: csv_file(folder, "\ufeffbasic,improved\r\n" + "".join(f'{a},"{b}"\r\n' for a, b in rows)), id="of Excel"),
        pytest.param(lambda folder, rows: jsonl_file(folder, *({"basic": a, "improved": b, "more": 1} for a, b in rows), ""), id="JSONL"),
        pytest.param(lambda folder, rows: parquet_file(folder, [{"basic": a, "n": 1, "improved": b} for a, b in rows]), id="Parquet"),
    ],
)
def test_all_formats_give_the_same_pairs(tmp_path, written):
    assert [(pair.basic, pair.improved) for pair in read_pairs(written(tmp_path, GOOD))] == GOOD


def test_short_prompt_that_comes_again_is_taken_once(tmp_path):
    pairs = read_pairs(jsonl_file(tmp_path, {"basic": "a  dress", "improved": "one"}, {"basic": "a dress", "improved": "two"}))
    assert [(pair.article_id, pair.basic, pair.improved) for pair in pairs] == [("1", "a dress", "one")]


def test_share_that_is_held_out_does_not_depend_on_the_order(tmp_path):
    rows = [{"basic": f"dress {i}", "improved": "text"} for i in range(400)]
    forwards, backwards = (read_pairs(jsonl_file(tmp_path, *order), held_out_share=0.25) for order in (rows, rows[::-1]))
    held_out = {pair.basic for pair in forwards if pair.held_out}
    assert held_out == {pair.basic for pair in backwards if pair.held_out}
    assert 70 < len(held_out) < 130


@pytest.mark.parametrize(
    ("made", "says"),
    [
        pytest.param(lambda f: csv_file(f, "short,long\na,b\n"), r"no column basic and none improved\. Found: short, long", id="columns"),
        pytest.param(lambda f: csv_file(f, "basic,improved\na,b\nc,\n"), r"row 3, column improved: a text is needed, there is nothing", id="empty"),
        pytest.param(lambda f: csv_file(f, "basic,improved\na,b\nc\n"), r"row 3, column improved: .*nothing", id="short row"),
        pytest.param(lambda f: csv_file(f, b"basic,improved\nd\xe9j\xe0,b\n"), r"not UTF-8.*Save it as UTF-8", id="Latin-1"),
        pytest.param(lambda f: csv_file(f, ""), "no column basic", id="empty file"),
        pytest.param(lambda f: csv_file(f, "basic,improved\n"), "holds no pairs", id="header alone"),
        pytest.param(lambda f: csv_file(f, f"basic,improved\na,{'x' * 200_000}\n"), r"line 2: field larger|more than 20,000", id="endless cell"),
        pytest.param(lambda f: jsonl_file(f, {"basic": "a", "improved": "b"}, "{'basic'"), r"row 2: no JSON object", id="no JSON"),
        pytest.param(lambda f: jsonl_file(f, '["a", "b"]'), "row 1: no JSON object", id="JSON of another kind"),
        pytest.param(lambda f: jsonl_file(f, {"basic": "a", "improved": 7}), r"row 1, column improved: .*int '7'", id="number"),
        pytest.param(lambda f: jsonl_file(f, {"basic": "a"}), "no column improved", id="key missing"),
        pytest.param(lambda f: parquet_file(f, [{"basic": "a", "improved": None}]), "row 1, column improved", id="null"),
        pytest.param(lambda f: parquet_file(f, [{"prompt": "a"}]), r"Found: prompt", id="columns of Parquet"),
        pytest.param(lambda f: csv_file(f, "x").rename(f / "pairs.parquet"), "no sound Parquet file", id="no Parquet"),
        pytest.param(lambda f: csv_file(f, "x").rename(f / "pairs.xlsx"), r"end in \.parquet, \.csv, \.jsonl", id="other format"),
        pytest.param(lambda f: f / "none.csv", r"none\.csv cannot be read: No such file.*Correct the path", id="no file"),
        pytest.param(lambda f: f / "folder.csv", "folder.csv cannot be read", id="folder"),
    ],
)
def test_bad_file_is_refused_with_place_and_cure(tmp_path, made, says):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PairsError, match=says):
        read_pairs(made(tmp_path))


@given(some.text())
def test_whatever_stands_in_a_file_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(f"basic,improved\n{text}".encode(errors="surrogatepass"))
    try:
        pairs = read_pairs(path)
    except PairsError:
        return
    assert all(pair.basic.strip() and pair.improved.strip() for pair in pairs)


def test_data_set_of_the_hub_is_downloaded_once(hub):
    serve(hub, "prompts", {"data/train.jsonl": json.dumps({"basic": "a", "improved": "b"}).encode()})
    for _ in range(2):
        path = hub_file("owner/prompts", COMMIT, "data/train.jsonl")
    assert len(read_pairs(path)) == 1
    assert hub.asked.count("GET data/train.jsonl") == 1


@pytest.mark.parametrize(
    ("dataset", "name", "error", "says"),
    [
        pytest.param("owner/prompts", "data/test.csv", PairsError, r"has no file data/test\.csv.*Correct file in the profile", id="no such file"),
        pytest.param("owner/none", "train.csv", CheckpointError, "no such model on|private", id="no such data set"),
    ],
)
def test_data_set_that_cannot_be_had_is_explained(hub, dataset, name, error, says):
    serve(hub, "prompts", {})
    with pytest.raises(error, match=says):
        hub_file(dataset, COMMIT, name)
