"""Marks as CSV: what goes out comes in again, what is wrong is named, and nothing is imported by halves."""

import csv
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.metrics.agreement import MARKS
from nkd_pipeline.records import ASPECTS, DeliveryRow, HumanMark
from nkd_pipeline.review.marks_file import COLUMNS, export_marks, import_marks, read_marks
from nkd_pipeline.review.task import ReviewError, name_fault
from nkd_pipeline_tests.review.homes import SHARD, delivered, filled_home

SHA = "ab" * 32
ROW = dict(zip(COLUMNS, ("T-1", "1", SHA, "Anna", "colour", "slight", "2026-03-31T14:05:00+00:00"), strict=True))
IDS = ("T-1", "T-2", "Größe_7 x", "_1")
names = st.from_regex(r"\w[\w .@'-]{0,20}", fullmatch=True).filter(lambda name: not name_fault(name))
times = st.datetimes().map(lambda time: time.isoformat() + "+00:00")
some_marks = st.lists(
    st.builds(HumanMark, st.sampled_from(IDS), st.integers(1, 9999), st.just(SHA), names, st.sampled_from(ASPECTS), st.sampled_from(MARKS), times),
    max_size=20,
    unique_by=lambda mark: (mark.article_id, mark.reviewer, mark.aspect),
)


def stored(workspace):
    return sorted((mark for marks in workspace.marks(SHARD).values() for mark in marks), key=repr)


def write_csv(path, *rows, delimiter=",", encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_marks)
def test_marks_come_back_as_they_went(tmp_path, marks):
    one, other = (Workspace.open(str(tmp_path / name)) for name in ("one", "other"))
    for workspace in (one, other):
        workspace.tables.write_records("delivery_rows", DeliveryRow, SHARD, [delivered(name) for name in IDS])
        workspace.tables.write_records("marks", HumanMark, SHARD, marks if workspace is one else [])
    assert export_marks(one, [SHARD], tmp_path / "marks.csv") == len(marks)
    if marks:
        assert import_marks(other, tmp_path / "marks.csv").taken == len(marks)
    assert stored(other) == sorted(marks, key=repr)
    assert export_marks(other, [SHARD], tmp_path / "again.csv") == len(marks)
    assert sorted((tmp_path / "again.csv").read_bytes().splitlines()) == sorted((tmp_path / "marks.csv").read_bytes().splitlines())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_is_read_or_refused_in_words(tmp_path, text):
    (tmp_path / "x.csv").write_text(",".join(COLUMNS) + "\r\n" + text, encoding="utf-8", newline="")
    with suppress(ReviewError):  # that is in words; any other error fails the test
        read_marks(tmp_path / "x.csv", {"T-1": SHARD})


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        pytest.param("article_id", "T-9", 'no article is called "T-9"', id="an article that is not here"),
        pytest.param("attempt", "0", "1, 2, …", id="attempts count from 1"),
        pytest.param("attempt", "first", "1, 2, …", id="no number"),
        pytest.param("attempt", "9" * 5000, "1, 2, …", id="more digits than Python reads"),
        pytest.param("sha256", "ab", "SHA-256", id="a cut hash"),
        pytest.param("reviewer", "=1+1", "reviewer's name", id="a formula"),
        pytest.param("reviewer", "", "reviewer's name", id="nobody"),
        pytest.param("aspect", "taste", '"taste" is no aspect', id="a tenth aspect"),
        pytest.param("mark", "Slight", '"Slight" is no mark', id="a mark in other letters"),
        pytest.param("marked_at", "yesterday", "2026-03-31T", id="no time"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_imported(reviewed, tmp_path, column, value, says):
    file = write_csv(tmp_path / "marks.csv", ROW, ROW | {"aspect": "realism", column: value})
    with pytest.raises(ReviewError) as caught:
        import_marks(reviewed, file)
    assert f"row 3, column {column}: " in str(caught.value)
    assert says in str(caught.value)
    assert "nothing was imported" in str(caught.value)
    assert stored(reviewed) == []


def test_many_faults_are_counted(reviewed, tmp_path):
    with pytest.raises(ReviewError, match="and 30 more"):
        import_marks(reviewed, write_csv(tmp_path / "marks.csv", *[ROW | {"mark": "?"}] * 50))


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "\x00\x01\x02", ",".join(COLUMNS[:-1])], ids=["empty", "other columns", "binary", "a column missing"]
)
def test_a_file_that_is_no_export_is_refused(reviewed, tmp_path, text):
    (tmp_path / "marks.csv").write_text(text)
    with pytest.raises(ReviewError, match=r"marks\.csv"):
        import_marks(reviewed, tmp_path / "marks.csv")


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252")])
def test_what_a_spreadsheet_made_of_it_is_read_too(reviewed, tmp_path, delimiter, encoding):
    file = write_csv(tmp_path / "marks.csv", ROW | {"reviewer": "Jörg"}, dict.fromkeys(COLUMNS, ""), delimiter=delimiter, encoding=encoding)
    assert import_marks(reviewed, file).taken == 1
    assert stored(reviewed)[0].reviewer == "Jörg"


@pytest.mark.parametrize(
    ("times", "mark"),
    [
        pytest.param(("2026-01-02T00:00:00+00:00", "2026-01-01T00:00:00+00:00"), "strong", id="an old file does not undo newer work"),
        pytest.param(("2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"), "slight", id="a newer file replaces"),
        pytest.param(("2026-01-01T12:00:00+00:00", "2026-01-01T12:30:00+02:00"), "strong", id="time zones count"),
    ],
)
def test_the_later_mark_counts(reviewed, tmp_path, times, mark):
    reviewed.tables.write_records("marks", HumanMark, SHARD, [HumanMark("T-1", 1, SHA, "Anna", "colour", "strong", times[0])])
    import_marks(reviewed, write_csv(tmp_path / "marks.csv", ROW | {"marked_at": times[1]}))
    assert [one.mark for one in stored(reviewed)] == [mark]


def test_importing_twice_changes_nothing(reviewed, tmp_path):
    file = write_csv(tmp_path / "marks.csv", ROW, ROW | {"reviewer": "Bernd"})
    assert (import_marks(reviewed, file).taken, len(stored(reviewed))) == (2, 2)
    again = import_marks(reviewed, file)
    assert (again.taken, again.known, len(stored(reviewed))) == (0, 2, 2)


def test_of_two_catalogs_with_the_same_article_the_picture_decides(reviewed, tmp_path):
    other = filled_home(reviewed.home.root, shard="spring.000", salt=90)
    sha = read_rows(other, "generated_images", "spring.000")["T-1"].record.sha256
    import_marks(other, write_csv(tmp_path / "marks.csv", ROW | {"sha256": sha}))
    assert (len(other.marks("spring.000")), len(other.marks(SHARD))) == (1, 0)
