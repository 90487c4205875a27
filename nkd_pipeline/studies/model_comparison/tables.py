"""Figures and tables of the report: what models cost, what the judges say of their pictures, how near they are to the reference photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from nkd_pipeline.records import ASPECTS
from nkd_pipeline.records.model_comparison import CandidateCost
from nkd_pipeline.report.charts import Bar, Chart, Part, count_of
from nkd_pipeline.report.page import label, number
from nkd_pipeline.report.statistics import PASSED, aspect_counts
from nkd_pipeline.report.table import Cell, Mean, Share, Table
from nkd_pipeline.studies.common.page import Section
from nkd_pipeline.studies.model_comparison.reference import is_nearly_the_photo
from nkd_pipeline.studies.model_comparison.settings import ModelComparisonSettings
from nkd_pipeline.studies.model_comparison.steps import Result, foreign_objects

Results = Mapping[str, Result]
MODEL = "model"
NOTHING = "No model made a picture."
NOT_JUDGED = "no picture was judged"
GIGABYTE = 1e9
COSTS_NOTE = (
    "One picture after the other in one process: a catalog's run makes batches and uses all cores or the whole GPU, and is faster. Seconds are the "
    "median of all pictures but the first, which also pays for what happens only once. Memory is the GPU's; on the CPU what the process grew by."
)
ASPECTS_NOTE = "Pictures without a deviation, of those in which a judge could look at the aspect."
FOREIGN_NOTE = "A foreign object is a second object, a person, or a background that is not plain, as the rubric's judges see them."


def estimated_seconds(cost: CandidateCost, articles: int) -> float | None:
    """Loading once and a picture for each article; None where no picture was measured."""
    return None if cost.picture_seconds is None else cost.load_seconds + articles * cost.picture_seconds


def duration(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def cost_section(results: Results, catalog: int) -> Section:
    """Seconds, estimated time for a catalog, and memory."""
    bars = [
        Bar(name, (Part("finding", "Milliseconds", round(1000 * seconds)),), f"{seconds:.2f} s")
        for name, result in results.items()
        if (seconds := result.cost.picture_seconds) is not None
    ]
    chart = Chart("Time of a picture", tuple(bars), NOTHING, count_of(len(bars), MODEL), "Milliseconds")
    columns = (
        MODEL,
        "checkpoint",
        "device",
        "measured",
        "seconds a picture",
        "first picture, s",
        "loading, s",
        f"minutes for {catalog:,} articles",
        "peak memory, GB",
        "pixels",
        "problem",
    )
    table = Table(
        "costs", "What each model takes", columns, tuple(_costs(name, result, catalog) for name, result in results.items()), NOTHING, COSTS_NOTE
    )
    return Section("costs", "Time and memory", figures={"seconds": chart}, tables=(table,))


def _costs(name: str, result: Result, catalog: int) -> tuple[Cell, ...]:
    cost, seconds = result.cost, estimated_seconds(result.cost, catalog)
    measured = cost.pictures > 0
    sizes = " ".join(sorted({f"{image.width} × {image.height}" for image in result.images.values()}))
    return (
        name,
        cost.backend,
        cost.device,
        cost.pictures,
        cost.picture_seconds,
        cost.first_seconds,
        cost.load_seconds if measured else None,
        seconds / 60 if seconds is not None else None,
        cost.peak_bytes / GIGABYTE if measured else None,
        sizes,
        cost.problem,
    )


def quality_section(results: Results) -> Section:
    """CLIP, rubric and foreign objects, and how each aspect came out."""
    counts = {name: aspect_counts([*result.judged.rubric.values()]) for name, result in results.items()}
    bars = [
        Bar(
            name,
            (Part("strong", "Strong", sum(one.strong for one in found)), Part("slight", "Slight", sum(one.slight for one in found))),
            f"{count_of(len(results[name].judged.rubric), 'picture')}",
        )
        for name, found in counts.items()
        if results[name].judged.rubric
    ]
    judged = sum(len(result.judged.rubric) for result in results.values())
    chart = Chart("Deviations by model", tuple(bars), "No picture has been judged yet.", count_of(judged, "picture"), "Deviations")
    columns = (MODEL, "pictures", "CLIP, short prompt", "CLIP, full prompt", "rubric, 0–10", "passed", "with a foreign object")
    scores = Table("scores", "What the judges say", columns, tuple(_scores(*entry) for entry in results.items()), NOTHING, FOREIGN_NOTE)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(Share(one.clean, one.assessed, _why(results[name], one.aspect)) for one in found)) for name, found in counts.items()
    )
    aspects = Table("aspects", "The nine aspects", (MODEL, *map(label, ASPECTS)), rows, NOTHING, ASPECTS_NOTE)
    return Section("quality", "Quality", figures={"deviations": chart}, tables=(scores, aspects, _deviations(results)))


def _why(result: Result, aspect: str) -> str:
    """Why nobody could look at an aspect, in the words of the first picture's report."""
    said = [reason for report in result.judged.rubric.values() for reason in report.not_assessed if reason.startswith(f"{aspect}: ")]
    return f"{label(aspect)}: {said[0].removeprefix(f'{aspect}: ')}" if said else NOT_JUDGED


