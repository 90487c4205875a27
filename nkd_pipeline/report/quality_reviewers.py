"""What reviewers say: how far they agree with each other, and the machine with them."""

from __future__ import annotations

from collections.abc import Iterable

from nkd_pipeline.metrics.agreement import MARKS, NOT_ASSESSED, Agreement, AspectConfusion
from nkd_pipeline.report.charts import count_of
from nkd_pipeline.report.page import label
from nkd_pipeline.report.table import Cell, Share, Table

NO_MARKS = "No reviewer has marked a picture yet."


def reviewer_agreement(found: Agreement) -> Table:
    """Krippendorff's α by aspect, and how the machine did against people's consensus."""
    confusions = {confusion.aspect: confusion for confusion in found.confusions}

    def line(aspect: str, pictures: int, alpha: float | None, unanimous: float | None) -> tuple[Cell, ...]:
        same = Share(round((unanimous or 0) * pictures), pictures, "nobody else marked the same pictures")
        confusion = confusions.get(aspect)
        machine = (_alarms(confusion, MARKS[1:]), _alarms(confusion, MARKS[:1])) if confusion else (None, None)
        return (label(aspect), pictures, alpha, same, *machine)

    people = f"{count_of(len(found.reviewers), 'reviewer')} marked {count_of(found.pictures, 'picture')}. "
    return Table(
        "reviewer_agreement",
        "Agreement of reviewers",
        ("Aspect", "Marked by two and more", "Krippendorff's α", "Unanimous", "Machine's recall", "Machine's false alarms"),
        tuple(line(one.aspect, one.pictures, one.alpha, one.unanimous) for one in found.aspects) if found.pictures else (),
        NO_MARKS,
        people
        + "α of ordinal marks: 1 is perfect agreement, 0 what chance gives; there is none where all marks are the same. Recall: of the pictures "
        "in which people see a deviation, those in which the machine sees one too; false alarms: of those in which people see none.",
    )


def machine_against_people(found: Agreement) -> Table:
    """Pictures by people's consensus and the machine's mark, for each aspect that was marked."""
    said = (*MARKS, NOT_ASSESSED)
    counts = [(one.aspect, mark, [one.counts.get((mark, machine), 0) for machine in said]) for one in found.confusions for mark in MARKS]
    return Table(
        "machine_against_people",
        "Machine against people",
        ("Aspect", "People", *(f"Machine: {machine}" for machine in said)),
        tuple((label(aspect), label(mark), *numbers) for aspect, mark, numbers in counts if any(numbers)),
        "No picture was marked by people and judged by the machine.",
        "Pictures by the median of people's marks and the worst that the machine saw in the aspect.",
    )


def _alarms(confusion: AspectConfusion, people: Iterable[str]) -> Share:
    """Pictures in which the machine sees a deviation, of those that it assessed and that people gave one of the marks."""
    marks = tuple(people)
    counts = {machine: sum(confusion.counts.get((mark, machine), 0) for mark in marks) for machine in MARKS}
    whole = sum(counts.values())
    return Share(whole - counts["none"], whole, "no such picture")
