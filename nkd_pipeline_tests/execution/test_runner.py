"""The runner's promises: nothing twice, nothing lost, one bad row costs one row."""

from concurrent.futures import wait

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nkd_pipeline.execution.engine import Batch, LoadError, PoolEngine, died
from nkd_pipeline.execution.outcome import Blocked, RunOptions
from nkd_pipeline.execution.runner import run_stage
from nkd_pipeline_tests.execution.stages import Forgetful, Order, ParallelShout, Pooling, Shout, Unloadable


def orders(*texts):
    return [Order(f"a{i}", text) for i, text in enumerate(texts)]


def run(stage, given, previous=None, **options):
    flushed = []
    outcome = run_stage(stage, given, previous or {}, flushed.append, options=RunOptions(**options))
    return outcome, flushed


def test_one_poison_row_in_a_batch_of_64_costs_that_row_alone():
    stage = Shout()
    outcome, _ = run(stage, orders(*["fine"] * 40, "poison", *["fine"] * 23))

    assert [row.state.status for row in outcome.rows.values()].count("ok") == 63
    assert outcome.rows["a40"].state.error_kind == "ValueError"
    assert outcome.rows["a40"].state.error == "this text is poison"
    assert (outcome.counts.computed, outcome.counts.failed) == (63, 1)
    assert outcome.counts.bisections == 6  # 64 = 2**6
    assert len(stage.calls) <= 13  # a whole batch, then two halves on each of six levels


def test_a_rows_own_error_keeps_its_kind_and_cure():
    outcome, _ = run(Shout(), orders("unsuitable"))
    state = outcome.rows["a0"].state
    assert (state.status, state.error_kind, state.error) == ("failed", "no_garment", "nothing here to wear")
    assert outcome.rows["a0"].record is None


def test_a_second_run_computes_nothing_and_does_not_even_load():
    first, _ = run(Shout(), orders("a", "b"))
    stage = Shout()
    second, flushed = run(stage, orders("a", "b"), first.rows)
    assert second.rows == first.rows
    assert (second.counts.kept, stage.calls, stage.loads, flushed) == (2, [], 0, [])


@pytest.mark.parametrize(
    ("change", "recomputed"),
    [
        pytest.param(lambda given: [*given[:1], Order("a1", "changed"), *given[2:]], ["a1"], id="a changed row alone"),
        pytest.param(lambda given: [*given, Order("new", "x")], ["new"], id="a new row alone"),
        pytest.param(lambda given: given[::-1], [], id="another order is no change"),
        pytest.param(lambda given: given[1:], [], id="a removed row leaves the others alone"),
    ],
)
def test_only_what_changed_is_computed_again(change, recomputed):
    given_orders = orders("a", "b", "c")
    first, _ = run(Shout(), given_orders)
    second, _ = run(Shout(), change(given_orders), first.rows)
    assert [key for key, row in second.rows.items() if row is not first.rows.get(key)] == recomputed
    assert list(second.rows) == [order.article_id for order in change(given_orders)]


def test_failed_rows_are_tried_again():
    first, _ = run(Shout(), [Order("a0", "poison"), Order("a1", "b")])
    second, _ = run(Shout(), [Order("a0", "poison"), Order("a1", "b")], first.rows)
    assert (second.counts.failed, second.counts.kept) == (1, 1)


def test_a_new_code_version_computes_everything_again():
    class NextShout(Shout):
        code_version = "2"

    first, _ = run(Shout(), orders("a", "b"))
    assert run(NextShout(), orders("a", "b"), first.rows)[0].counts.computed == 2


def test_only_the_named_articles_are_touched():
    first, _ = run(Shout(), orders("a", "poison", "poison"))
    second, _ = run(Shout(), orders("a", "b", "c"), first.rows, only=frozenset({"a1"}))
    assert [row.state.status for row in second.rows.values()] == ["ok", "ok", "failed"]


def test_an_article_without_upstream_is_skipped_with_the_reason():
    outcome, _ = run(Shout(), [Blocked("a0", "prompts failed: no colour"), Order("a1", "x")])
    assert outcome.rows["a0"].state.status == "skipped"
    assert outcome.rows["a0"].state.error == "prompts failed: no colour"
    assert outcome.counts.skipped == 1


def test_rows_of_like_length_share_a_batch_and_keep_their_place_in_the_table():
    stage = Pooling()
    outcome, _ = run(stage, orders("aaa", "b", "cccc", "dd"))
    assert stage.prepared == ["cccc", "aaa", "dd", "b"]  # all of them, before the first batch
    assert stage.batches == [["cccc", "aaa"], ["dd", "b"]]
    assert [row.record.text for row in outcome.rows.values()] == ["AAA", "B", "CCCC", "DD"]


