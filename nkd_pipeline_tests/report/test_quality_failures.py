"""Failures, causes and error types, counted by hand."""

from dataclasses import replace

from nkd_pipeline.report.quality import FailedStage
from nkd_pipeline.report.quality_failures import error_types, rubric_causes, stage_failures
from nkd_pipeline.report.table import Share

from .examples import finding
from .qualities import quality, seen, shard, unjudged


def test_stages_that_failed_are_counted_by_articles():
    rows = [*shard(), unjudged("A6"), unjudged("A7", failures=(FailedStage("prompts", "no_text"),))]
    assert stage_failures(rows).rows == (("Generated images", "No garment", Share(2, 7)), ("Prompts", "No text", Share(1, 7)))


def test_causes_come_with_severity_judges_and_what_failed():
    both = quality("A6", seen(judge="pixel+vqa"))
    table = rubric_causes([*shard(), both])
    assert table.rows == (
        ("Colour", "Main colour", "pixel check, visual question", 2, 1, Share(3, 5), 1, "main_colour deviates"),
        ("Pattern and print", "Pattern missing", "pixel check", 1, 0, Share(1, 5), 0, "pattern_missing deviates"),
    )


def test_a_cause_twice_on_one_picture_is_one_picture():
    (row,) = rubric_causes([quality("A1", seen(), seen())]).rows
    assert row[3:6] == (2, 0, Share(1, 1))


def test_no_causes_because_all_is_well_or_because_nobody_looked():
    assert rubric_causes([quality()]).empty == "No picture deviates from its article."
    assert rubric_causes([unjudged()]).empty == "No picture has been judged yet."


def test_error_types_are_the_papers_table_3():
    rare = replace(finding(), text="basic", says="“basic” was left out")
    rows = [quality("A1", findings=(finding(), finding(), rare)), quality("A2", findings=(finding(), finding("missing_attribute"))), quality("A3")]
    assert error_types(rows).rows == (
        ("Ambiguous term", "glossary expansion", 4, Share(2, 3), "oversized", "“oversized” was written as “loose, wide cut”"),
        ("Missing attribute", "glossary expansion", 1, Share(1, 3), "oversized", "“oversized” was written as “loose, wide cut”"),
    )


def test_articles_without_a_prompt_are_in_no_share():
    (row,) = error_types([quality("A1", findings=(finding(),)), unjudged("A2", has_prompt=False)]).rows
    assert row[3] == Share(1, 1)
    assert error_types([unjudged(has_prompt=False)]).empty == "No prompt has been written yet."