def _scores(name: str, result: Result) -> tuple[Cell, ...]:
    clip, rubric = result.judged.clip.values(), result.judged.rubric.values()
    why = next((score.reason for score in clip if score.reason), "no score was computed")
    return (
        name,
        len(result.images),
        Mean.of((score.score for score in clip if score.score is not None), why),
        Mean.of((score.prompt_score for score in clip if score.prompt_score is not None), why),
        Mean.of((report.score for report in rubric), NOT_JUDGED),
        Share(sum(report.verdict in PASSED for report in rubric), len(rubric), NOT_JUDGED),
        Share(sum(map(bool, foreign_objects(result).values())), len(rubric), NOT_JUDGED),
    )


def _deviations(results: Results) -> Table:
    """Each cause with the first picture's words."""
    rows: list[tuple[Cell, ...]] = []
    for name, result in results.items():
        found = [deviation for report in result.judged.rubric.values() for deviation in report.deviations]
        first = {deviation.measure: deviation for deviation in reversed(found)}
        for cause, times in Counter(deviation.measure for deviation in found).most_common():
            rows.append((name, label(first[cause].aspect), label(cause), times, first[cause].says))
    return Table("causes", "What is wrong", (MODEL, "aspect", "cause", "pictures", "in the first of them"), tuple(rows), "Nothing is wrong.")


def likeness_section(results: Results, wanted: ModelComparisonSettings) -> Section:
    """How near each model's pictures come to the reference photo, and the alarm."""
    words = (
        f"A picture is nearly the photo from an SSIM of both garments of {wanted.alarm_ssim:g} on. Then the model, or its LoRA, has learnt the photo "
        "by heart: it will show this garment for others, too. Mirrored copies are not found.",
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            name,
            Mean.of((one.ssim for one in found if one.ssim is not None), "no two garments stood out from their backgrounds"),
            max((one.ssim for one in found if one.ssim is not None), default=None),
            Mean.of((one.cosine for one in found if one.cosine is not None), "the profile's scorer has no picture-text model"),
            Share(sum(is_nearly_the_photo(one, wanted) for one in found), len(found)),
        )
        for name, result in results.items()
        if (found := [*result.likeness.values()])
    )
    columns = (MODEL, "SSIM of the garments", "highest SSIM", "cosine of CLIP features", "nearly the photo")
    empty = "There is no reference photo. Name one as reference in [studies.models] to be warned of models that give it back."
    table = Table("likeness", "Pictures against the reference photo", columns, rows, empty, "1 is equal.", 3)
    return Section("likeness", "Overfit alarm", words, tables=(table,))


def score_words(result: Result, key: str, wanted: ModelComparisonSettings) -> str:
    """What stands below a picture."""
    report, clip = result.judged.rubric.get(key), result.judged.clip.get(key)
    words = [f"rubric {number(report.score)}, {label(report.verdict).lower()}"] if report else ["not judged"]
    words += [f"CLIP {number(clip.score)}"] if clip and clip.score is not None else []
    likeness = result.likeness.get(key)
    return ", ".join([*words, *(["nearly the reference photo"] if likeness and is_nearly_the_photo(likeness, wanted) else [])])
