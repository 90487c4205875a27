"""The lock that machines share: one holder at a time, a dead one's lock frees itself, and who lost it writes nothing."""

import signal
import subprocess
import sys
import threading
import time

import pytest
from botocore.exceptions import ClientError
from s3fs.errors import translate_boto_error

from nkd_pipeline.storage import files, object_lock
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.object_lock import LockLostError, ObjectLock, is_refusal
from nkd_pipeline.storage.places import place, read_bytes

DEADLINE = 60.0


@pytest.fixture(params=["memory", "s3"])
def path(request, tmp_path):
    root = f"memory://{tmp_path.name}" if request.param == "memory" else request.getfixturevalue("remote_home")
    return place(root) / "locks" / "t.lock"


def until(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_machines_take_turns(path):
    # a table that each adds a line to: with two at work at once lines would be lost
    table = path.parent / "table"
    files.replace_text(table, "")

    def work(machine):
        for _ in range(3):
            with ObjectLock(path, machine):
                files.replace_text(table, table.read_text() + f"{machine}\n")

    threads = [threading.Thread(target=work, args=(f"machine-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert sorted(table.read_text().split()) == sorted(f"machine-{number}" for number in range(3) for _ in range(3))
    assert not path.exists()


def test_a_holder_that_gives_signs_of_life_keeps_the_lock_for_as_long_as_it_works(path):
    taken = threading.Event()

    def wait():
        with ObjectLock(path, "other", silent_seconds=0.6):
            taken.set()

    with ObjectLock(path, "one", silent_seconds=0.6):
        waiter = threading.Thread(target=wait)
        waiter.start()
        first = read_bytes(path)
        until(lambda: read_bytes(path) != first)
        assert not taken.wait(1.5)  # more than twice the silence after which it would be taken away
    waiter.join(DEADLINE)
    assert taken.is_set()


def test_who_lost_the_lock_writes_nothing_and_says_why(path, monkeypatch):
    monkeypatch.setattr(object_lock, "FRESH_SECONDS", 0.0)
    table = path.parent / "table"
    files.replace_text(table, "before")
    with ObjectLock(path, "one"):
        path.unlink()  # what another machine does that heard nothing of this one for a minute
        with ObjectLock(path, "other"):
            pass
        with pytest.raises(LockLostError, match=r"t\.lock was taken over by another machine"):
            files.replace_text(table, "after")
    assert table.read_text() == "before"
    files.replace_text(table, "free")  # outside the lock nothing is held that could be lost


def test_giving_back_leaves_a_lock_alone_that_is_somebody_elses_by_now(path):
    with ObjectLock(path, "one"):
        path.unlink()
        other = ObjectLock(path, "other")
        other.__enter__()
    assert path.exists()
    other.__exit__()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"not JSON", b"[1]"], ids=["empty", "text", "another program's"])
def test_a_lock_that_nobody_keeps_alive_is_taken(path, content):
    files.replace_atomically(path, lambda stream: stream.write(content))
    with ObjectLock(path, "one", silent_seconds=0.3):
        assert b"one" in path.read_bytes()


@pytest.mark.parametrize(
    ("code", "status", "condition", "refused"),
    [
        pytest.param("PreconditionFailed", 412, "If-None-Match", True, id="AWS: it is there"),
        pytest.param("PreconditionFailed", 412, "", True, id="a store that does not say which condition failed"),
        pytest.param("ConditionalRequestConflict", 409, "", True, id="AWS: somebody is creating it just now"),
        pytest.param("AccessDenied", 403, "", False, id="nobody may create it: waiting would not help"),
        pytest.param("SlowDown", 503, "", False, id="overloaded"),
    ],
)
def test_a_store_that_refuses_is_told_from_one_that_fails(code, status, condition, refused):
    answer = {"Error": {"Code": code, "Message": "…", "Condition": condition}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert is_refusal(translate_boto_error(ClientError(answer, "PutObject"))) == refused


HOLD = """
import sys, time
from nkd_pipeline.storage.home import Home
with Home.of(sys.argv[1]).locked("t.s"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def killed(remote_home):
    """A home whose lock was held by a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, remote_home], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGKILL)
    process.wait(DEADLINE)
    assert (place(remote_home) / "locks" / "t.s.lock").exists()
    return Home.of(remote_home)


def test_a_killed_process_of_this_machine_frees_its_lock_at_once(killed):
    started = time.monotonic()
    with killed.locked("t.s"):
        assert time.monotonic() - started < object_lock.SILENT_SECONDS / 2


def test_a_killed_process_of_another_machine_frees_its_lock_by_its_silence(killed, monkeypatch, tmp_path):
    monkeypatch.setenv("NKD_LOCAL", str(tmp_path / "another machine"))
    lock = killed.root / "locks" / "t.s.lock"
    with ObjectLock(lock, "another machine", silent_seconds=0.5):
        assert b"another machine" in lock.read_bytes()
