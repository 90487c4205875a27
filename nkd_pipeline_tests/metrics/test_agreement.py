"""Agreement of reviewers with each other and of the machine with them."""

import json
from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nkd_pipeline.metrics.agreement import ALL_ASPECTS, MARKS, NOT_ASSESSED, agreement, consensus, krippendorff_alpha, machine_marks
from nkd_pipeline.records import ASPECTS, Deviation, HumanMark, RubricReport

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section A: two observers, ten articles, two values; alpha is 0.095
TWO_OBSERVERS = list(zip("0100000010", "1110010000", strict=True))
# section C: four observers, twelve units, five values, gaps; alpha of ordinal data is 0.815
FOUR_OBSERVERS = ["11 1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", " 555", "  11", " 3  "]


def ordinal_alpha(units, values):
    """Alpha written down from the paper: observed over expected disagreement, with squared distances of ranks."""
    units = [unit for unit in units if len(unit) > 1]
    pairs = Counter()
    for unit in units:
        for one, other in permutations(unit, 2):
            pairs[one, other] += 1 / (len(unit) - 1)
    n = {value: sum(count for (one, _), count in pairs.items() if one == value) for value in values}
    total = sum(n.values())

    def distance(one, other):
        low, high = sorted((values.index(one), values.index(other)))
        return (sum(n[values[at]] for at in range(low, high + 1)) - (n[values[low]] + n[values[high]]) / 2) ** 2

    observed = sum(count * distance(*pair) for pair, count in pairs.items())
    expected = sum(n[one] * n[other] * distance(one, other) for one in values for other in values) / (total - 1) if total > 1 else 0
    return 1 - observed / expected if expected else None


def test_the_formula_of_these_tests_gives_the_published_value():
    assert ordinal_alpha([unit.replace(" ", "") for unit in FOUR_OBSERVERS], "12345") == pytest.approx(0.815, abs=5e-4)


def test_alpha_of_the_published_example():
    units = [[MARKS[int(value)] for value in unit] for unit in TWO_OBSERVERS]
    assert krippendorff_alpha(units) == pytest.approx(0.095, abs=5e-4)


@given(st.lists(st.lists(st.sampled_from(MARKS), max_size=4), max_size=12))
def test_alpha_follows_the_formula(units):
    expected = ordinal_alpha(units, MARKS)
    assert krippendorff_alpha(units) == (None if expected is None else pytest.approx(expected))


def test_to_differ_by_two_steps_is_worse_than_by_one():
    shared = [["none", "none"], ["slight", "slight"], ["strong", "strong"]] * 3
    assert krippendorff_alpha([*shared, ["none", "strong"]]) < krippendorff_alpha([*shared, ["none", "slight"]]) < 1


@pytest.mark.parametrize(
    ("marks", "median"),
    [
        pytest.param(["slight"], "slight", id="one"),
        pytest.param(["none", "strong", "none"], "none", id="two against one"),
        pytest.param(["none", "slight"], "slight", id="an even split counts as the worse"),
        pytest.param(["strong", "none", "slight", "none"], "slight", id="even, with a gap"),
    ],
)
def test_consensus_is_the_median(marks, median):
    assert consensus(marks) == median


def mark(article_id, reviewer, said, aspect="colour"):
    return HumanMark(article_id, 1, "ab" * 32, reviewer, aspect, said, "2026-01-01T00:00:00+00:00")


def test_what_is_compared():
    marks = [
        mark("a", "Anna", "none"),
        mark("a", "Bernd", "slight"),
        mark("b", "Anna", "none"),
        mark("b", "Bernd", "none"),
        mark("c", "Anna", "strong"),
    ]
    machine = {(article, "ab" * 32): dict.fromkeys(ASPECTS, NOT_ASSESSED) | {"colour": said} for article, said in (("a", "strong"), ("b", "slight"))}
    found = agreement([*marks, mark("a", "Anna", "none", "realism")], machine)
    by_aspect = {one.aspect: one for one in found.aspects}
    assert (found.reviewers, found.pictures) == (("Anna", "Bernd"), 3)
    assert [*by_aspect] == [*ASPECTS, ALL_ASPECTS]
    assert (by_aspect["colour"].pictures, by_aspect["colour"].unanimous) == (2, 0.5)  # one reviewer alone agrees with nobody
    assert by_aspect["realism"].alpha is None
    assert by_aspect[ALL_ASPECTS].alpha == by_aspect["colour"].alpha
    colour, realism = found.confusions
    assert colour.counts == {("slight", "strong"): 1, ("none", "slight"): 1}
    assert (colour.recall, colour.false_alarms) == (1.0, 1.0)
    assert (realism.counts, realism.recall, realism.false_alarms) == ({("none", NOT_ASSESSED): 1}, None, None)


def test_an_aspect_on_which_all_say_the_same_has_no_alpha_but_is_unanimous():
    (colour,) = [one for one in agreement([mark("a", "Anna", "none"), mark("a", "Bernd", "none")], {}).aspects if one.aspect == "colour"]
    assert (colour.alpha, colour.unanimous) == (None, 1.0)


def test_the_machines_mark_is_its_worst_and_survives_being_overruled():
    deviations = [Deviation("colour", severity, -1, "pixel", name, 1, "says") for severity, name in (("slight", "x"), ("strong", "y"))]
    alone = RubricReport("a", 1, 8, "fail", ("colour", "realism"), (), tuple(deviations))
    said = machine_marks(alone)
    assert (said["colour"], said["realism"], said["construction"]) == ("strong", "none", NOT_ASSESSED)
    people = (Deviation("realism", "slight", -0.5, "human", "human", 1, "marked"),)
    overruled = replace(alone, assessed=ASPECTS, deviations=people, measures=json.dumps({"machine": {"colour": "strong", "realism": "none"}}))
    assert machine_marks(overruled) == said
