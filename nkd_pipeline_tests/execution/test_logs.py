"""The log: every line is JSON, whatever the texts hold and however many processes write."""

import json
import logging
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nkd_pipeline.execution.logs import SharedFile, event, logging_to

LINES, WRITERS = 150, 3


def lines(*paths):
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_any_text_makes_one_line(tmp_path, name, error):
    path = tmp_path / "log" / "nkd.jsonl"
    path.unlink(missing_ok=True)
    with logging_to(path):
        event(name, articles=["T-1"], error=error)
    (line,) = lines(path)
    assert (line["event"], line["articles"], line["error"], line["level"]) == (name.encode("utf-8", "replace").decode(), ["T-1"], error, "info")
    assert line["time"].endswith("+00:00")


def test_warnings_of_all_modules_are_in_it_with_their_traceback(tmp_path, capsys):
    with logging_to(tmp_path / "nkd.jsonl"):
        try:
            raise ValueError("no such thing")
        except ValueError:
            logging.getLogger("nkd_pipeline.execution.engine").warning("preparing %s failed", "all rows", exc_info=True)
        event("batch", shard="herbst.000")
    warning, batch = lines(tmp_path / "nkd.jsonl")
    assert (warning["event"], warning["level"], warning["logger"]) == ("preparing all rows failed", "warning", "nkd_pipeline.execution.engine")
    assert "ValueError: no such thing" in warning["traceback"]
    assert batch["shard"] == "herbst.000"
    assert "batch" not in "".join(capsys.readouterr())  # events are for the file, not for the terminal


def write_many(path, who):
    handler = SharedFile(Path(path), largest=8_000, kept=20)
    logger = logging.getLogger(f"writer {who}")
    logger.addHandler(handler)
    for number in range(LINES):
        logger.warning("%s", f"{who}:{number}")


def test_several_processes_share_a_file_that_is_rotated(tmp_path):
    path = tmp_path / "nkd.jsonl"
    processes = [multiprocessing.get_context("fork").Process(target=write_many, args=(str(path), who)) for who in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    files = sorted(tmp_path.glob("nkd*.jsonl"))
    assert len(files) > 3
    assert all(file.stat().st_size <= 8_000 for file in files)
    assert sorted(line["event"] for line in lines(*files)) == sorted(f"{who}:{number}" for who in range(WRITERS) for number in range(LINES))


def test_the_oldest_file_goes(tmp_path):
    path = tmp_path / "nkd.jsonl"
    handler = SharedFile(path, largest=400, kept=2)
    for number in range(30):
        handler.emit(logging.makeLogRecord({"msg": f"line {number}", "levelno": 20, "levelname": "INFO"}))
    assert sorted(file.name for file in tmp_path.glob("nkd*.jsonl")) == ["nkd.1.jsonl", "nkd.2.jsonl", "nkd.jsonl"]
    assert lines(path)[-1]["event"] == "line 29"


@pytest.mark.filterwarnings("ignore")
def test_a_log_that_cannot_be_written_ends_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    (tmp_path / "file").write_text("in the way")
    with logging_to(tmp_path / "file" / "nkd.jsonl"):
        event("batch")
