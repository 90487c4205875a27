"""The report of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nkd_pipeline.records.studies import Caption, CaptionedPicture, PictureLikeness
from nkd_pipeline.report.page import number
from nkd_pipeline.report.table import Mean, Table
from nkd_pipeline.storage.places import place
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.page import Headline, Section, Shown, Strip, StudyReport, excerpt, write_report
from nkd_pipeline.studies.common.running import StudyRun
from nkd_pipeline.studies.common.text_scores import SENTENCES, Scores, change_table, changes, scores_of_strangers, signed, text_scores
from nkd_pipeline.studies.common.trainings import epochs_of, loss_headline, training_section
from nkd_pipeline.studies.prompt_recovery.drift import Round, pictures_of_photo_texts, run_rounds
from nkd_pipeline.studies.prompt_recovery.drift_tables import drift_section
from nkd_pipeline.studies.prompt_recovery.settings import settings
from nkd_pipeline.studies.prompt_recovery.steps import IMAGES, RECOVERED, UNTRAINED, captions, held_out_pictures, is_photo

EXAMPLES, STRIPS = 8, 6


@dataclass(frozen=True, slots=True)
class Recovered:
    """Held-out pictures with what the captioner said of them before and after its training, and how alike that is to their prompts."""

    pictures: Sequence[CaptionedPicture]
    before: Mapping[str, Caption]
    after: Mapping[str, Caption]
    before_scores: Scores
    after_scores: Scores
    strangers: Scores  # captions after training by the prompts of other pictures


def prompt_recovery_report(run: StudyRun) -> Made:
    """How well prompts are recovered from pictures, and what gets lost in rounds, as a page with plots, tables and strips of pictures.

    Recovered prompts by sentence similarity, BERTScore, METEOR and keyword retention, before and after training; pictures of recovered prompts beside
    those of the original ones, and beside real photos where there are some; the drift over rounds.
    """
    pictures = held_out_pictures(run)
    sketched, photos = [one for one in pictures if not is_photo(one)], [one for one in pictures if is_photo(one)]
    found, rounds = _recovered(run, sketched), run_rounds(run)
    drift = drift_section(rounds, settings(run.study.profile).metrics)
    training = training_section(epochs_of(run.study))
    sections = [training, _texts("recovered", "Recovered prompts", found), _likeness(rounds), drift]
    if photos:
        sections.append(_photos(run, photos, rounds))
    sections.append(_strips(rounds))
    headlines = _headlines(run, found, rounds)
    page = write_report(run.study, StudyReport("Prompt recovery", headlines, _facts(run), tuple(sections)))
    values = {name: value for value, name, _ in headlines}
    return Made(len(pictures), values, {"report": page}, figures={**training.figures, **drift.figures})


def _recovered(run: StudyRun, pictures: Sequence[CaptionedPicture]) -> Recovered:
    before, after = captions(run, UNTRAINED), captions(run, RECOVERED)
    both = [picture for picture in pictures if picture.article_id in before and picture.article_id in after]
    texts, metrics = [picture.text for picture in both], settings(run.study.profile).metrics
    said, learnt = ([rows[picture.article_id].text for picture in both] for rows in (before, after))
    scores = text_scores(texts, said, metrics), text_scores(texts, learnt, metrics), scores_of_strangers(texts, learnt, metrics)
    return Recovered(both, before, after, *scores)


def _facts(run: StudyRun) -> dict[str, str]:
    wanted, profile = settings(run.study.profile), run.study.profile
    return {
        "Profile": profile.name,
        "Prompts of": f"{wanted.articles} articles",
        "Pictures by": profile.stage(IMAGES).backend,
        "Photos": wanted.photos,
    }


def _texts(name: str, title: str, found: Recovered) -> Section:
    note = (
        "Each caption by the prompt that its picture was made of; no held-out picture was trained on. The last column has the captions after "
        "training by the prompt of another picture: so much is due to what all prompts share."
    )
    table = change_table(name, "Captions against prompts", found.before_scores, found.after_scores, note, strangers=found.strangers)
    ids = [(picture.text, picture.article_id) for picture in found.pictures[:EXAMPLES]]
    rows = tuple((text, excerpt(found.before[key].text) or "nothing", excerpt(found.after[key].text) or "nothing") for text, key in ids)
    examples = Table(f"{name}_examples", "Examples", ("prompt", "before training", "after training"), rows, "Nothing was recovered.")
    return Section(name, title, tables=(table, examples))


def _likeness(rounds: Sequence[Round]) -> Section:
    """Pictures of original prompts beside those of recovered ones: the first round."""
    found = [row for key, row in rounds[1].likeness.items() if not is_photo(rounds[0].pictures[key])]
    note = "The same seeds: the same text would give the same picture. 1 is equal."
    table = Table("pictures", "Pictures of recovered prompts against those of the original ones", *_likeness_rows({"recovered": found}), "", note, 3)
    return Section("pictures", "Pictures of recovered prompts", tables=(table,))


def _likeness_rows(groups: Mapping[str, Sequence[PictureLikeness]]) -> tuple[tuple[str, ...], tuple[tuple[str | int | Mean, ...], ...]]:
    columns = ("pictures of", "pictures", "cosine of CLIP features", "SSIM of the garments")
    rows = tuple(
        (
            name,
            len(found),
            Mean.of((row.cosine for row in found if row.cosine is not None), "the profile's scorer has no picture-text model"),
            Mean.of((row.ssim for row in found if row.ssim is not None), "no two garments stood out from their backgrounds"),
        )
        for name, found in groups.items()
    )
    return columns, rows


def _photos(run: StudyRun, photos: Sequence[CaptionedPicture], rounds: Sequence[Round]) -> Section:
    """Real photos: their captions against what people wrote, and pictures of both texts against the photos."""
    found, of_texts = _recovered(run, photos), pictures_of_photo_texts(run)
    of_captions = [row for key, row in rounds[1].likeness.items() if is_photo(rounds[0].pictures[key])]
    section = _texts("photos", "Real photos", found)
    groups = {"people's texts": list(of_texts.values()), "recovered prompts": of_captions}
    table = Table("photo_pictures", "Pictures of texts against the photos", *_likeness_rows(groups), "", "", 3)
    return Section("photos", "Real photos", tables=(*section.tables, table))


def _strips(rounds: Sequence[Round]) -> Section:
    chosen = [*rounds[0].pictures][:STRIPS]
    photos = [key for key, picture in rounds[0].pictures.items() if is_photo(picture) and key not in chosen][:STRIPS]
    strips = tuple(Strip(rounds[0].texts[key], tuple(_shown(one, key) for one in rounds)) for key in [*chosen, *photos])
    return Section("strips", "Round by round", strips=strips)


def _shown(one: Round, key: str) -> Shown:
    picture = one.pictures.get(key)
    text = excerpt(one.texts.get(key, "the round before had no picture")) if one.number else ""
    return Shown(place(picture.image_file) if picture else None, f"round {one.number}", text)


def _headlines(run: StudyRun, found: Recovered, rounds: Sequence[Round]) -> tuple[Headline, ...]:
    made: list[Headline] = [loss_headline(epochs_of(run.study))]
    if (gain := changes(found.before_scores, found.after_scores)).get(SENTENCES):
        made.append((signed(gain[SENTENCES]), "sentence similarity by training", f"n = {len(found.pictures)}"))
    cosines = {one.number: [row.cosine for row in one.likeness.values() if row.cosine is not None] for one in (rounds[1], rounds[-1])}
    if all(cosines.values()):
        first, last = (sum(values) / len(values) for values in (cosines[1], cosines[rounds[-1].number]))
        made.append(
            (f"{number(first, 2)} → {number(last, 2)}", f"likeness to the first picture, rounds 1 to {rounds[-1].number}", f"n = {len(cosines[1])}")
        )
    return tuple(made)
