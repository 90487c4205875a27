"""The paper's tables, counted from real rows: accuracy by category and by aspect, CLIP against the rubric, SSIM to photos.

A share is always given with its counts. Where nothing was assessed there is no share but the reason: nothing looked at is not everything right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from nkd_pipeline.report.cards import VERDICTS
from nkd_pipeline.report.likeness import NO_PHOTO
from nkd_pipeline.report.page import label
from nkd_pipeline.report.quality import ArticleQuality
from nkd_pipeline.report.statistics import CLIP_LINE, PASSED, AspectCount, aspect_counts
from nkd_pipeline.report.table import Cell, Mean, Share, Table

Rows = Sequence[ArticleQuality]
# the paper's three accuracies, and the aspects of the rubric in which a picture that counts as right has no deviation
ACCURACIES = {"Category accuracy": ("garment_type",), "Colour accuracy": ("colour",), "Structure accuracy": ("construction", "pattern_print")}
THRESHOLDS = tuple(range(20, 36))  # CLIP scores, 100 x cosine
NOT_JUDGED = "No picture has been judged yet."
ALL = "All"


def accuracy(rows: Iterable[ArticleQuality], aspects: Collection[str]) -> Share:
    """Pictures without a deviation in any of the aspects, of those in which a judge could look at one of them at least."""
    judged = [row for row in rows if row.rubric_score is not None]
    assessed = [row for row in judged if set(aspects) & {*row.assessed, *(deviation.aspect for deviation in row.deviations)}]
    right = sum(not any(deviation.aspect in aspects for deviation in row.deviations) for row in assessed)
    return Share(right, len(assessed), "" if assessed else _why_not_assessed(judged, aspects))


def pass_rate(rows: Iterable[ArticleQuality]) -> Share:
    """Pictures that the rubric passed, of those judged."""
    verdicts = [row.verdict for row in rows if row.verdict in VERDICTS]
    return Share(sum(verdict in PASSED for verdict in verdicts), len(verdicts), "no picture was judged")


def clip_mean(rows: Rows) -> Mean:
    """CLIP scores, or the most frequent reason why there are none."""
    return Mean.of((row.clip_score for row in rows if row.clip_score is not None), _most_frequent(row.clip_reason for row in rows))


def by_category(rows: Rows) -> dict[str, list[ArticleQuality]]:
    """Articles by kind of garment, the most frequent kind first."""
    groups: dict[str, list[ArticleQuality]] = {}
    for row in rows:
        groups.setdefault(row.category, []).append(row)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def accuracy_by_category(rows: Rows) -> Table:
    """Category, colour and structure accuracy, pass rate and mean CLIP score of each kind of garment, and of all."""

    def line(name: str, members: Rows) -> tuple[Cell, ...]:
        return (name, len(members), *(accuracy(members, aspects) for aspects in ACCURACIES.values()), pass_rate(members), clip_mean(members))

    structure = [row for row in rows if {"construction", "pattern_print"} & set(row.assessed)]
    both = sum({"construction", "pattern_print"} <= set(row.assessed) for row in structure)
    return Table(
        "accuracy_by_category",
        "Accuracy and CLIP score by category",
        ("Category", "Articles", *ACCURACIES, "Pass rate", "CLIP score"),
        tuple(line(label(name), members) for name, members in by_category(rows).items()) + ((line(ALL, rows),) if rows else ()),
        "No articles.",
        "Share of pictures without a deviation among those that a judge could look at: category in garment type, colour in colour, structure in "
        f"construction or pattern and print (both were assessed in {both} of {len(structure)} pictures, the others in one of the two). "
        "CLIP score: mean of 100 × cosine.",
    )


def accuracy_by_aspect(rows: Rows) -> Table:
    """How each of the nine aspects came out, and what it cost."""
    judged = [row for row in rows if row.rubric_score is not None]

    def line(count: AspectCount) -> tuple[Cell, ...]:
        points = sum((deviation.points for row in judged for deviation in row.deviations if deviation.aspect == count.aspect), 0.0)
        why = "" if count.assessed else _why_not_assessed(judged, (count.aspect,))
        return (label(count.aspect), Share(count.clean, count.assessed, why), count.slight, count.strong, points)

    return Table(
        "accuracy_by_aspect",
        "The nine aspects",
        ("Aspect", "Right", "Slight", "Strong", "Points"),
        tuple(map(line, aspect_counts(judged))) if judged else (),
        NOT_JUDGED,
        "Right: pictures without a deviation among those that a judge could look at. A slight deviation costs 0.5 points, a strong one 1.5.",
        digits=1,
    )


def clip_thresholds(rows: Rows) -> Table:
    """What the rubric says of the pictures from each CLIP score on, and above the paper's line of 30."""
    scored = [(row.clip_score, row) for row in rows if row.clip_score is not None]

    def line(name: str, members: Rows) -> tuple[Cell, ...]:
        rate = pass_rate(members)
        return (name, Share(len(members), len(scored)), Share(rate.part, rate.whole, rate.why if members else "no picture scores as much"))

    lines = [line(f"≥ {threshold}", [row for score, row in scored if score >= threshold]) for threshold in THRESHOLDS]
    lines.append(line(f"> {CLIP_LINE:g} (the paper's line)", [row for score, row in scored if score > CLIP_LINE]))
    return Table(
        "clip_thresholds",
        "CLIP score and pass rate",
        ("CLIP score", "Pictures", "Pass rate"),
        tuple(lines) if scored else (),
        f"No picture has a CLIP score: {_most_frequent(row.clip_reason for row in rows) or 'there are no articles'}.",
        "Pass rate: pictures that the rubric passed among the judged ones with that score and more.",
    )


def likeness_to_photos(rows: Rows) -> Table:
    """SSIM of pictures and reference photos, knitted and woven garments apart."""
    with_photo = [row for row in rows if row.likeness != NO_PHOTO]

    def line(name: str, members: Rows) -> tuple[Cell, ...]:
        why = _most_frequent(row.likeness.reason for row in members)
        values = Mean.of((row.likeness.ssim for row in members if row.likeness.ssim is not None), why)
        found = values.summary
        return (name, len(members), values, *((found.median, found.sd, found.min, found.max) if found else (None,) * 4))

    groups = {"Knit": "knit", "Woven": "woven", "Not stated": ""}
    lines = [line(name, members) for name, fabric in groups.items() if (members := [row for row in with_photo if row.fabric == fabric])]
    return Table(
        "ssim_to_photos",
        "Likeness to reference photos (SSIM)",
        ("Fabric", "With photo", "SSIM", "Median", "SD", "Min", "Max"),
        (*lines, line(ALL, with_photo)) if with_photo else (),
        "The delivery carries no photos to compare with.",
        "Structural similarity of luminance, 1 for equal pictures, after both garments were cut out and brought to the same size and place; "
        "mean over the area that either covers (Wang et al. 2004, Gaussian window of 11 pixels, σ 1.5). "
        "It compares pixel with pixel: two pictures of the same garment in another pose or light score low.",
    )


def _why_not_assessed(judged: Rows, aspects: Collection[str]) -> str:
    if not judged:
        return "no picture was judged"
    reasons = (reason.partition(": ")[2] for row in judged for reason in row.not_assessed if reason.partition(":")[0] in aspects)
    return _most_frequent(reasons) or "no judge could look at it"


def _most_frequent(reasons: Iterable[str]) -> str:
    counted = Counter(filter(None, reasons))
    return min(counted, key=lambda reason: (-counted[reason], reason), default="")
