"""A process is told from another that was given its number later."""

import os
import subprocess
import sys

from nkd_pipeline.storage import files, processes


def test_a_process_lives_until_it_has_ended_even_before_anybody_asks_how():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = processes.identity(process.pid)
    assert processes.alive(identity)
    process.stdin.close()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie now
    assert not processes.alive(identity)
    process.wait()
    assert not processes.alive(identity)


def test_the_number_alone_is_not_the_process():
    number, started = processes.identity().split("-")
    assert processes.alive(f"{number}-{started}")
    assert not processes.alive(f"{number}-{int(started) + 1}")
    assert not processes.alive("no number")


def test_leftovers_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path):
    # two processes may write the same file at the same time: each to a file of its own, which the other must not take away
    path = tmp_path / "articles.v2.csv"
    number = os.getpid()
    dead, older, alive = (tmp_path / f".{path.name}.{who}.tmp" for who in (f"{number}-1.0a", "Xy12", f"{processes.identity()}.0b"))
    other = tmp_path / f".articles.csv.{number}-1.0a.tmp"
    for file in (dead, older, alive, other):
        file.touch()
    files.replace_text(path, "new")
    assert sorted(tmp_path.iterdir()) == sorted([path, alive, other])
