"""How tests run stages on the cluster, and look at what became of it."""

import time

from nkd_pipeline.execution.outcome import RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline_tests.execution.on_ray.stages import DEADLINE
from nkd_pipeline_tests.execution.stages import Order


def orders(*texts):
    return [Order(f"a{i}", text) for i, text in enumerate(texts)]


def run(stage, given, flush=lambda rows: None, **options):
    return run_stage(stage, given, {}, flush, options=RunOptions(engine="ray", workers=0, **{"flush_seconds": 0.05, **options}))


def told(outcome):
    """(node, process, device, GPU) by article."""
    assert [row.state.error for row in outcome.rows.values() if not row.ok] == []
    return {key: row.record.text.split(" ") for key, row in outcome.rows.items()}


def begun(folder):
    """(article, node) of all that any worker began."""
    return [tuple(path.name.split(" ")[:2]) for path in folder.glob("a* *")]


def until(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)  # how often this test looks, not a guess how long something takes


def when_begun(folder, count):
    """A progress callback that opens the gate of `Telling` as soon as so many articles are begun: each by another worker."""

    def look(done, todo):
        if len(begun(folder)) >= count:
            (folder / "gate").touch()

    return look
