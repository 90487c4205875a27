"""Articles keep their shard for good, shards stay within their size, and the same delivery is cut the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.catalog.shards import assign_shards, shard_key

IDS = st.lists(st.integers(0, 60).map(lambda number: f"a{number}"), unique=True, max_size=40)


@pytest.mark.parametrize(
    ("ids", "existing", "expected"),
    [
        pytest.param("", {}, {}, id="nothing delivered, nothing to do"),
        pytest.param("abc", {}, {"k.000": ["a", "b"], "k.001": ["c"]}, id="new catalog, in delivery order"),
        pytest.param("cab", {"a": "k.000", "b": "k.000"}, {"k.000": ["a", "b"], "k.001": ["c"]}, id="known articles stay though the order changed"),
        pytest.param("dc", {"a": "k.000", "b": "k.001"}, {"k.000": ["d"], "k.001": ["c"]}, id="room is filled from the lowest shard"),
        pytest.param("x", {"a": "k.000", "b": "k.000"}, {"k.001": ["x"]}, id="articles that left keep their place"),
        pytest.param("abcd", dict.fromkeys("abc", "k.000"), {"k.000": ["a", "b", "c"], "k.001": ["d"]}, id="a shard of a larger size stays whole"),
        pytest.param("ab", {"a": "other.000"}, {"k.000": ["a", "b"]}, id="shards of other catalogs do not count"),
        pytest.param("ab", {"a": "k.1200"}, {"k.000": ["b"], "k.1200": ["a"]}, id="numbers above 999 grow a digit and sort as numbers"),
    ],
)
def test_assignment(ids, existing, expected):
    shards = assign_shards("k", list(ids), existing, size=2)
    assert shards == expected
    assert list(shards) == list(expected)


@given(deliveries=st.lists(IDS, min_size=1, max_size=4), size=st.integers(1, 9))
def test_over_any_series_of_deliveries_nothing_moves_grows_or_is_lost(deliveries, size):
    known: dict[str, str] = {}
    for ids in deliveries:
        shards = assign_shards("k", ids, known, size)
        assert shards == assign_shards("k", ids, dict(reversed(known.items())), size)
        placed = {article: key for key, articles in shards.items() for article in articles}
        assert sorted(placed) == sorted(ids)
        assert all(placed[article] == known[article] for article in ids if article in known)
        assert all(articles == [article for article in ids if article in set(articles)] and articles for articles in shards.values())
        known |= placed
        assert all(list(known.values()).count(key) <= size for key in shards)
    # no shard is opened while another has room
    assert len(set(known.values())) == -(-len(known) // size)


@pytest.mark.parametrize(("ids", "size", "says"), [(["a"], 0, "use 1 or more"), (["a", "b", "a"], 5, '"a" is named twice')])
def test_what_cannot_be_cut_is_refused(ids, size, says):
    with pytest.raises(ValueError, match=says):
        assign_shards("k", ids, {}, size)


def test_keys_have_three_digits():
    assert [shard_key("herbst", number) for number in (0, 12, 1000)] == ["herbst.000", "herbst.012", "herbst.1000"]
