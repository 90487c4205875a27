"""Rows of the quality report: a builder of one article with sensible defaults, and a shard that can be counted by hand."""

from dataclasses import replace

from nkd_pipeline.records import Deviation
from nkd_pipeline.report.likeness import Likeness
from nkd_pipeline.report.quality import ArticleQuality, AttemptOutcome, FailedStage

from .examples import finding

ASSESSED = ("garment_type", "colour", "pattern_print", "background_isolation")
NOT_ASSESSED = ("construction: pixels alone cannot tell necklines", "target_group: pixels alone cannot tell")


def seen(aspect="colour", cause="main_colour", severity="slight", judge="pixel"):
    return Deviation(aspect, severity, -0.5 if severity == "slight" else -1.5, judge, cause, 9.25, f"{cause} deviates")


def attempts(*verdicts, repairs=("main_colour",)):
    """Judged attempts 1, 2, ...; all but the first have a repaired prompt."""
    return tuple(AttemptOutcome(number, verdict, repairs if number > 1 else ()) for number, verdict in enumerate(verdicts, 1))


def quality(article_id="A1", *deviations, category="t-shirt", clip=31.0, **changes):
    score = 10.0 + sum(deviation.points for deviation in deviations)
    verdict = "excellent" if score >= 9.5 else "pass" if score > 8.5 else "fail"
    good = ArticleQuality(
        article_id=article_id,
        category=category,
        fabric="knit",
        released=verdict != "fail",
        waived=False,
        verdict=verdict,
        rubric_score=score,
        clip_score=clip,
        clip_reason="" if clip is not None else "no scorer is configured",
        has_prompt=True,
        sha256=f"sha-{article_id}",
        assessed=ASSESSED,
        not_assessed=NOT_ASSESSED,
        deviations=deviations,
        attempts=attempts(verdict),
    )
    return replace(good, **changes)


def unjudged(article_id="A9", **changes):
    """An article whose picture could not be made."""
    nothing = {"rubric_score": None, "verdict": "", "released": False, "assessed": (), "not_assessed": (), "attempts": ()}
    failed = {"clip_reason": "there is no picture", "failures": (FailedStage("generated_images", "no_garment"),), **changes}
    return replace(quality(article_id, clip=None), **nothing, **failed)


def shard():
    """Five articles: three t-shirts, a dress, and one whose picture could not be made."""
    return [
        quality("A1", clip=32.0, findings=(finding(), finding("missing_attribute")), likeness=Likeness(0.5)),
        quality("A2", seen(), seen("pattern_print", "pattern_missing"), clip=30.0, findings=(finding(),), likeness=Likeness(0.7), fabric="woven"),
        quality("A3", seen(severity="strong"), clip=24.5, attempts=attempts("fail", "fail", "fail")),
        quality("A4", category="dress", clip=None, attempts=attempts("fail", "excellent"), assessed=("colour", "construction", "pattern_print")),
        unjudged("A5", category="dress"),
    ]
