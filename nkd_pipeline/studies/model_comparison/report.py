"""The report of the study."""

from __future__ import annotations

from statistics import fmean

from nkd_pipeline.records import DeliveryRow, Prompt
from nkd_pipeline.report.page import number
from nkd_pipeline.storage.places import place
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, write_report
from nkd_pipeline.studies.common.running import StudyRun, read_plain, read_table
from nkd_pipeline.studies.model_comparison.article import ROWS
from nkd_pipeline.studies.model_comparison.reference import is_nearly_the_photo, reference_picture
from nkd_pipeline.studies.model_comparison.settings import ModelComparisonSettings, settings
from nkd_pipeline.studies.model_comparison.steps import ARTICLE, Result, compared
from nkd_pipeline.studies.model_comparison.tables import (
    Results,
    cost_section,
    duration,
    estimated_seconds,
    likeness_section,
    quality_section,
    score_words,
)


def model_comparison_report(run: StudyRun) -> Made:
    """Which model paints the controlled article best, how fast, and which of them has learnt a photo by heart, as a page.

    Contact sheet of all pictures, seconds and memory, the estimated time for a catalog, CLIP, rubric, foreign objects, overfit alarm.
    """
    wanted, results = settings(run.study.profile), compared(run)
    costs, quality = cost_section(results, wanted.catalog), quality_section(results)
    sections = (_sheet(run, results, wanted), costs, quality, likeness_section(results, wanted))
    headlines = _headlines(results, wanted)
    page = write_report(run.study, StudyReport("Model comparison", headlines, _facts(run, wanted), sections))
    values = {name: value for value, name, _ in headlines}
    pictures = {name: [run.study.images.path(image) for image in result.images.values()] for name, result in results.items()}
    return Made(len(results), values, {"report": page}, pictures, {**costs.figures, **quality.figures})


def _facts(run: StudyRun, wanted: ModelComparisonSettings) -> dict[str, str]:
    (row,) = read_plain(run.study, ROWS, DeliveryRow, ARTICLE)
    (prompt,) = read_table(run.study, "prompts", Prompt, ARTICLE).values()
    reference = reference_picture(run)
    return {
        "Profile": run.study.profile.name,
        "Article": row.name,
        "Prompt, the same for all": prompt.prompt,
        "Pictures of each model": f"{wanted.pictures}, the same seeds for all",
        "Reference photo": reference.source if reference else "",
    }


def _sheet(run: StudyRun, results: Results, wanted: ModelComparisonSettings) -> Section:
    reference = reference_picture(run)
    strips = [Strip("Reference photo", (Shown(place(reference.image_file), reference.source),))] if reference else []
    strips += [Strip(name, _pictures(run, result, wanted)) for name, result in results.items()]
    return Section("sheet", "Contact sheet", strips=tuple(strips))


def _pictures(run: StudyRun, result: Result, wanted: ModelComparisonSettings) -> tuple[Shown, ...]:
    if not result.images:
        return (Shown(None, "none", result.cost.problem),)
    return tuple(Shown(run.study.images.path(image), f"seed {image.seed}", score_words(result, key, wanted)) for key, image in result.images.items())


def _headlines(results: Results, wanted: ModelComparisonSettings) -> tuple[Headline, ...]:
    painted = {name: result for name, result in results.items() if result.images}
    made: list[Headline] = [(str(len(painted)), "models compared", f"{sum(len(result.images) for result in painted.values())} pictures")]
    scores = {name: fmean(report.score for report in result.judged.rubric.values()) for name, result in painted.items() if result.judged.rubric}
    if scores:
        most = max(scores.values())
        best = [name for name, score in scores.items() if score == most]
        among = f": {', '.join(best)}" if len(best) > 1 else ""
        made.append((best[0] if len(best) == 1 else f"{len(best)} models", "best by the rubric", f"{number(most)} of 10{among}"))
    seconds = {name: result.cost.picture_seconds for name, result in painted.items() if result.cost.picture_seconds is not None}
    if seconds:
        fastest = min(seconds, key=lambda name: seconds[name])
        whole = estimated_seconds(painted[fastest].cost, wanted.catalog)
        made.append((fastest, "fastest", f"{seconds[fastest]:.2f} s a picture, {duration(whole or 0.0)} for {wanted.catalog:,} articles"))
    if any(result.likeness for result in painted.values()):
        alarmed = [name for name, result in painted.items() if any(is_nearly_the_photo(one, wanted) for one in result.likeness.values())]
        made.append((str(len(alarmed)), "overfit alarms", ", ".join(alarmed)))
    return tuple(made)
