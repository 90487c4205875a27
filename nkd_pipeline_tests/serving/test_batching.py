"""Dynamic batching: who asks at the same time is answered together, as if alone, and nobody waits for what cannot come in time."""

import asyncio
import threading

import pytest

from nkd_pipeline.serving.batching import Batcher
from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline_tests.serving.looker import Looker
from nkd_pipeline_tests.serving.site import picture, serving


class Doubler(Stage):
    """Twice each number; some numbers have troubles of their own."""

    def __init__(self, batch_size=64):
        super().__init__(StageSettings())
        self.batch_size, self.batches = batch_size, []

    def __call__(self, rows):
        self.batches.append(len(rows))
        if 13 in rows:
            raise RowError("unlucky", "13")
        if len(rows) > 4 and -1 in rows:
            raise MemoryError
        return [2 * row for row in rows]


def asked(stage, rows, **limits):
    """Answers and errors to rows that are asked at once."""

    async def ask_all():
        batcher = Batcher(stage, Limits(**limits))
        questions = [asyncio.ensure_future(batcher.ask(row)) for row in rows]
        await asyncio.sleep(0)  # all of them are in the queue when the first batch is gathered
        running = asyncio.create_task(batcher.run())
        try:
            return await asyncio.gather(*questions, return_exceptions=True), batcher.tally
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return asyncio.run(ask_all())


def test_rows_that_come_together_are_computed_together():
    stage = Doubler()
    answers, tally = asked(stage, list(range(20, 30)), max_batch=4)
    assert answers == [2 * row for row in range(20, 30)]
    assert stage.batches == [4, 4, 2]
    assert (tally.batches, tally.answered, tally.failed) == (3, 10, 0)


def test_a_batch_is_never_larger_than_the_stage_takes():
    stage = Doubler(batch_size=3)
    asked(stage, [1, 2, 3, 4], max_batch=32)
    assert max(stage.batches) == 3


def test_one_by_one_is_a_setting():
    stage = Doubler()
    asked(stage, [1, 2, 3], max_batch=1)
    assert stage.batches == [1, 1, 1]


def test_a_row_that_fails_fails_alone():
    answers, tally = asked(Doubler(), [1, 2, 13, 4, 5], max_wait_ms=1)
    assert answers[:2] + answers[3:] == [2, 4, 8, 10]
    assert isinstance(answers[2], RowError)
    assert (tally.answered, tally.failed) == (4, 1)


def test_after_running_out_of_memory_batches_are_smaller():
    stage = Doubler()
    answers, _ = asked(stage, [-1, *range(15)], max_batch=8)
    assert [answer for answer in answers if isinstance(answer, int)][:2] == [-2, 0]
    assert stage.batches[:3] == [8, 4, 4]
    assert max(stage.batches[3:]) <= 4


@pytest.mark.parametrize(("limits", "status", "kind"), [({"per_client": 2}, 429, "too_many_of_yours"), ({"waiting": 2}, 503, "queue_full")])
def test_more_than_may_wait_is_sent_away_and_the_others_are_answered(tmp_path, limits, status, kind):
    stage, answers = Looker(), []
    stage.gate.clear()
    with serving(tmp_path, stage, **limits) as site:
        threads = [site.asking(answers, picture("Green")) for _ in range(2)]
        until(lambda: site.desk.admission.waiting == 2)
        refused = site.ask(picture("Red"))
        several = site.post("/attributes/batch", {"questions": []})
        stage.gate.set()
        joined(threads)
        assert site.ask(picture("Red")).status == 200
    assert (refused.status, refused.kind, refused.headers["Retry-After"]) == (status, kind, "1")
    assert several.status == status
    assert [(answer.status, answer.json) for answer in answers] == [(200, {"Base Colour": "Green"})] * 2


def test_all_questions_of_a_batch_count(tmp_path):
    with serving(tmp_path, waiting=3) as site:
        answer = site.post("/attributes/batch", {"questions": [{"image": picture(), "prompt": "Neck"}] * 4})
        assert (answer.status, answer.kind) == (503, "queue_full")
        assert site.post("/attributes/batch", {"questions": [{"image": picture(), "prompt": "Neck"}] * 3}).status == 200
        assert site.health().json["waiting"] == 0


def test_questions_that_come_while_a_batch_is_computed_are_the_next_batch(tmp_path):
    stage, answers = Looker(), []
    stage.gate.clear()
    with serving(tmp_path, stage) as site:
        first = site.asking(answers, picture("Red"))
        until(lambda: stage.batches)
        others = [site.asking(answers, picture("Blue")) for _ in range(5)]
        until(lambda: site.desk.batcher._queue.qsize() == 5)
        stage.gate.set()
        joined([first, *others])
    assert list(map(len, stage.batches)) == [1, 5]
    assert [answer.json["Base Colour"] for answer in answers].count("Blue") == 5


def test_who_waits_too_long_is_told_so_and_not_computed_for(tmp_path):
    stage, answers = Looker(), []
    stage.gate.clear()
    with serving(tmp_path, stage, timeout_seconds=0.4) as site:
        threads = [site.asking(answers, picture("Red"))]
        until(lambda: stage.batches)
        threads.append(site.asking(answers, picture("Blue"), "late?"))
        joined(threads)
        stage.gate.set()
        assert site.ask(picture("Green")).json == {"Base Colour": "Green"}
    assert [(answer.status, answer.kind) for answer in answers] == [(503, "too_slow")] * 2
    assert "late?" not in [question for batch in stage.batches for question in batch]
    assert list(tmp_path.iterdir()) == []


def until(holds):
    """Waits for what the other threads are about to do."""
    done = threading.Event()
    for _ in range(2000):
        if holds():
            return
        done.wait(0.01)
    raise AssertionError("it never came to that")


def joined(threads):
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
