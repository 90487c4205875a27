"""Reviewers in the report, from real marks."""

import pytest

from nkd_pipeline.metrics.agreement import agreement
from nkd_pipeline.records import HumanMark
from nkd_pipeline.report.quality_reviewers import NO_MARKS, machine_against_people, reviewer_agreement
from nkd_pipeline.report.table import Share


def mark(article_id, reviewer, value, aspect="colour"):
    return HumanMark(article_id, 1, f"sha-{article_id}", reviewer, aspect, value, "2026-11-21T12:00:00+00:00")


MARKS = [
    *(mark(article_id, "Ada", value) for article_id, value in {"a": "none", "b": "slight", "c": "strong", "d": "none"}.items()),
    *(mark(article_id, "Ben", value) for article_id, value in {"a": "none", "b": "slight", "c": "slight"}.items()),
]
MACHINE = {(name, f"sha-{name}"): {"colour": said} for name, said in {"a": "slight", "b": "none", "c": "strong", "d": "none"}.items()}


def rows(table):
    return {row[0]: row[1:] for row in table.rows}


def test_agreement_by_aspect_with_the_machine_beside_it():
    table = reviewer_agreement(agreement(MARKS, MACHINE))
    pictures, alpha, unanimous, recall, false_alarms = rows(table)["Colour"]
    assert (pictures, unanimous) == (3, Share(2, 3))
    assert 0 < alpha < 1
    # people see b and c, the machine c; of a and d it is wrong about a
    assert (recall, false_alarms) == (Share(1, 2), Share(1, 2))
    assert table.note.startswith("2 reviewers marked 4 pictures. ")


def test_aspects_that_nobody_marked_have_no_numbers():
    pictures, alpha, unanimous, recall, false_alarms = rows(reviewer_agreement(agreement(MARKS, MACHINE)))["Realism"]
    assert (pictures, alpha, unanimous.value, recall, false_alarms) == (0, None, None, None, None)


def test_the_confusion_counts_pictures_by_what_both_say():
    assert machine_against_people(agreement(MARKS, MACHINE)).rows == (
        ("Colour", "None", 1, 1, 0, 0),
        ("Colour", "Slight", 1, 0, 0, 0),
        ("Colour", "Strong", 0, 0, 1, 0),
    )


def test_pictures_that_the_machine_did_not_judge_are_in_no_recall():
    found = reviewer_agreement(agreement(MARKS, {key: {"colour": "not assessed"} for key in MACHINE}))
    assert rows(found)["Colour"][3:] == (Share(0, 0, "no such picture"), Share(0, 0, "no such picture"))


@pytest.mark.parametrize("table", [reviewer_agreement, machine_against_people])
def test_without_marks_there_is_a_sentence(table):
    found = table(agreement([], {}))
    assert found.rows == ()
    assert found.empty in (NO_MARKS, "No picture was marked by people and judged by the machine.")
