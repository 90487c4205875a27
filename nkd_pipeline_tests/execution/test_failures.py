"""The table of failure kinds: what the code raises is in it, and it holds nothing else."""

import re
from pathlib import Path

import nkd_pipeline
from nkd_pipeline.execution.failures import UNKNOWN, VERDICT_FAIL, failure_kind, failure_kinds

# of metrics that reports alone compute: no stage fails with them
SOURCES = [path for path in Path(nkd_pipeline.__file__).parent.rglob("*.py") if path.parent.name not in ("catalog", "metrics")]


def test_every_kind_that_a_stage_can_fail_with_has_a_cure():
    # whoever adds a kind decides here whether trying again helps: unlisted it would be tried again in vain, or not at all
    raised = {kind for path in SOURCES for kind in re.findall(r'RowError\(\s*"(\w+)"', path.read_text(encoding="utf-8"))}
    raised |= {"out_of_memory"}  # the one that is not written as a word beside the class
    assert raised == failure_kinds().keys() - {UNKNOWN, VERDICT_FAIL}


def test_errors_of_libraries_share_an_entry():
    assert failure_kind("SomeLibraryError") is failure_kind(UNKNOWN)


def test_cures_are_sentences():
    assert [name for name, kind in failure_kinds().items() if not re.fullmatch(r".+[.]", kind.cure, re.DOTALL)] == []
