"""The CLIP scores of a shard as a file of their own: for machines, and as a person reads them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nkd_pipeline.report.cards import Card
from nkd_pipeline.report.statistics import CLIP_LINE, ClipBand, ShardStatistics, Summary, why_not_scored

DIGITS = 4  # what batches of another size leave unchanged
Report = Mapping[str, Any]


def clip_report(shard: str, cards: Sequence[Card], numbers: ShardStatistics, *, profile: str, produced_at: str) -> dict[str, Any]:
    """Everything the paper reports of a run's CLIP scores, as plain values.

    Who scored what and when, the spread of the scores, scores by category, the pictures above 30 with their pass rate, and the score of each article.
    When no picture has a score there are no numbers but the reasons.
    """
    pictures = [card for card in cards if card.image]
    head: dict[str, Any] = {
        "shard": shard,
        "produced_at": produced_at,
        "profile": profile,
        "pictures_by": sorted({card.backend for card in pictures if card.backend}),
        "scored_by": sorted({card.clip.scorer for card in cards if card.clip and card.clip.score is not None}),
        "articles": len(cards),
        "pictures": len(pictures),
        "scored": numbers.clip.n if numbers.clip else 0,
        "not_scored": dict(numbers.clip_missing),
    }
    if numbers.clip is None:
        return head
    return {
        **head,
        "score": _summary(numbers.clip),
        "prompt_score": _summary(numbers.clip_of_prompts) if numbers.clip_of_prompts else None,
        "truncated": numbers.clip_truncated,
        "line": CLIP_LINE,
        "above_line": _band(numbers.clip_above, numbers.clip.n),
        "up_to_line": _band(numbers.clip_up_to, numbers.clip.n),
        "by_category": [{"category": count.category, **_summary(count.clip)} for count in numbers.categories if count.clip],
        "scores": [_score(card) for card in cards],
    }


def clip_text(report: Report) -> str:
    """The report as lines of text."""
    lines = [
        f"CLIP scores of {report['shard']}",
        "",
        *_facts(("Date", report["produced_at"]), ("Profile", report["profile"])),
        *_facts(("Pictures by", ", ".join(report["pictures_by"]) or "-"), ("Scored by", ", ".join(report["scored_by"]) or "-")),
        *_facts(("Articles", report["articles"]), ("Pictures", report["pictures"]), ("Scored", report["scored"])),
    ]
    if report["not_scored"]:
        lines += ["", "Not scored", *(f"  {count} x {_line(reason)}" for reason, count in report["not_scored"].items())]
    if report["scored"]:
        lines += [*_spread(report), *_pass_rates(report), *_categories(report["by_category"]), *_articles(report["scores"])]
    return "\n".join(lines) + "\n"


def _summary(summary: Summary) -> dict[str, Any]:
    return {name: round(value, DIGITS) for name, value in dataclasses.asdict(summary).items()}


def _band(band: ClipBand, scored: int) -> dict[str, Any]:
    return {"share": round(band.scored / scored, DIGITS), **dataclasses.asdict(band), "pass_rate": band.pass_rate}


def _score(card: Card) -> dict[str, Any]:
    clip = card.clip if card.clip and card.clip.score is not None else None
    if clip is None or clip.score is None:
        return {"article_id": card.article.article_id, "category": card.category, "score": None, "reason": why_not_scored(card)}
    return {
        "article_id": card.article.article_id,
        "category": card.category,
        "attempt": clip.attempt,
        "score": round(clip.score, DIGITS),
        "prompt_score": None if clip.prompt_score is None else round(clip.prompt_score, DIGITS),
        "truncated_tokens": clip.truncated_tokens,
        "verdict": card.verdict or None,
    }


def _facts(*facts: tuple[str, object]) -> list[str]:
    return [f"{name:<22}{_line(str(value))}" for name, value in facts]


def _spread(report: Report) -> list[str]:
    names = {"mean": "Mean", "median": "Median", "sd": "Standard deviation", "min": "Minimum", "max": "Maximum"}
    full = report["prompt_score"]
    lines = ["", f"{'Score of picture and':<30}{'short prompt':>12}{'full prompt':>13}"]
    lines += [f"{title:<30}{report['score'][name]:>12.2f}{f'{full[name]:.2f}' if full else '-':>13}" for name, title in names.items()]
    return [*lines, f"{'Short prompt cut off':<30}{report['truncated']:>12}"]


def _pass_rates(report: Report) -> list[str]:
    line = f"{report['line']:g}"
    rows = ((f"above {line}", report["above_line"]), (f"{line} and less", report["up_to_line"]))
    lines = ["", f"{'Score':<16}{'pictures':>9}{'share':>8}{'judged':>8}{'passed':>8}{'pass rate':>11}"]
    for name, band in rows:
        rate = "-" if band["pass_rate"] is None else f"{band['pass_rate']:.0%}"
        lines.append(f"{name:<16}{band['scored']:>9}{band['share']:>8.0%}{band['judged']:>8}{band['passed']:>8}{rate:>11}")
    return lines


def _categories(counts: Iterable[Report]) -> list[str]:
    lines = ["", f"{'Category':<28}{'pictures':>9}{'mean':>8}{'median':>8}{'sd':>8}{'min':>8}{'max':>8}"]
    for count in counts:
        numbers = "".join(f"{count[name]:>8.2f}" for name in ("mean", "median", "sd", "min", "max"))
        lines.append(f"{_line(count['category']):<28}{count['n']:>9}{numbers}")
    return lines


def _articles(scores: Sequence[Report]) -> list[str]:
    width = max(len("Article"), *(len(score["article_id"]) for score in scores)) + 2
    lines = ["", f"{'Article':<{width}}{'score':>8}  Category"]
    for score in scores:
        value = "-" if score["score"] is None else f"{score['score']:.2f}"
        why = f", not scored: {_line(score['reason'])}" if score["score"] is None else ""
        lines.append(f"{score['article_id']:<{width}}{value:>8}  {_line(score['category'])}{why}")
    return lines


def _line(text: str) -> str:
    """A text that stays on its line, whatever a delivery or a model put into it."""
    return " ".join(text.split())
