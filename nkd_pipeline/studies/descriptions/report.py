"""The report of the study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from statistics import fmean

from nkd_pipeline.metrics.bootstrap import paired_bootstrap
from nkd_pipeline.metrics.diversity import effective_number
from nkd_pipeline.models.describing.asking import said, sources_of, titles
from nkd_pipeline.models.describing.template import NAME as TEMPLATE
from nkd_pipeline.models.retrieval import PassageIndex
from nkd_pipeline.records.descriptions import DescriptionOrder, Passage
from nkd_pipeline.report.charts import Bar, Chart, Part, count_of
from nkd_pipeline.report.table import Cell, Mean, Table
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, excerpt, write_report
from nkd_pipeline.studies.common.running import StudyRun, read_plain
from nkd_pipeline.studies.common.text_scores import SEED, TOO_FEW
from nkd_pipeline.studies.descriptions import measures
from nkd_pipeline.studies.descriptions.measures import TEXTURES, Strategy
from nkd_pipeline.studies.descriptions.settings import settings
from nkd_pipeline.studies.descriptions.steps import DESCRIPTIONS, IMAGES, ORDERS, PASSAGES
from nkd_pipeline.studies.descriptions.survey import survey_section

CELLS_SHOWN, COLOURS_SHOWN, QUOTED_SHOWN = 6, 14, 12
SCORES: Mapping[str, Callable[[Strategy], Mapping[str, float]]] = {
    "CLIP, description": lambda one: one.scores,
    "CLIP, request": lambda one: one.request_scores,
}
NOT_SCORED = "the profile's scorer gives no score"
NOBODY_WROTE = (
    "This profile has no language model: a writer that puts words into one sentence stands in for one. What the strategies differ in here is what "
    "they let it read, and not how a model thinks."
)


def descriptions_report(run: StudyRun) -> Made:
    """What comes of asking in different ways, as a page with plots, tables and pictures side by side.

    CLIPScore of pictures by their descriptions and by what was asked for, with intervals; how many colours and textures come of each way; which
    passages were read; what people say in the survey. Pictures are scored and measured here, once each.
    """
    found = measures.measured(run)
    sections = (
        Section("strategies", "Strategies", _words(run), {"clip": _clip_chart(found)}, (_overview(found), _differences(found))),
        Section("diversity", "Diversity", figures={"colours": _colour_chart(found)}, tables=(_diversity(found),)),
        survey_section(run, measures.ratings(run, list(found)), measures.participants(run), titles()),
        Section("sources", "Sources", tables=(_sources(found),)),
        Section("examples", "Examples", tables=(_thoughts(found),), strips=_strips(run, found)),
    )
    headlines = tuple(_headline(name, one) for name, one in found.items())
    page = write_report(run.study, StudyReport("Description prompting", headlines, _facts(run), sections))
    figures = {name: figure for section in sections for name, figure in section.figures.items()}
    return Made(sum(len(one.texts) for one in found.values()), {name: value for value, name, _ in headlines}, {"report": page}, figures=figures)


def _words(run: StudyRun) -> tuple[str, ...]:
    return (NOBODY_WROTE,) if run.study.profile.stage(DESCRIPTIONS).backend == TEMPLATE else ()


def _facts(run: StudyRun) -> dict[str, str]:
    profile, wanted = run.study.profile, settings(run.study.profile)
    index = PassageIndex(read_plain(run.study, PASSAGES, Passage, ORDERS), wanted.retrieval)
    return {
        "Profile": profile.name,
        "Descriptions by": profile.stage(DESCRIPTIONS).backend,
        "Pictures by": profile.stage(IMAGES).backend,
        "Scores by": profile.stage("clip_scores").backend,
        "Retrieval": index.name,
    }


def _headline(name: str, one: Strategy) -> Headline:
    value = f"{fmean(one.scores.values()):.1f}" if one.scores else "–"
    return value, f"CLIPScore, {titles()[name].lower()}", f"n = {len(one.scores)}"


def _overview(found: Mapping[str, Strategy]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            titles()[name],
            len(one.texts),
            len(one.pictures),
            Mean.of(one.scores.values(), NOT_SCORED),
            Mean.of(one.request_scores.values(), NOT_SCORED),
            Mean.of(one.words.values(), "nothing was written"),
            Mean.of(one.kept.values(), "nothing was written"),
            Mean.of(one.seconds.values(), "nothing was written"),
        )
        for name, one in found.items()
    )
    columns = ("strategy", "descriptions", "pictures", "CLIP, description", "CLIP, request", "words", "request kept", "seconds each")
    note = "“Request kept” is the share of the words of style, garment and occasion that the description says. Loading a model is not in the seconds."
    return Table("strategies", "What comes of each strategy", columns, rows, "Nothing was described.", note)


def _differences(found: Mapping[str, Strategy]) -> Table:
    base, *others = found
    rows: list[tuple[Cell, ...]] = []
    for name in others:
        for measure, of in SCORES.items():
            before, after = of(found[base]), of(found[name])
            cells = [key for key in after if key in before]
            if len(cells) < 2:
                rows.append((titles()[name], measure, len(cells), None, None, None, TOO_FEW))
                continue
            change = paired_bootstrap([before[key] for key in cells], [after[key] for key in cells], SEED)
            sure = "yes" if change.excludes_zero else "no"
            rows.append((titles()[name], measure, len(cells), change.difference, change.low, change.high, sure))
    columns = ("strategy", "measure", "cells", "difference", "from", "to", "more than chance")
    title = f"Against {titles()[base].lower()}"
    return Table("differences", title, columns, tuple(rows), "Only one strategy was asked for.", "The same cells and seeds; 95 % intervals.")


def _clip_chart(found: Mapping[str, Strategy]) -> Chart:
    bars = tuple(
        Bar(titles()[name], (Part("share", "CLIPScore", max(0, round(fmean(one.scores.values())))),), f"{fmean(one.scores.values()):.1f}")
        for name, one in found.items()
        if one.scores
    )
    counted = count_of(sum(len(one.scores) for one in found.values()), "picture")
    return Chart("CLIPScore of pictures by their descriptions", bars, "The profile's scorer gives no score.", counted, "Mean score")


def _diversity(found: Mapping[str, Strategy]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            titles()[name],
            len(one.looks),
            *(value for kinds in (one.colours, one.textures) for value in (len(set(kinds)), effective_number(kinds))),
            *(effective_number(one.named(*aspects)) for aspects in (("colour",), TEXTURES)),
        )
        for name, one in found.items()
    )
    columns = ("strategy", "pictures", "colours", "effective colours", "textures", "effective textures", "colours in texts", "textures in texts")
    note = (
        "Measured on the garments in the pictures: main colours by their nearest names, textures as plain, lined, crossed or figured. An effective "
        "number is how many equally frequent kinds would be as diverse. In texts: colours, and materials and patterns, that are named."
    )
    return Table("diversity", "Colours and textures", columns, rows, "Nothing was described.", note, digits=1)


def _colour_chart(found: Mapping[str, Strategy]) -> Chart:
    counts = {name: Counter(one.colours) for name, one in found.items()}
    common = sum(counts.values(), Counter[str]()).most_common(COLOURS_SHOWN)
    tones = {name: f"line-{number}" for number, name in enumerate(found, 1)}
    bars = tuple(
        Bar(colour, tuple(Part(tones[name], titles()[name], counts[name][colour]) for name in found), str(total)) for colour, total in common
    )
    pictures = count_of(sum(len(one.looks) for one in found.values()), "picture")
    return Chart("Main colours of the garments", bars, "No picture was measured.", pictures, "Pictures")


def _sources(found: Mapping[str, Strategy]) -> Table:
    given = {source: text for one in found.values() for order in one.orders.values() for source, text in _given(order)}
    read = Counter(source for one in found.values() for text in one.texts.values() for source in text.sources)
    rows = tuple((name, count, excerpt(given.get(name, ""))) for name, count in read.most_common(QUOTED_SHOWN))
    note = "All sources of each description stand in the table `descriptions` of the study's home."
    return Table("sources", "What was read most", ("source", "descriptions", "text"), rows, "No strategy reads anything.", note)


def _given(order: DescriptionOrder) -> Iterator[tuple[str, str]]:
    """What an order has read, name and text."""
    texts = (*(example.text for example in order.examples), *(passage.text for passage in order.passages))
    return zip(sources_of(order), texts, strict=True)


def _thoughts(found: Mapping[str, Strategy]) -> Table:
    thought = [(name, one.orders[key], text) for name, one in found.items() for key, text in one.texts.items() if text.reasoning]
    rows = tuple((said(order.request), excerpt(text.reasoning), excerpt(text.text)) for _, order, text in thought[:CELLS_SHOWN])
    return Table("thoughts", "Chains of thought", ("request", "thoughts", "description"), rows, "Nothing was thought aloud.")


def _strips(run: StudyRun, found: Mapping[str, Strategy]) -> tuple[Strip, ...]:
    orders = next(iter(found.values())).orders if found else {}
    return tuple(
        Strip(said(order.request), tuple(_shown(run, name, one, key) for name, one in found.items()))
        for key, order in list(orders.items())[:: max(1, len(orders) // CELLS_SHOWN)][:CELLS_SHOWN]
    )


def _shown(run: StudyRun, name: str, one: Strategy, key: str) -> Shown:
    image, text = one.pictures.get(key), one.texts.get(key)
    return Shown(run.study.images.path(image) if image else None, titles()[name], excerpt(text.text) if text else "nothing was written")
