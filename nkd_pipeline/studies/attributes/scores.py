"""How many answers are right, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.models.attribute_reader.samples import same
from nkd_pipeline.records.photo_attributes import UNSEEN, PhotoAnswer, VqaPair

Answers = Mapping[str, Mapping[str, PhotoAnswer]]  # attribute -> article -> answer
OTHER = "anything else"


@dataclass(frozen=True, slots=True)
class AttributeScore:
    """One attribute: of `asked` questions so many answers were right, before training and after it."""

    attribute: str
    unseen: bool  # kept from training
    asked: int
    right_before: int
    right: int
    usual: int  # that many would be right by always giving the commonest answer
    values: int  # different right answers
    confidences: tuple[float, ...]  # of the answers after training, 0..1
    confusion: Mapping[str, Counter[str]]  # right answer -> how often what was said; what is no answer of the attribute counts as OTHER


def scores_of(pairs: Sequence[VqaPair], before: Answers, after: Answers) -> list[AttributeScore]:
    """The scores of all attributes that were asked for; questions without an answer, of failed rows, are not counted."""
    return [_score(attribute, asked, before.get(attribute, {}), after.get(attribute, {})) for attribute, asked in by_attribute(pairs).items()]


def by_attribute(pairs: Sequence[VqaPair]) -> dict[str, list[VqaPair]]:
    """The pairs of each attribute."""
    found: dict[str, list[VqaPair]] = {}
    for pair in pairs:
        found.setdefault(pair.attribute, []).append(pair)
    return found


def _score(attribute: str, pairs: Sequence[VqaPair], before: Mapping[str, PhotoAnswer], after: Mapping[str, PhotoAnswer]) -> AttributeScore:
    asked = [pair for pair in pairs if pair.article_id in before and pair.article_id in after]
    common = Counter(pair.answer for pair in asked)
    known = {answer.lower(): answer for answer in common}
    confusion: dict[str, Counter[str]] = {answer: Counter() for answer in sorted(common)}
    for pair in asked:
        confusion[pair.answer][known.get(" ".join(after[pair.article_id].answer.lower().split()), OTHER)] += 1
    return AttributeScore(
        attribute,
        unseen=any(pair.split == UNSEEN for pair in asked),
        asked=len(asked),
        right_before=_right(asked, before),
        right=_right(asked, after),
        usual=max(common.values(), default=0),
        values=len(common),
        confidences=tuple(after[pair.article_id].confidence for pair in asked),
        confusion=confusion,
    )


def _right(pairs: Sequence[VqaPair], answers: Mapping[str, PhotoAnswer]) -> int:
    return sum(same(pair.answer, answers[pair.article_id].answer) for pair in pairs)
