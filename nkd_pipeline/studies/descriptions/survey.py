"""The survey, as a section of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from nkd_pipeline.report.charts import Bar, Chart, Part, count_of
from nkd_pipeline.report.page import label
from nkd_pipeline.report.table import Cell, Mean, Table
from nkd_pipeline.review.questionnaire import SCALE
from nkd_pipeline.review.survey_task import ParticipantAnswer, Rating
from nkd_pipeline.studies.common.page import Section
from nkd_pipeline.studies.common.running import StudyRun

QUESTIONS = Path(__file__).with_name("survey.toml")
NOBODY = "Nobody has answered yet."
TONES = dict(zip(SCALE, ("strong", "slight", "held", "pass", "excellent"), strict=True))  # from "not at all" to "completely"


def survey_section(
    run: StudyRun, ratings: Mapping[str, Sequence[Rating]], participants: Sequence[ParticipantAnswer], titles: Mapping[str, str]
) -> Section:
    """Each question with what people answered about the pictures of each strategy."""
    start = f"nkd review --mode survey --home {run.study.home.root} --profile {run.study.profile.name} --questions {QUESTIONS}"
    how = (
        "Each picture is shown with its description, in an order of its own for each participant, and nobody is told which strategy it is of: "
        f"{start}. Then materialize this report again."
    )
    questions = list(dict.fromkeys(rating.question for rows in ratings.values() for rating in rows))
    figures = {f"survey_{question}": _chart(question, ratings, titles) for question in questions}
    return Section("survey", "Survey", (how,), figures, (_table(questions, ratings, titles), *_about(participants)))


def _chart(question: str, ratings: Mapping[str, Sequence[Rating]], titles: Mapping[str, str]) -> Chart:
    bars = []
    for name, rows in ratings.items():
        counts = Counter(row.rating for row in rows if row.question == question)
        bars.append(Bar(titles[name], tuple(Part(TONES[value], str(value), counts[value]) for value in SCALE), str(counts.total())))
    answers = sum(bar.total for bar in bars)
    return Chart(f"{label(question)}: ratings from 1 (not at all) to 5 (completely)", tuple(bars), NOBODY, count_of(answers, "answer"), "Answers")


def _table(questions: Sequence[str], ratings: Mapping[str, Sequence[Rating]], titles: Mapping[str, str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for question in questions:
        means = (Mean.of((row.rating for row in rows_of if row.question == question), "nobody rated it") for rows_of in ratings.values())
        rows.append((label(question), *means))
    people = len({row.reviewer for rows_of in ratings.values() for row in rows_of})
    note = f"Mean of the ratings 1–5, {count_of(people, 'participant')}. Participants rate several pictures each: their answers are not independent."
    return Table("survey", "Mean ratings", ("question", *(titles[name] for name in ratings)), tuple(rows), NOBODY, note)


def _about(participants: Sequence[ParticipantAnswer]) -> tuple[Table, ...]:
    """What participants said of themselves, counted; without such answers no table."""
    counts = Counter((answer.question, answer.answer) for answer in participants)
    rows = tuple((label(question), answer, count) for (question, answer), count in sorted(counts.items()))
    return (Table("participants", "Who answered", ("question", "answer", "participants"), rows, ""),) if rows else ()
