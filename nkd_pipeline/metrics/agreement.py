"""How far people agree with each other about pictures, and the machine with them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nkd_pipeline.records import ASPECTS, HumanMark, RubricReport

MARKS = ("none", "slight", "strong")  # the better first
NOT_ASSESSED = "not assessed"  # what the machine says of an aspect that it could not look at
ALL_ASPECTS = "all aspects"
PictureKey = tuple[str, str]  # article id, SHA-256 of the picture


@dataclass(frozen=True, slots=True)
class AspectAgreement:
    """How far reviewers agree in one aspect, over the pictures that at least two of them marked.

    `alpha` is Krippendorff's for ordinal marks: 1 is perfect, 0 what chance gives; None where all marks are the same, since then nothing can be told
    from chance. `unanimous` is the share 0..1 of pictures on which all say the same.
    """

    aspect: str  # one of ASPECTS, or ALL_ASPECTS
    pictures: int
    alpha: float | None
    unanimous: float | None  # None without pictures


@dataclass(frozen=True, slots=True)
class AspectConfusion:
    """What people and the machine say of one aspect: `counts` of pictures by (people's mark, machine's mark or NOT_ASSESSED)."""

    aspect: str
    counts: Mapping[tuple[str, str], int]

    @property
    def recall(self) -> float | None:
        """Of the pictures in which people see a deviation and which the machine assessed, the share in which it sees one too."""
        return self._alarms(("slight", "strong"))

    @property
    def false_alarms(self) -> float | None:
        """Of the pictures in which people see no deviation and which the machine assessed, the share in which it sees one."""
        return self._alarms(("none",))

    def _alarms(self, people: Collection[str]) -> float | None:
        machine = Counter[str]()
        for (mark, said), count in self.counts.items():
            if mark in people and said != NOT_ASSESSED:
                machine[said] += count
        return 1 - machine["none"] / machine.total() if machine.total() else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """`aspects` are the nine in their order and then all together; `confusions` those of the nine that somebody marked."""

    reviewers: tuple[str, ...]
    pictures: int  # that somebody marked
    aspects: tuple[AspectAgreement, ...]
    confusions: tuple[AspectConfusion, ...]


def agreement(marks: Iterable[HumanMark], machine: Mapping[PictureKey, Mapping[str, str]]) -> Agreement:
    """Compares the marks with each other, and people's consensus with what the machine said of the same pictures (see `machine_marks`)."""
    given: dict[str, dict[PictureKey, dict[str, str]]] = {aspect: defaultdict(dict) for aspect in ASPECTS}
    for mark in marks:
        given[mark.aspect][mark.article_id, mark.sha256][mark.reviewer] = mark.mark
    by_aspect = {aspect: {key: tuple(said.values()) for key, said in units.items()} for aspect, units in given.items()}
    together = {(aspect, key): said for aspect, units in by_aspect.items() for key, said in units.items()}
    return Agreement(
        reviewers=tuple(sorted({reviewer for units in given.values() for said in units.values() for reviewer in said})),
        pictures=len({key for _, key in together}),
        aspects=(*(_agreement(aspect, units) for aspect, units in by_aspect.items()), _agreement(ALL_ASPECTS, together)),
        confusions=tuple(_confusion(aspect, units, machine) for aspect, units in by_aspect.items() if units),
    )


def krippendorff_alpha(units: Iterable[Collection[str]]) -> float | None:
    """Krippendorff's alpha of ordinal MARKS; one collection of marks a picture, those with fewer than two say nothing. None when all are the same."""
    from krippendorff import alpha

    counts = [[Counter(marks)[mark] for mark in MARKS] for marks in units if len(marks) > 1]
    if sum(any(column) for column in zip(*counts, strict=True)) < 2:
        return None
    return float(alpha(value_counts=counts, level_of_measurement="ordinal"))


def consensus(marks: Collection[str]) -> str:
    """The median of at least one mark; an even split counts as the worse."""
    ordered = sorted(marks, key=MARKS.index)
    return ordered[len(ordered) // 2]


def machine_marks(report: RubricReport) -> dict[str, str]:
    """By aspect the worst that judges other than people saw, also where people overruled them; NOT_ASSESSED where none of them could look."""
    marks = dict.fromkeys(ASPECTS, NOT_ASSESSED) | dict.fromkeys(report.assessed, "none")
    for deviation in sorted(report.deviations, key=lambda deviation: MARKS.index(deviation.severity)):
        marks[deviation.aspect] = deviation.severity
    alone: dict[str, str] | None = json.loads(report.measures).get("machine")  # there when people marked the picture
    return marks if alone is None else {aspect: alone.get(aspect, NOT_ASSESSED) for aspect in ASPECTS}


def _agreement(aspect: str, units: Mapping[Any, Collection[str]]) -> AspectAgreement:
    shared = [marks for marks in units.values() if len(marks) > 1]
    unanimous = sum(len(set(marks)) == 1 for marks in shared) / len(shared) if shared else None
    return AspectAgreement(aspect, len(shared), krippendorff_alpha(shared), unanimous)


def _confusion(aspect: str, units: Mapping[PictureKey, Collection[str]], machine: Mapping[PictureKey, Mapping[str, str]]) -> AspectConfusion:
    return AspectConfusion(aspect, Counter((consensus(marks), machine[key][aspect]) for key, marks in units.items() if key in machine))
