"""Every hostile delivery comes out as it must, within its bounds of memory and time, and nothing but a sentence reaches the user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from nkd_pipeline_tests.hostile.cases import CASES


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Faults by case. All run in one fresh process that forks for each: a test process has threads, and its size would hide what a case takes."""
    record = tmp_path_factory.mktemp("hostile") / "results.json"
    ended = subprocess.run(
        [sys.executable, "-m", "nkd_pipeline_tests.hostile"],
        env={**os.environ, "NKD_HOSTILE_JSON": str(record)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert record.exists(), ended.stderr[-2000:]
    return json.loads(record.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [case.name for _, case in CASES])
def test_a_hostile_delivery_comes_out_as_it_must(results, name):
    assert results[name] == []


def test_each_case_has_a_name_of_its_own():
    assert [name for name, times in Counter(case.name for _, case in CASES).items() if times > 1] == []
