"""Tables: what goes in comes out, in any tool, and a kill leaves the old file or the new one."""

import multiprocessing
import signal

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from nkd_pipeline import records as r
from nkd_pipeline.storage import files
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.schema import from_plain, schema_of, to_plain
from nkd_pipeline.storage.tables import RowState, StageRow, TableError, Tables

ATTRIBUTES = r.Attributes(
    "a1", "t-shirt", "t-shirt", "men", colours=("navy", "white"), facts=(r.Fact("colour", "navy", "model_descr", "dunkelblau"),), lettering=("GRÜẞE",)
)
PROMPT = r.Prompt("a1", "p", "n", "c", 0, "white", ("navy",), 1.0, 3, (), (r.Finding("ambiguous_term", "name", "Top", "glossary_expansion", "…"),))
REPORT = r.RubricReport("a1", 1, 9.5, "excellent", ("colour",), (), (r.Deviation("colour", "slight", -0.5, "pixel", "share", 0.2, "…"),))


@pytest.fixture
def tables(tmp_path):
    return Tables(Home(tmp_path))


def state(article_id, status="ok", error=None):
    return RowState(article_id, status, "kind" if error else None, error, "hash", "backend", 1, 1.5, "2026-01-01T00:00:00+00:00")


UNSCORED = r.ClipScore("a1", 1, None, None, 0, "", "no scorer")


@pytest.mark.parametrize("record", [ATTRIBUTES, PROMPT, REPORT, UNSCORED], ids=lambda record: type(record).__name__)
def test_a_record_comes_back_as_it_was(tables, record):
    tables.write("t", type(record), "s", [StageRow(state("a1"), record)])
    assert tables.read("t", type(record), "s")["a1"] == StageRow(state("a1"), record)


def test_a_failed_row_keeps_its_error_and_has_no_record(tables):
    failed = StageRow(state("a2", "failed", "no colour"), None)
    tables.write("t", r.Prompt, "s", [StageRow(state("a1"), PROMPT), failed])
    assert list(tables.read("t", r.Prompt, "s").values()) == [StageRow(state("a1"), PROMPT), failed]


def test_any_tool_opens_a_table(tables, tmp_path):
    tables.write("attributes", r.Attributes, "s.000", [StageRow(state("a1"), ATTRIBUTES), StageRow(state("a2", "failed", "x"), None)])
    path = str(Home(tmp_path).table("attributes", "s.000"))
    assert pd.read_parquet(path)["article_id"].tolist() == ["a1", "a2"]
    assert pl.read_parquet(path)["colours"].to_list() == [["navy", "white"], None]
    assert duckdb.sql(f"select facts[1].value from '{path}' where status = 'ok'").fetchall() == [("navy",)]


def test_a_table_that_is_not_there_is_empty(tables):
    assert tables.read("t", r.Prompt, "none") == {}


def write(columns):
    return lambda path: pd.DataFrame(columns).to_parquet(path)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda path: path.write_bytes(b"PAR1 torn"), "not a readable Parquet file", id="a torn file"),
        pytest.param(write({"article_id": ["a"], "retention": ["high"]}), "retention", id="a text where a number belongs"),
        pytest.param(write({"x": [1]}), "no column article_id", id="somebody else's file"),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_named_with_the_cure(tables, tmp_path, spoil, says):
    path = Home(tmp_path).table("t", "s")
    path.parent.mkdir(parents=True)
    spoil(path)
    with pytest.raises(TableError, match=says) as raised:
        tables.read("t", r.Prompt, "s")
    assert str(path) in str(raised.value)


def test_a_column_added_later_reads_as_empty(tables, tmp_path):
    path = Home(tmp_path).table("t", "s")
    path.parent.mkdir(parents=True)
    pd.DataFrame({"article_id": ["a1"], "status": ["ok"], "attempt": [1]}).to_parquet(path)
    assert tables.read("t", r.Attributes, "s")["a1"].record.colours == ()


def test_every_record_survives_plain_form():
    assert from_plain(r.Attributes, to_plain(ATTRIBUTES)) == ATTRIBUTES
    assert schema_of(r.Attributes).field("facts").type.value_type.num_fields == 4


def _hold(root, ready):
    with Tables(Home(root)).locked("t", "s"):
        ready.set()
        signal.pause()


def test_a_killed_holder_frees_the_lock_and_a_living_one_does_not(tmp_path):
    import filelock

    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(20)
    lock = files.locked(Home(tmp_path).lock("t.s"), timeout=0)
    with pytest.raises(filelock.Timeout):
        lock.acquire()
    holder.kill()
    holder.join(10)
    with files.locked(Home(tmp_path).lock("t.s"), timeout=5) as freed:
        assert freed.is_locked


def test_tables_carry_the_shard_they_belong_to(tables, tmp_path):
    tables.write("t", r.Prompt, "autumn.000", [StageRow(state("a1"), PROMPT)])
    assert pq.read_schema(Home(tmp_path).table("t", "autumn.000")).metadata[b"nkd:shard"] == b"autumn.000"
