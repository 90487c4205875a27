"""What the UI says of a shard's CLIP scores."""

import pytest

from nkd_pipeline.assets.clip_scores import _scores
from nkd_pipeline.execution.outcome import Counts, Outcome
from nkd_pipeline.records import ClipScore
from nkd_pipeline.storage.tables import FAILED, OK, RowState, StageRow


def outcome(*records):
    """The rows of a run; None is a row that failed."""
    states = [
        RowState(f"A-{i}", OK if record else FAILED, None if record else "missing_image", None, "", "clip", 1, 0.0, "")
        for i, record in enumerate(records)
    ]
    return Outcome({state.article_id: StageRow(state, record) for state, record in zip(states, records, strict=True)}, Counts(), 1.0)


def scored(score, cut=0):
    return ClipScore("A", 1, score, 20.0, cut, "clip-vit-large-patch14@32bd6428")


def unscored(reason):
    return ClipScore("A", 1, None, None, 0, "", reason)


@pytest.mark.parametrize(
    ("records", "says"),
    [
        pytest.param(
            [scored(30.0, cut=3), scored(20.0), scored(28.0), None],
            {
                "scored": 3,
                "not_scored_because": "1 x failed, missing_image",
                "scorer": "clip-vit-large-patch14@32bd6428",
                "mean_score": 26.0,
                "median_score": 28.0,
                "min_score": 20.0,
                "max_score": 30.0,
                "truncated_prompts": 1,
            },
            id="a scored shard with one failed row",
        ),
        pytest.param([unscored("no scorer")] * 2, {"scored": 0, "not_scored_because": "2 x no scorer"}, id="reasons, and no numbers"),
        pytest.param([None, None], {"scored": 0, "not_scored_because": "2 x failed, missing_image"}, id="all rows failed"),
        pytest.param([], {"scored": 0, "not_scored_because": "there are no articles"}, id="no articles"),
    ],
)
def test_the_metadata_are_those_of_the_rows(records, says):
    assert _scores(None, "s", outcome(*records)) == says
