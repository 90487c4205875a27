"""How many pictures it took: first-pass rate, attempts per article, and what repairs of the prompt were worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from nkd_pipeline.report.page import label
from nkd_pipeline.report.quality import ArticleQuality, AttemptOutcome
from nkd_pipeline.report.statistics import PASSED
from nkd_pipeline.report.table import Mean, Share, Table

NONE_JUDGED = "no attempt was judged"
Tried = Sequence[Sequence[AttemptOutcome]]  # the judged attempts of each article; those without any are left out


def tried(rows: Iterable[ArticleQuality]) -> Tried:
    """The attempts of all articles with a judged one."""
    return [row.attempts for row in rows if row.attempts]


def first_pass(articles: Tried) -> Share:
    """Articles whose first attempt the rubric passed, of those with a judged attempt."""
    passed = sum(any(attempt.attempt == 1 and attempt.verdict in PASSED for attempt in attempts) for attempts in articles)
    return Share(passed, len(articles), NONE_JUDGED)


def attempts_mean(articles: Tried) -> Mean:
    """Judged attempts per article."""
    return Mean.of(map(len, articles), NONE_JUDGED)


def ends_by_attempts(articles: Tried) -> dict[int, list[bool]]:
    """By the number of judged attempts, ascending: whether one of them passed, for each article."""
    ends: dict[int, list[bool]] = defaultdict(list)
    for attempts in articles:
        ends[len(attempts)].append(any(attempt.verdict in PASSED for attempt in attempts))
    return dict(sorted(ends.items()))


def attempts_per_article(articles: Tried) -> Table:
    """How many articles took one picture, two, ..., and how many of them ended with one that passed."""
    lines = [(count, Share(len(ends), len(articles)), Share(sum(ends), len(ends))) for count, ends in ends_by_attempts(articles).items()]
    return Table(
        "attempts_per_article",
        "Attempts per article",
        ("Attempts", "Articles", "Ended with a pass"),
        tuple(lines),
        "No attempt has been judged yet.",
    )


def pass_rate_by_attempt(articles: Tried) -> Table:
    """How the first, the second, ... attempts fared."""
    verdicts: dict[int, list[str]] = defaultdict(list)
    for attempt in chain.from_iterable(articles):
        verdicts[attempt.attempt].append(attempt.verdict)
    lines = [(number, Share(sum(verdict in PASSED for verdict in found), len(found))) for number, found in sorted(verdicts.items())]
    return Table("pass_rate_by_attempt", "Pass rate by attempt", ("Attempt", "Passed"), tuple(lines), "No attempt has been judged yet.")


def repairs(articles: Tried) -> Table:
    """What the prompts of later attempts were repaired by, and how often the picture then passed."""
    attempts = [attempt for each in articles for attempt in each]
    used = Counter(repair for attempt in attempts for repair in set(attempt.repairs))
    passed = Counter(repair for attempt in attempts if attempt.verdict in PASSED for repair in set(attempt.repairs))
    lines = [(label(repair), Share(passed[repair], count)) for repair, count in sorted(used.items(), key=lambda item: (-item[1], item[0]))]
    return Table("repairs", "Repairs of prompts", ("Repair", "Passed afterwards"), tuple(lines), "No prompt was repaired.")
