"""The report of the study."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from nkd_pipeline.metrics.words import compared_frequencies
from nkd_pipeline.records import GeneratedImage
from nkd_pipeline.records.studies import ImprovedPrompt
from nkd_pipeline.report.charts import Bar, Chart, Part
from nkd_pipeline.report.page import percent
from nkd_pipeline.report.table import Cell, Table
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, excerpt, write_report
from nkd_pipeline.studies.common.running import StudyRun, read_table
from nkd_pipeline.studies.common.text_scores import change_table, changes, scores_of_strangers, signed, text_scores
from nkd_pipeline.studies.common.trainings import epochs_of, loss_headline, training_section
from nkd_pipeline.studies.prompt_improvement import measures
from nkd_pipeline.studies.prompt_improvement.settings import settings
from nkd_pipeline.studies.prompt_improvement.steps import IMAGES, IMPROVED, ORIGINALS, UNPENALISED, held_out_pairs
from nkd_pipeline.studies.prompt_improvement.strategies import run_strategies
from nkd_pipeline.studies.prompt_improvement.strategy_tables import strategy_section

EXAMPLES, WORDS, BARS, PAIRS_SHOWN = 8, 30, 14, 6


def prompt_improvement_report(run: StudyRun) -> Made:
    """What the improver does to prompts and to their pictures, as a page with plots, tables and examples.

    CLIP scores of texts and pictures, words before and after, garment facts lost and invented, invented styles with and without the penalty, what
    people prefer on the review page, and the improver as prompt strategy of the main flow. Pictures are scored and judged here, once each.
    """
    improved = read_table(run.study, IMPROVED, ImprovedPrompt, IMPROVED)
    plain = read_table(run.study, UNPENALISED, ImprovedPrompt, IMPROVED)
    training, texts, facts = training_section(epochs_of(run.study)), _texts(run, improved), measures.count_facts(improved.values())
    clip = measures.clip_scores(run)
    sections = (
        training,
        texts,
        Section("facts", "Garment facts and styles", tables=(measures.fact_table(facts), measures.style_table(improved, plain))),
        _words(improved),
        _pictures(run, improved, clip),
        _preference(run),
        strategy_section(run_strategies(run)),
    )
    headlines = (
        loss_headline(epochs_of(run.study)),
        *_style_headlines(improved, plain),
        (percent(facts.kept.value), "facts kept", _of(facts)),
        *_clip_headline(clip),
    )
    page = write_report(run.study, StudyReport("Prompt improvement", headlines, _facts(run), sections))
    return Made(len(improved), {name: value for value, name, _ in headlines}, {"report": page}, figures=training.figures)


def _facts(run: StudyRun) -> dict[str, str]:
    wanted, profile = settings(run.study.profile), run.study.profile
    data = wanted.pairs.data if wanted.pairs else f"{wanted.articles} articles of the project"
    return {"Profile": profile.name, "Pairs": data, "Pictures by": profile.stage(IMAGES).backend, "Scores by": profile.stage("clip_scores").backend}


def _texts(run: StudyRun, improved: Mapping[str, ImprovedPrompt]) -> Section:
    pairs = [pair for pair in held_out_pairs(run) if pair.article_id in improved]
    wanted = [pair.improved for pair in pairs]
    metrics = settings(run.study.profile).metrics
    made = [improved[pair.article_id].text for pair in pairs]
    before, after = text_scores(wanted, [pair.basic for pair in pairs], metrics), text_scores(wanted, made, metrics)
    note = (
        "Each held-out text by the long prompt that belongs to it: the short one as it was given, and what the model made of it. The last column "
        "has the improved texts by the long prompt of another pair: so much is due to what all prompts share."
    )
    title, strangers = "Against the long prompts of the held-out pairs", scores_of_strangers(wanted, made, metrics)
    scores = change_table("texts", title, before, after, note, columns=("short", "improved"), strangers=strangers)
    rows = tuple((pair.basic, excerpt(improved[pair.article_id].text), excerpt(pair.improved)) for pair in pairs[:EXAMPLES])
    examples = Table("examples", "Examples", ("short", "improved", "of the pair"), rows, "Nothing was improved.")
    return Section("texts", "Texts", tables=(scores, examples))


def _words(improved: Mapping[str, ImprovedPrompt]) -> Section:
    found = compared_frequencies([prompt.basic for prompt in improved.values()], [prompt.text for prompt in improved.values()])
    rows = tuple((row.word, row.before, row.after, row.after - row.before) for row in found[:WORDS])
    bars = tuple(
        Bar(row.word, (Part("held", "Before", row.before), Part("share", "Added", row.after - row.before)), f"{row.before} → {row.after}")
        for row in [row for row in found if row.after > row.before][:BARS]
    )
    counted = f"{len(improved):,} prompts"
    chart = Chart("Words that improvement adds", bars, "No word became more frequent.", counted, "Occurrences")
    table = Table("words", "Words that changed most", ("word", "before", "after", "change"), rows, "No word changed.", "Function words are left out.")
    return Section("words", "Words", figures={"words": chart}, tables=(table,))


def _pictures(run: StudyRun, improved: Mapping[str, ImprovedPrompt], clip: Mapping[str, Mapping[str, float]]) -> Section:
    base, *others = clip
    rows = {name: [key for key in clip[name] if key in clip[base]] for name in others}
    before = {name: [clip[base][key] for key in keys] for name, keys in rows.items()}
    after = {name: [clip[name][key] for key in keys] for name, keys in rows.items()}
    note = f"“Before” is {base}. Scores are 100 × cosine; a text's words beyond what the model reads do not count."
    table = change_table("clip", "CLIP scores", before, after, note)
    old, new = (read_table(run.study, name, GeneratedImage, IMAGES) for name in (ORIGINALS, IMAGES))
    strips = tuple(
        Strip(
            improved[key].basic,
            (_shown(run, old.get(key), "short prompt", ""), _shown(run, new.get(key), "improved prompt", excerpt(improved[key].text))),
        )
        for key in list(old)[:PAIRS_SHOWN]
    )
    return Section("pictures", "Pictures", tables=(table,), strips=strips)


def _shown(run: StudyRun, image: GeneratedImage | None, title: str, text: str) -> Shown:
    return Shown(run.study.images.path(image) if image else None, title, text)


def _preference(run: StudyRun) -> Section:
    start = f"nkd review --mode ab --home {run.study.home.root} --profile {run.study.profile.name}"
    how = f"Each pair is shown side by side, in an order of its own for each reviewer: {start}. Then materialize this report again."
    found = measures.preferences(run)
    columns = ("pairs decided", "improved preferred", "original preferred", "ties", "reviewers", "share", "from", "to", "p")
    rows: tuple[tuple[Cell, ...], ...] = ()
    if found:
        low, high = found.interval
        counts = (str(found.decided), found.second_wins, found.first_wins, found.ties, found.reviewers)
        rows = ((*counts, found.share, low if found.decided else None, high if found.decided else None, found.p_value),)
    note = "Share of decided pairs in which the improved prompt's picture is preferred, with Wilson's interval; p is that of the sign test."
    return Section(
        "preference", "Preference", (how,), tables=(Table("preference", "What people prefer", columns, rows, "Nobody has looked yet.", note),)
    )


def _style_headlines(improved: Mapping[str, ImprovedPrompt], plain: Mapping[str, ImprovedPrompt]) -> tuple[Headline, ...]:
    without, with_penalty = (sum(len(prompt.styles_invented) for prompt in prompts.values()) for prompts in (plain, improved))
    less = percent(1 - with_penalty / without) if without else "–"
    return ((less, "fewer invented styles by the penalty", f"{without} → {with_penalty}"),)


def _clip_headline(clip: Mapping[str, Mapping[str, float]]) -> tuple[Headline, ...]:
    base, _, crossed = clip
    keys = [key for key in clip[crossed] if key in clip[base]]
    if len(keys) < 2:
        return (("–", "CLIP: new picture by the original text", "not scored"),)
    found = changes({crossed: [clip[base][key] for key in keys]}, {crossed: [clip[crossed][key] for key in keys]})[crossed]
    means = f"{fmean(clip[base][key] for key in keys):.1f} → {fmean(clip[crossed][key] for key in keys):.1f}, n = {len(keys)}"
    return ((signed(found, 1), "CLIP: new picture by the original text", means),)


def _of(facts: measures.Facts) -> str:
    return f"{facts.kept.part} of {facts.kept.whole}, {facts.invented.total()} invented"
