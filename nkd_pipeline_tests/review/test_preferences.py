"""Comparing two pictures: pairs, sides that cannot be guessed, and what comes of it."""

import pytest

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.review.preference_results import compare
from nkd_pipeline.review.preference_task import Preference, PreferenceTask, pairs_of_attempts, pairs_of_homes
from nkd_pipeline.review.task import ReviewError
from nkd_pipeline_tests.review.homes import SHARD, another_attempt, filled_home
from nkd_pipeline_tests.review.site import serving


@pytest.fixture
def homes(tmp_path):
    """Two homes with the same articles and other pictures."""
    return filled_home(tmp_path / "flux", count=16), filled_home(tmp_path / "sdxl", count=16, salt=50)


@pytest.fixture
def task(homes):
    return PreferenceTask(homes[0], pairs_of_homes(*homes, [SHARD]))


def stored(workspace):
    return workspace.tables.read_records("preferences", Preference, SHARD)


def test_pairs_of_homes_are_called_by_their_folders(task):
    pair = next(iter(task.items.values()))
    assert len(task.items) == 16
    assert (pair.first_label, pair.second_label) == ("flux", "sdxl")
    assert pair.first.article_id == pair.second.article_id


def test_homes_of_the_same_name_are_told_apart_by_their_paths(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = filled_home(tmp_path / "a" / "home"), filled_home(tmp_path / "b" / "home", salt=9)
    (pair, *_) = pairs_of_homes(one, other, [SHARD])
    assert (pair.first_label, pair.second_label) == (str(tmp_path / "a" / "home"), str(tmp_path / "b" / "home"))


def test_equal_pictures_and_articles_of_one_home_alone_make_no_pair(tmp_path):
    one, other = filled_home(tmp_path / "a", count=3), filled_home(tmp_path / "b", count=2)
    assert pairs_of_homes(one, other, [SHARD]) == []
    assert pairs_of_homes(one, Workspace.open(str(tmp_path / "empty")), [SHARD]) == []


def test_each_two_attempts_of_an_article_are_a_pair(reviewed):
    assert pairs_of_attempts(reviewed, [SHARD]) == []
    another_attempt(reviewed, "T-1", 2)
    another_attempt(reviewed, "T-1", 10)
    labels = [(pair.first.article_id, pair.first_label, pair.second_label) for pair in pairs_of_attempts(reviewed, [SHARD])]
    assert labels == [("T-1", "attempt 1", "attempt 2"), ("T-1", "attempt 1", "attempt 10"), ("T-1", "attempt 2", "attempt 10")]


def test_sides_are_drawn_by_lot_for_each_reviewer_and_stay(task, homes):
    def lefts(some_task, reviewer):
        return [some_task.shown(item, reviewer)[0] is item.first for item in some_task.items.values()]

    assert 3 < sum(lefts(task, "Anna")) < 13
    assert lefts(task, "Anna") != lefts(task, "Bernd")
    assert lefts(PreferenceTask(homes[0], pairs_of_homes(*homes, [SHARD])), "Anna") == lefts(task, "Anna")


def test_a_choice_is_stored_by_what_it_stands_for_and_shown_by_its_side(task, homes):
    keys = task.order("Anna")
    by_left = {task.shown(task.items[key], "Anna")[0] is task.items[key].first: key for key in keys}
    task.save("Anna", by_left[True], "left")
    task.save("Anna", by_left[False], "left")
    assert [(row.shown_left, row.choice, row.reviewer) for row in stored(homes[0])] == [("first", "first", "Anna"), ("second", "second", "Anna")]
    task.save("Anna", by_left[True], "tie")
    assert task.answers("Anna") == {by_left[True]: "tie", by_left[False]: "left"}
    assert len(stored(homes[0])) == 2
    assert task.undo("Anna").answer == "tie"
    assert task.answers("Anna")[by_left[True]] == "left"


@pytest.mark.parametrize("answer", [None, "both", ["left"], {"left": 1}, 1])
def test_what_is_no_choice_is_refused(task, answer):
    with pytest.raises(ReviewError, match="left, right, tie"):
        task.save("Anna", task.order("Anna")[0], answer)


def test_the_page_is_not_told_which_side_is_which(task):
    with serving(task) as site:
        anna = site.client("Anna")
        told = anna.get("/").text + "".join(anna.get(f"/items/{position}").text for position in range(16))
        assert not [word for word in ("flux", "sdxl", "first", "second") if word in told]
        shown = anna.get("/items/0").json["pictures"]
        assert [anna.get(address).status for address in shown] == [200, 200]


def preference(article_id, choice, reviewer="Anna", left="first", labels=("a", "b")):
    return Preference(article_id, labels[0], 1, "1" * 64, labels[1], 1, "2" * 64, left, choice, reviewer, "2026-01-01T00:00:00+00:00")


def test_a_pair_counts_once_however_many_looked_at_it():
    judged = [preference("x", "second", name) for name in ("Anna", "Bernd", "Cem")]
    judged += [preference("y", "second"), preference("y", "first", "Bernd"), preference("z", "tie")]
    (found,) = compare(judged)
    assert (found.judgements, found.reviewers) == (6, 3)
    assert (found.first_wins, found.second_wins, found.ties) == (0, 1, 2)
    assert (found.share, found.p_value) == (1.0, 1.0)
    assert (found.left, found.right) == (1, 4)


def test_a_clear_preference_shows_in_interval_and_p():
    (found,) = compare([preference(f"x{number}", "second" if number < 18 else "first") for number in range(20)])
    assert found.share == 0.9
    assert found.interval == pytest.approx((0.699, 0.972), abs=5e-4)
    assert found.p_value < 0.001


def test_other_labels_are_another_comparison_and_nothing_gives_none():
    assert [one.second for one in compare([preference("x", "tie", labels=("a", "c")), preference("x", "tie")])] == ["b", "c"]
    assert compare([]) == ()
