"""Cells in files: counts beside every share, and the reason where there is none."""

import pytest

from nkd_pipeline.report.table import Mean, Share, Table, plain_columns, plain_rows

TABLE = Table(
    "t",
    "T",
    ("Category", "Articles", "Colour accuracy", "CLIP score", "Krippendorff's α"),
    (
        ("T-shirt", 3, Share(2, 3, "never said: there is a share"), Mean.of([30.0, 31.0], ""), 0.123456),
        ("Bag", 1, Share(0, 0, "no picture"), Mean.of([], "no scorer"), None),
        ("Cap", 1, Share(0, 0, "no scorer"), Mean.of([], "no scorer"), None),
    ),
    "Nothing.",
)


def test_a_share_and_a_mean_spread_over_columns():
    first, second, _ = plain_rows(TABLE)
    assert first == {
        "category": "T-shirt",
        "articles": 3,
        "colour_accuracy": 0.6667,
        "colour_accuracy_count": 2,
        "colour_accuracy_of": 3,
        "colour_accuracy_reason": None,
        "clip_score_n": 2,
        "clip_score_mean": 30.5,
        "clip_score_median": 30.5,
        "clip_score_sd": 0.7071,
        "clip_score_min": 30.0,
        "clip_score_max": 31.0,
        "clip_score_reason": None,
        "krippendorff_s_α": 0.1235,
    }
    assert (second["colour_accuracy"], second["colour_accuracy_reason"]) == (None, "no picture")
    assert (second["clip_score_n"], second["clip_score_mean"], second["clip_score_reason"]) == (0, None, "no scorer")


def test_columns_have_the_type_of_their_first_value():
    types = plain_columns(plain_rows(TABLE))
    assert [types[name] for name in ("category", "articles", "colour_accuracy", "clip_score_mean", "clip_score_reason")] == [
        str,
        int,
        float,
        float,
        str,
    ]


def test_each_reason_is_said_once():
    assert TABLE.reasons == ("no picture", "no scorer")
    assert [TABLE.letter(reason) for reason in TABLE.reasons] == ["a", "b"]


@pytest.mark.parametrize(("place", "letter"), [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (52, "ba")])
def test_letters_do_not_run_out(place, letter):
    many = Table("t", "T", ("Share",), tuple((Share(0, 0, f"reason {number}"),) for number in range(60)), "Nothing.")
    assert many.letter(f"reason {place}") == letter


def test_a_share_of_nothing_has_no_value():
    assert (Share(0, 0).value, Share(0, 4).value, Share(1, 4).value) == (None, 0.0, 0.25)
