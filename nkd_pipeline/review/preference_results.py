"""What came of comparing: how often which side won, and whether chance would do the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nkd_pipeline.metrics.proportions import sign_test, wilson_interval
from nkd_pipeline.review.preference_task import FIRST, SECOND, TIE, Preference


@dataclass(frozen=True, slots=True)
class Comparison:
    """All judgements of what two labels stand for.

    A pair of pictures counts once, however many looked at it: the side that more of them chose wins, else it is a tie. Several people's judgements
    of one pair are not independent, and the interval and the test need cases that are.
    """

    first: str
    second: str
    judgements: int
    reviewers: int
    first_wins: int
    second_wins: int
    ties: int
    left: int  # judgements for the left side, whatever stood there
    right: int

    @property
    def decided(self) -> int:
        """Pairs that are no tie."""
        return self.first_wins + self.second_wins

    @property
    def share(self) -> float | None:
        """Share 0..1 of decided pairs that the second side won."""
        return self.second_wins / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of `share`."""
        return wilson_interval(self.second_wins, self.decided)

    @property
    def p_value(self) -> float:
        """Of the two-sided sign test that both sides win equally often."""
        return sign_test(self.first_wins, self.second_wins)


def compare(preferences: Iterable[Preference]) -> tuple[Comparison, ...]:
    """One comparison for each two labels, in the order of their names."""
    by_labels: dict[tuple[str, str], list[Preference]] = defaultdict(list)
    for preference in preferences:
        by_labels[preference.first, preference.second].append(preference)
    return tuple(_comparison(*labels, judged) for labels, judged in sorted(by_labels.items()))


def _comparison(first: str, second: str, judged: list[Preference]) -> Comparison:
    by_pair: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for preference in judged:
        by_pair[preference.article_id, preference.first_sha256, preference.second_sha256][preference.choice] += 1
    winners = Counter(_winner(choices) for choices in by_pair.values())
    sides = Counter(preference.choice == preference.shown_left for preference in judged if preference.choice != TIE)
    return Comparison(
        first=first,
        second=second,
        judgements=len(judged),
        reviewers=len({preference.reviewer for preference in judged}),
        first_wins=winners[FIRST],
        second_wins=winners[SECOND],
        ties=winners[TIE],
        left=sides[True],
        right=sides[False],
    )


def _winner(choices: Counter[str]) -> str:
    if choices[FIRST] == choices[SECOND]:
        return TIE
    return FIRST if choices[FIRST] > choices[SECOND] else SECOND
