"""Fault points: each is reached by what people do, and each kills whom it says."""

import os
import signal

import pytest
from typer.testing import CliRunner

from nkd_pipeline.cli import app
from nkd_pipeline.storage import fault_points
from nkd_pipeline.storage.fault_points import POINTS, VARIABLE, fault_point
from nkd_pipeline_tests.crash.counted import VARIABLE as LEDGER
from nkd_pipeline_tests.crash.scene import write_delivery, write_settings


def test_a_run_and_a_retry_come_to_every_point_in_the_listed_order(tmp_path, monkeypatch):
    # a point that nothing comes to proves nothing; one that is not listed is never tried
    passed = {}
    monkeypatch.setattr(fault_points, "_plan", lambda: passed.setdefault)
    monkeypatch.setenv(LEDGER, str(tmp_path / "ledger"))
    home, delivery = tmp_path / "home", write_delivery(tmp_path)
    write_settings(home, workers=1)
    for arguments, code in ((["run", str(delivery)], 3), (["retry"], 0)):
        result = CliRunner().invoke(app, [*arguments, "--home", str(home)])
        assert result.exit_code == code, result.output
    assert set(passed) == set(POINTS)
    anywhere = {"file.written", "file.synced", "file.replaced", "lock.taken"}
    assert [point for point in passed if point not in anywhere] == [point for point in POINTS if point not in anywhere]


def _pass_points(count):
    os.setsid()
    for _ in range(count):
        fault_point("row.stored")
        fault_point("rows.flushed")


@pytest.mark.parametrize(
    ("wanted", "ended_by"),
    [
        pytest.param("row.stored", signal.SIGKILL, id="the first pass"),
        pytest.param("rows.flushed:3", signal.SIGKILL, id="the last of three"),
        pytest.param("rows.flushed:4", 0, id="never passed so often"),
        pytest.param("row.stored:2:group", signal.SIGKILL, id="the whole group"),
        pytest.param("file.written", 0, id="another point"),
        pytest.param("", 0, id="none"),
    ],
)
def test_a_process_dies_where_it_is_told_to(monkeypatch, wanted, ended_by):
    monkeypatch.setenv(VARIABLE, wanted)
    process = os.fork()
    if process == 0:
        fault_points._plan.cache_clear()
        _pass_points(3)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    assert (os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)) == ended_by


def test_an_unknown_point_is_refused_by_name(monkeypatch):
    # else a typing error would look like a run that survives everything
    monkeypatch.setenv(VARIABLE, "release.exportet")
    monkeypatch.setattr(fault_points, "_plan", fault_points._plan.__wrapped__)
    with pytest.raises(ValueError, match=r"no fault point release\.exportet\. There are file\.written"):
        fault_point("row.stored")
