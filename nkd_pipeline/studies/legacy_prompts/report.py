"""The report of the study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from statistics import fmean

from nkd_pipeline.models.legacy_prompting.summaries import ChosenSentences
from nkd_pipeline.report.page import percent
from nkd_pipeline.report.table import Table
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, excerpt, write_report
from nkd_pipeline.studies.common.running import StudyRun
from nkd_pipeline.studies.common.strategies import paired, verdict_table
from nkd_pipeline.studies.common.text_scores import change_table
from nkd_pipeline.studies.legacy_prompts.articles import Known
from nkd_pipeline.studies.legacy_prompts.measures import FULL, KEPT, SECONDS, SHORT, Way, compared
from nkd_pipeline.studies.legacy_prompts.settings import settings
from nkd_pipeline.studies.legacy_prompts.steps import LEGACY, MAIN_FLOW, OLDER

EXAMPLES, STRIPS, DEFINED = 6, 6, 12
NAMES = {OLDER: "legacy", MAIN_FLOW: "main flow"}
HEADLINES: Mapping[str, tuple[str, Callable[[float], str]]] = {
    SECONDS: ("computing time per prompt, legacy to main flow", lambda value: f"{1000 * value:.1f} ms"),
    KEPT: ("facts kept, legacy to main flow", percent),
    SHORT: ("CLIP by the article's short prompt, legacy to main flow", lambda value: f"{value:.1f}"),
    FULL: ("CLIP by its own prompt, legacy to main flow", lambda value: f"{value:.1f}"),
}
NOTE = (
    "Articles that both ways got so far with. Seconds are computing time from the German text to the prompt, without loading models. Facts are those "
    "of the article; where it was made at random they are true, else those that extraction read, and what was added is not known."
)
EXTRACTIVE = (
    "This profile has no model that summarises: the sentences nearest to the whole text are its summary, so that nothing is rewritten. What a BART "
    "model takes is not in these figures."
)


def legacy_prompts_report(run: StudyRun) -> Made:
    """The legacy strategy against the main flow, as a page with tables, examples and pictures side by side.

    Time per prompt, facts kept and added, length, CLIP and rubric on the same articles, with intervals; which definitions were put in, which keywords
    left out. Pictures are scored and judged here, once each.
    """
    known, ways = compared(run)
    table = _comparison(known, ways)
    reports = {NAMES[name]: way.judgement.rubric.values() for name, way in ways.items()}
    sections = (
        Section("comparison", "Legacy against main flow", _words(run), tables=(table, verdict_table("verdicts", reports, "No picture was judged."))),
        Section("steps", "What the legacy steps did", tables=(_definitions(ways[OLDER]), _dropped(ways[OLDER]))),
        Section("examples", "Examples", tables=(_examples(known, ways),), strips=_strips(run, known, ways)),
    )
    headlines = _headlines(known, ways)
    page = write_report(run.study, StudyReport("Legacy prompting", headlines, _facts(run), sections))
    return Made(len(ways[OLDER].prompts), {name: value for value, name, _ in headlines}, {"report": page})


def _words(run: StudyRun) -> tuple[str, ...]:
    return (EXTRACTIVE,) if ChosenSentences.name in run.study.profile.stage(LEGACY).backend else ()


def _facts(run: StudyRun) -> dict[str, str]:
    wanted, profile = settings(run.study.profile), run.study.profile
    return {
        "Profile": profile.name,
        "Articles": wanted.articles,
        "Legacy prompts by": profile.stage(LEGACY).backend,
        "Attributes by": profile.stage("extracted_attributes").backend,
        "Pictures by": profile.stage("generated_images").backend,
        "Scores by": profile.stage("clip_scores").backend,
    }


def _comparison(known: Mapping[str, Known], ways: Mapping[str, Way]) -> Table:
    legacy, main = (ways[name].measures(known) for name in (OLDER, MAIN_FLOW))
    pairs = {name: paired(legacy[name], main[name]) for name in legacy}
    before, after = ({name: pair[place] for name, pair in pairs.items()} for place in (0, 1))
    return change_table("comparison", "The same articles", before, after, NOTE, columns=(NAMES[OLDER], NAMES[MAIN_FLOW]))


def _definitions(way: Way) -> Table:
    found = Counter(
        (finding.text, finding.says) for prompt in way.prompts.values() for finding in prompt.findings if finding.kind == "defined_keyword"
    )
    rows = tuple((keyword, says.partition(": ")[0], excerpt(says.partition(": ")[2]), count) for (keyword, says), count in found.most_common(DEFINED))
    return Table("definitions", "Definitions put in", ("keyword", "source", "definition", "prompts"), rows, "No keyword has a definition.")


def _dropped(way: Way) -> Table:
    found = Counter(
        word
        for prompt in way.prompts.values()
        for finding in prompt.findings
        if finding.kind == "dropped_keywords"
        for word in finding.text.split(", ")
    )
    rows = tuple(found.most_common(DEFINED))
    return Table("dropped", "Keywords left out", ("keyword", "prompts"), rows, "None.", "They name nothing that a picture can show.")


def _examples(known: Mapping[str, Known], ways: Mapping[str, Way]) -> Table:
    both = [key for key in ways[OLDER].prompts if key in ways[MAIN_FLOW].prompts][:EXAMPLES]
    rows = tuple((known[key].row.name, *(excerpt(way.prompts[key].prompt) for way in ways.values())) for key in both)
    return Table("examples", "Prompts", ("article", *(NAMES[name] for name in ways)), rows, "Nothing was written.")


def _strips(run: StudyRun, known: Mapping[str, Known], ways: Mapping[str, Way]) -> tuple[Strip, ...]:
    shown = [key for key in known if any(key in way.pictures for way in ways.values())][:STRIPS]
    return tuple(Strip(known[key].row.name, tuple(_picture(run, name, way, key) for name, way in ways.items())) for key in shown)


def _picture(run: StudyRun, name: str, way: Way, key: str) -> Shown:
    image, prompt = way.pictures.get(key), way.prompts.get(key)
    return Shown(run.study.images.path(image) if image else None, NAMES[name], excerpt(prompt.prompt) if prompt else "no prompt was written")


def _headlines(known: Mapping[str, Known], ways: Mapping[str, Way]) -> tuple[Headline, ...]:
    legacy, main = (ways[name].measures(known) for name in (OLDER, MAIN_FLOW))
    made: list[Headline] = []
    for measure, (name, shown) in HEADLINES.items():
        before, after = paired(legacy[measure], main[measure])
        if before:
            made.append((f"{shown(fmean(before))} → {shown(fmean(after))}", name, f"n = {len(before)}"))
    return tuple(made)
