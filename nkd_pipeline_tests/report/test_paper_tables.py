"""The paper's tables against numbers counted by hand."""

import pytest

from nkd_pipeline.report import paper_tables
from nkd_pipeline.report.likeness import Likeness
from nkd_pipeline.report.table import Mean, Share

from .qualities import quality, seen, shard, unjudged

NECKLINES = "pixels alone cannot tell necklines"


def rows(table):
    return {row[0]: row[1:] for row in table.rows}


def test_a_shard_counted_by_hand():
    found = rows(paper_tables.accuracy_by_category(shard()))
    assert list(found) == ["T-shirt", "Dress", "All"]
    articles, category, colour, structure, passed, clip = found["T-shirt"]
    assert (articles, category, colour, structure, passed) == (3, Share(3, 3), Share(1, 3), Share(2, 3), Share(2, 3))
    assert (clip.summary.n, clip.summary.mean) == (3, pytest.approx(86.5 / 3))
    # A4 was not asked about its type, A5 has no picture
    assert found["Dress"][:5] == (2, Share(0, 0, "no judge could look at it"), Share(1, 1), Share(1, 1), Share(1, 1))
    assert found["All"][:5] == (5, Share(3, 3), Share(2, 4), Share(3, 4), Share(3, 4))


@pytest.mark.parametrize(
    ("row", "aspects", "share"),
    [
        pytest.param(quality(), ("colour",), Share(1, 1), id="looked at and clean"),
        pytest.param(quality("a", seen()), ("colour",), Share(0, 1), id="looked at and not clean"),
        pytest.param(quality(), ("construction",), Share(0, 0, NECKLINES), id="not looked at is not right"),
        pytest.param(quality(), ("construction", "pattern_print"), Share(1, 1), id="one of two looked at"),
        pytest.param(
            quality("a", seen("construction", "neckline")), ("construction", "pattern_print"), Share(0, 1), id="a deviation in either counts"
        ),
        pytest.param(quality("a", seen("construction", "neckline")), ("construction",), Share(0, 1), id="who deducts has looked"),
        pytest.param(unjudged(), ("colour",), Share(0, 0, "no picture was judged"), id="no picture"),
    ],
)
def test_accuracy_is_never_a_share_of_nothing(row, aspects, share):
    assert paper_tables.accuracy([row], aspects) == share


def test_the_reason_is_the_most_frequent_one():
    other = quality("b", not_assessed=("construction: the garment could not be outlined",))
    assert paper_tables.accuracy([quality("a"), other, quality("c")], ("construction",)).why == NECKLINES


def test_the_note_says_how_much_of_the_structure_was_seen():
    note = paper_tables.accuracy_by_category(shard()).note
    assert "both were assessed in 1 of 4 pictures" in note


def test_aspects_count_deviations_and_points():
    found = rows(paper_tables.accuracy_by_aspect(shard()))
    assert found["Colour"] == (Share(2, 4), 1, 1, -2.0)
    assert found["Pattern and print"] == (Share(3, 4), 1, 0, -0.5)
    assert found["Construction"] == (Share(1, 1), 0, 0, 0.0)
    assert found["Realism"] == (Share(0, 0, "no judge could look at it"), 0, 0, 0.0)
    assert len(found) == 9


def test_clip_thresholds_run_from_20_to_35_and_end_with_the_papers_line():
    found = rows(paper_tables.clip_thresholds(shard()))
    assert list(found) == [*(f"≥ {line}" for line in range(20, 36)), "> 30 (the paper's line)"]
    # 32 and 30 pass, 24.5 fails
    assert found["≥ 20"] == (Share(3, 3), Share(2, 3))
    assert found["≥ 25"] == (Share(2, 3), Share(2, 2))
    assert found["≥ 30"] == (Share(2, 3), Share(2, 2))
    assert found["> 30 (the paper's line)"] == (Share(1, 3), Share(1, 1))
    assert found["≥ 33"] == (Share(0, 3), Share(0, 0, "no picture scores as much"))


def test_pictures_with_a_score_and_no_verdict_are_in_no_pass_rate():
    found = rows(paper_tables.clip_thresholds([unjudged("a", clip_score=31.0), quality("b")]))
    assert found["≥ 30"] == (Share(2, 2), Share(1, 1))


def test_without_scores_there_is_the_reason():
    table = paper_tables.clip_thresholds([quality("a", clip=None), quality("b", clip=None), unjudged()])
    assert (table.rows, table.empty) == ((), "No picture has a CLIP score: no scorer is configured.")


def test_likeness_is_told_apart_by_fabric():
    found = rows(paper_tables.likeness_to_photos([*shard(), quality("A6", likeness=Likeness(0.3))]))
    assert list(found) == ["Knit", "Woven", "All"]
    assert (found["Knit"][0], found["Knit"][1].summary.mean, found["Knit"][2:]) == (
        2,
        pytest.approx(0.4),
        (pytest.approx(0.4), pytest.approx(0.2**0.5 / 10**0.5), 0.3, 0.5),
    )
    assert (found["All"][0], found["All"][1].summary.n) == (3, 3)


def test_photos_that_could_not_be_compared_are_counted_and_say_why():
    found = rows(paper_tables.likeness_to_photos([quality("a", likeness=Likeness(None, "p.png: no garment stands out", "x"), fabric="")]))
    assert found["Not stated"][:2] == (1, Mean(None, "p.png: no garment stands out"))


def test_a_delivery_without_photos_has_no_table():
    assert paper_tables.likeness_to_photos([quality()]).rows == ()


@pytest.mark.parametrize("table", ["accuracy_by_category", "accuracy_by_aspect", "clip_thresholds", "likeness_to_photos"])
def test_no_articles_are_no_error(table):
    found = getattr(paper_tables, table)([])
    assert found.rows == ()
    assert found.empty.endswith(".")