def test_preparing_all_rows_at_once_may_fail_without_holding_anybody_up(caplog):
    # the row that breaks the preparation breaks its own batch too, and is isolated there
    outcome, _ = run(Pooling(), orders("fine", "poison"))
    assert [row.state.status for row in outcome.rows.values()] == ["ok", "failed"]
    assert "preparing all rows at once failed" in caplog.text


def test_out_of_memory_halves_the_batches_that_follow_too():
    stage = Shout()
    outcome, _ = run(stage, orders(*["big"] * 128))
    assert outcome.counts.failed == 0
    assert max(stage.calls[stage.calls.index(4) :]) == 4


def test_a_stage_that_loses_results_is_caught():
    outcome, _ = run(Forgetful(), orders("a", "b"))
    assert {row.state.error for row in outcome.rows.values()} == {"Forgetful returned 0 results for 1 rows"}


def test_a_stage_that_cannot_load_is_no_fault_of_the_rows():
    with pytest.raises(LoadError, match="no weights here"):
        run(Unloadable(), orders("a"))


def test_planted_faults_fail_exactly_these_articles():
    outcome, _ = run(Shout(), orders(*"abcdefgh"), faults=frozenset({"a3"}))
    assert [key for key, row in outcome.rows.items() if not row.ok] == ["a3"]
    assert outcome.rows["a3"].state.error_kind == "planted_fault"


def test_what_was_computed_is_flushed_when_the_run_is_interrupted():
    class Interrupted(Shout):
        batch_size = 2

        def __call__(self, rows):
            if rows[0].article_id == "a4":
                raise KeyboardInterrupt
            return super().__call__(rows)

    flushed = []
    with pytest.raises(KeyboardInterrupt):
        run_stage(Interrupted(), orders(*"abcdef"), {}, flushed.append)
    assert [row.state.article_id for row in flushed[-1]] == ["a0", "a1", "a2", "a3"]


def test_rows_are_flushed_while_the_run_goes_on():
    class Slices(Shout):
        batch_size = 1

    _, flushed = run(Slices(), orders("a", "b", "c"), flush_seconds=0.0)
    assert [len(rows) for rows in flushed] == [1, 2, 3]


def test_workers_give_what_one_process_gives():
    given_orders = orders(*["fine"] * 20, "poison", *["fine"] * 20)
    alone, _ = run(Shout(), given_orders)
    shared, _ = run(ParallelShout(), given_orders, workers=2)
    assert {k: (r.state.status, r.record) for k, r in alone.rows.items()} == {k: (r.state.status, r.record) for k, r in shared.rows.items()}


def test_a_rows_own_error_comes_back_from_a_worker_too():
    # a pool takes an error that cannot be pickled for a dead worker
    outcome, _ = run(ParallelShout(), orders("unsuitable", "untransportable", "fine"), workers=2)
    assert [row.state.error_kind for row in outcome.rows.values()] == ["no_garment", "UntransportableError", None]


def test_an_article_that_kills_its_worker_costs_that_article_alone():
    # as native code does that crashes on one picture, or the kernel when memory runs out
    outcome, _ = run(ParallelShout(), orders(*["fine"] * 9, "crash", *["fine"] * 9), workers=2)
    assert [key for key, row in outcome.rows.items() if not row.ok] == ["a9"]
    assert outcome.rows["a9"].state.error_kind == "worker_died"


def test_a_batch_that_meets_a_pool_broken_by_another_counts_as_lost_with_it(monkeypatch):
    # the worker may die between two submissions: then the pool refuses the second one instead of failing its future
    engine = PoolEngine(ParallelShout(), 2)
    pool = engine._executor()
    wait([engine.submit(Batch((Order("a0", "crash"),)))])
    monkeypatch.setattr(engine, "_executor", lambda **_: pool)
    assert died(engine.submit(Batch((Order("a1", "fine"),))).exception())


def test_a_model_that_no_worker_can_load_stops_the_stage():
    class Parallel(Unloadable):
        parallel = True

    with pytest.raises(LoadError, match="no weights here"):
        run(Parallel(), orders("a", "b", "c"), workers=2)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["fine", "poison", "unsuitable"]), max_size=70), st.integers(1, 17))
def test_every_row_is_accounted_for_whatever_fails(texts, size):
    class Sized(Shout):
        batch_size = size

    outcome, _ = run(Sized(), orders(*texts))
    assert [row.ok for row in outcome.rows.values()] == [text == "fine" for text in texts]
    assert outcome.counts.computed + outcome.counts.failed == len(texts)
