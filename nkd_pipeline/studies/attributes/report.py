"""The report of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nkd_pipeline.models.attribute_reader.samples import read_samples, same
from nkd_pipeline.models.training.fitting import TRAINING
from nkd_pipeline.records.photo_attributes import PhotoAnswer, VqaPair
from nkd_pipeline.report.charts import Matrix, Panel
from nkd_pipeline.report.page import percent
from nkd_pipeline.report.table import Cell, Mean, Share, Table
from nkd_pipeline.storage.places import place
from nkd_pipeline.studies.attributes.product_copy import COPY, copy_section
from nkd_pipeline.studies.attributes.scores import OTHER, AttributeScore, scores_of
from nkd_pipeline.studies.attributes.settings import settings
from nkd_pipeline.studies.attributes.steps import IMAGES, MODEL, PREDICTED, UNTRAINED, all_pairs, answers, held_out
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, excerpt, write_report
from nkd_pipeline.studies.common.running import StudyRun
from nkd_pipeline.studies.common.trainings import epochs_of, loss_headline, model_folder, training_section

SHOWN = 8  # held-out products with their pictures
NOT_ASKED = "No question was answered."


def attributes_report(run: StudyRun) -> Made:
    """How many attributes of held-out products are read right, and what is taken for what, as a page with plots, tables and pictures.

    Accuracy by attribute before and after training, beside what the commonest answer alone would reach; confusion by attribute; what the model said
    to some questions as it learnt; the descriptions that were written from the answers.
    """
    pairs = held_out(all_pairs(run))
    after = answers(run, PREDICTED, pairs)
    scores = scores_of(pairs, answers(run, UNTRAINED, pairs), after)
    training, accuracy = training_section(epochs_of(run.study)), accuracy_section(scores)
    sections = (training, accuracy, confusion_section(scores), _samples(run), _pictures(pairs, after), _copy(run))
    headlines = _headlines(run, scores)
    page = write_report(run.study, StudyReport("Attributes from photos", headlines, _facts(run), sections))
    values = {name: value for value, name, _ in headlines}
    return Made(sum(score.asked for score in scores), values, {"report": page}, figures={**training.figures, **accuracy.figures})


def accuracy_section(scores: Sequence[AttributeScore]) -> Section:
    """Accuracy by attribute, as a plot and as numbers."""
    figure = Matrix(
        "Right answers",
        ("before training", "after training"),
        tuple((_name(score), tuple(_panel(part, score.asked) for part in (score.right_before, score.right))) for score in scores if score.asked),
        NOT_ASKED,
        axis="Share of the questions about held-out products",
    )
    columns = ("attribute", "answers to choose from", "before training", "commonest answer alone", "after training", "confidence")
    rows = tuple(
        (
            _name(score),
            score.values,
            Share(score.right_before, score.asked, NOT_ASKED),
            Share(score.usual, score.asked, NOT_ASKED),
            Share(score.right, score.asked, NOT_ASKED),
            Mean.of(score.confidences, NOT_ASKED),
        )
        for score in scores
    )
    note = (
        "An answer is right when it says the same words, whatever their capitals. No held-out product was trained on. Confidence is how probable the "
        "model holds just the words of its answer, 0 to 1."
    )
    return Section("accuracy", "Attributes read", figures={"accuracy": figure}, tables=(Table("accuracy", "By attribute", columns, rows, "", note),))


def confusion_section(scores: Sequence[AttributeScore]) -> Section:
    """What was said where something was right, attribute by attribute."""
    return Section("confusion", "What is taken for what", tables=tuple(_confusion(score) for score in scores if score.asked))


def _confusion(score: AttributeScore) -> Table:
    said = [*score.confusion, *([OTHER] if any(counts[OTHER] for counts in score.confusion.values()) else [])]
    rows: tuple[tuple[Cell, ...], ...] = tuple((right, *(counts[one] for one in said)) for right, counts in score.confusion.items())
    name = "confusion_" + score.attribute.lower().replace(" ", "_")
    return Table(name, _name(score), ("right", *(f"said: {one}" for one in said)), rows, NOT_ASKED)


def _samples(run: StudyRun) -> Section:
    """The same questions at the end of each epoch."""
    epochs = read_samples(run.study.home.local / TRAINING)
    last = epochs[max(epochs)] if epochs else []
    shown = sorted({0, 1, max(epochs) // 2, max(epochs)} & epochs.keys()) if epochs else []
    said = {epoch: {(row["article_id"], row["question"]): row["said"] for row in epochs[epoch]} for epoch in shown}
    columns = ("question", "right", *(f"after epoch {epoch}" if epoch else "before training" for epoch in shown))
    rows = tuple(
        (row["question"], row["right"], *(excerpt(said[epoch].get((row["article_id"], row["question"]), "")) or "nothing" for epoch in shown))
        for row in last
    )
    return Section("samples", "While it learnt", tables=(Table("samples", "Some held-out questions", columns, rows, "No answers were kept."),))


def _pictures(pairs: Sequence[VqaPair], after: Mapping[str, Mapping[str, PhotoAnswer]]) -> Section:
    products: dict[str, list[VqaPair]] = {}
    for pair in pairs:
        products.setdefault(pair.article_id, []).append(pair)
    shown = tuple(
        Shown(place(asked[0].image_file), article_id, "; ".join(_said(pair, after.get(pair.attribute, {}).get(article_id)) for pair in asked))
        for article_id, asked in list(products.items())[:SHOWN]
    )
    return Section("pictures", "Held-out products", strips=(Strip("What was read from their pictures", shown),))


def _copy(run: StudyRun) -> Section:
    if run.study.tables.keys(COPY):
        return copy_section(run)
    return Section("copy", "Product copy", ("Nothing was read from any picture that could be written of.",))


def _said(pair: VqaPair, answer: PhotoAnswer | None) -> str:
    said = answer.answer if answer else "no answer"
    return f"{pair.attribute}: {said}" if same(pair.answer, said) else f"{pair.attribute}: {said or 'nothing'} (right: {pair.answer})"


def _headlines(run: StudyRun, scores: Sequence[AttributeScore]) -> tuple[Headline, ...]:
    made: list[Headline] = [loss_headline(epochs_of(run.study))]
    asked = [score for score in scores if score.asked and not score.unseen]
    if asked:
        total = sum(score.asked for score in asked)
        before, after = (sum(parts) / total for parts in ([score.right_before for score in asked], [score.right for score in asked]))
        made.append((f"{percent(before)} → {percent(after)}", "answers right, before and after training", f"n = {total}"))
        worst = min(asked, key=lambda score: score.right / score.asked)
        made.append((percent(worst.right / worst.asked), f"right for the hardest attribute, {worst.attribute}", f"n = {worst.asked}"))
    made += [
        (percent(score.right / score.asked), f"right for {score.attribute}, which was kept from training", f"n = {score.asked}")
        for score in scores
        if score.asked and score.unseen
    ]
    return tuple(made)


def _facts(run: StudyRun) -> dict[str, str]:
    wanted, profile = settings(run.study.profile), run.study.profile
    return {
        "Profile": profile.name,
        "Pictures": f"photos of {wanted.photos}" if wanted.photos else f"{wanted.articles} articles by {profile.stage(IMAGES).backend}",
        "Model": str(model_folder(run.study, MODEL)),
        "Kept from training": ", ".join(wanted.unseen) or "no attribute",
    }


def _panel(part: int, whole: int) -> Panel:
    return Panel(part / whole, f"{part} of {whole}")


def _name(score: AttributeScore) -> str:
    return f"{score.attribute} (kept from training)" if score.unseen else score.attribute
