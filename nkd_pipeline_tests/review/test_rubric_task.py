"""Marking: an order of one's own, marks that replace earlier ones, undo, going on after a restart, and nothing of what others said."""

import pytest

from nkd_pipeline.records import ASPECTS
from nkd_pipeline.review.rubric_task import RubricTask
from nkd_pipeline.review.task import ReviewError, name_fault
from nkd_pipeline_tests.review.homes import SHARD, another_attempt, filled_home

CLEAN = dict.fromkeys(ASPECTS, "none")
WRONG = CLEAN | {"colour": "strong"}


@pytest.fixture
def task(reviewed):
    return RubricTask(reviewed, [SHARD])


def marks(workspace):
    """Stored marks that are no "none", as (article, reviewer, aspect, mark), and the number of all."""
    stored = [mark for given in workspace.marks(SHARD).values() for mark in given]
    return sorted((mark.article_id, mark.reviewer, mark.aspect, mark.mark) for mark in stored if mark.mark != "none"), len(stored)


def article_of(key):
    return key.split("/")[1]


def test_each_reviewer_has_an_order_that_stays(tmp_path):
    task = RubricTask(filled_home(tmp_path / "home", count=12), [SHARD])
    anna, bernd = task.order("Anna"), task.order("Bernd")
    assert sorted(anna) == sorted(bernd)
    assert anna != bernd
    assert RubricTask(filled_home(tmp_path / "home", count=12), [SHARD]).order("Anna") == anna


def test_a_saved_picture_is_done_with_all_nine_aspects(task, reviewed):
    key = task.order("Anna")[0]
    task.save("Anna", key, WRONG)
    assert marks(reviewed) == ([(article_of(key), "Anna", "colour", "strong")], 9)
    assert task.answers("Anna") == {key: WRONG}
    assert (task.progress("Anna").done, task.progress("Anna").total, task.progress("Anna").next) == (1, 3, 1)


def test_a_later_answer_replaces_the_earlier(task, reviewed):
    key = task.order("Anna")[0]
    task.save("Anna", key, WRONG)
    task.save("Anna", key, CLEAN | {"realism": "slight"})
    assert marks(reviewed) == ([(article_of(key), "Anna", "realism", "slight")], 9)


def test_reviewers_see_and_touch_only_their_own(task, reviewed):
    key = task.order("Anna")[0]
    task.save("Anna", key, WRONG)
    assert task.answers("Bernd") == {}
    assert task.undo("Bernd") is None
    task.save("Bernd", key, CLEAN)
    assert marks(reviewed)[1] == 18
    task.undo("Bernd")
    assert marks(reviewed) == ([(article_of(key), "Anna", "colour", "strong")], 9)


def test_undo_brings_back_what_was_there_before_each_save(task, reviewed):
    first, second, _ = task.order("Anna")
    task.save("Anna", first, WRONG)
    task.save("Anna", second, CLEAN)
    task.save("Anna", first, CLEAN)
    undone = task.undo("Anna")
    assert (undone.key, undone.answer, undone.restored) == (first, CLEAN, True)
    assert task.answers("Anna") == {first: WRONG, second: CLEAN}
    assert task.undo("Anna").key == second
    assert task.undo("Anna").key == first
    assert task.undo("Anna") is None
    assert marks(reviewed) == ([], 0)


def test_a_restart_goes_on_where_one_left_off_and_can_still_undo(task, reviewed):
    first, second, third = task.order("Anna")
    task.save("Anna", first, WRONG)
    task.save("Anna", second, CLEAN)
    again = RubricTask(reviewed, [SHARD])
    assert again.progress("Anna").next == 2
    assert again.order("Anna")[2] == third
    undone = again.undo("Anna")
    assert (undone.key, undone.restored) == (second, False)
    assert again.progress("Anna").next == 1


def test_the_next_open_picture_is_looked_for_ahead_and_then_from_the_start(task):
    first, second, third = task.order("Anna")
    task.save("Anna", second, CLEAN)
    assert task.progress("Anna", after=1).next == 2
    task.save("Anna", third, CLEAN)
    assert task.progress("Anna", after=2).next == 0
    task.save("Anna", first, CLEAN)
    assert task.progress("Anna", after=0).next is None


def test_marks_of_a_picture_that_was_made_anew_do_not_count_for_the_new_one(task, reviewed):
    for key in task.order("Anna"):
        task.save("Anna", key, CLEAN)
    another_attempt(reviewed, "T-1")
    again = RubricTask(reviewed, [SHARD])
    assert again.progress("Anna").done == 2
    assert marks(reviewed)[1] == 27  # kept all the same


def test_marks_that_another_program_wrote_are_kept(task, reviewed):
    first, second, _ = task.order("Anna")
    RubricTask(reviewed, [SHARD]).save("Bernd", first, WRONG)
    task.save("Anna", second, CLEAN)
    assert marks(reviewed) == ([(article_of(first), "Bernd", "colour", "strong")], 18)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param(CLEAN | {"colour": "huge"}, id="a mark that there is not"),
        pytest.param(CLEAN | {"colour": ["none"]}, id="a list for a mark"),
        pytest.param({"colour": "none"}, id="one aspect"),
        pytest.param(CLEAN | {"taste": "none"}, id="a tenth aspect"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_stored(task, reviewed, answer):
    with pytest.raises(ReviewError, match="Reload the page"):
        task.save("Anna", task.order("Anna")[0], answer)
    assert marks(reviewed) == ([], 0)


def test_an_unknown_picture_is_refused(task):
    with pytest.raises(ReviewError, match="no such picture"):
        task.save("Anna", "herbst.000/T-9/abc", CLEAN)


@pytest.mark.parametrize("name", ["Anna", "P01", "Jörg M.", "anna.b@nkd", "O'Neill", "李"])
def test_usual_names(name):
    assert not name_fault(name)


@pytest.mark.parametrize("name", ["", " Anna", "Anna ", "=cmd", "-x", "a" * 61, "a\nb", "<b>", "../x", "a\x00"])
def test_names_that_would_be_formulas_markup_or_paths_are_refused(name):
    assert name_fault(name)
