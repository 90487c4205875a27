"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.models.prompt_improver.training import train
from nkd_pipeline.records import DeliveryRow, GeneratedImage
from nkd_pipeline.records.studies import BasicPrompt, ImprovedPrompt, PictureOrder, PromptPair
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyRun, joined, read_plain, read_table
from nkd_pipeline.studies.common.text_scores import epoch_measure
from nkd_pipeline.studies.common.trainings import model_folder, trained
from nkd_pipeline.studies.prompt_improvement.settings import settings

PAIRS, IMPROVER, IMPROVED, IMAGES = "prompt_pairs", "prompt_improver", "improved_prompts", "improved_images"
UNPENALISED, ORIGINALS = "unpenalised_prompts", "original_images"  # tables without an asset of their own
ORIGINAL, NEW = 1, 2  # attempts under which an article's two pictures lie


def prompt_pairs(run: StudyRun) -> Made:
    """Short prompts, each with the long one that is to be made of it.

    Of the project's own articles (short form and the prompt that the main flow writes, some of them with words of style behind it, as public data
    sets have them), or of a Parquet, CSV or JSON lines file with the columns basic and improved. Some pairs are held out: never trained on, measured
    by.
    """
    from nkd_pipeline.studies.prompt_improvement.pairs import pairs_of  # imports OpenCV, for which definitions do not wait

    pairs = pairs_of(run.main, settings(run.study.profile))
    run.plain(PAIRS, PromptPair, pairs)
    held_out = [pair for pair in pairs if pair.held_out]
    table = [{"basic": pair.basic, "improved": pair.improved} for pair in held_out]
    return Made(len(pairs), {"trained_on": len(pairs) - len(held_out), "held_out": len(held_out)}, table=table)


def improver(run: StudyRun) -> Made:
    """A sequence-to-sequence model that learnt to make the long prompt of the short one.

    Trained with the profile's recipe; checkpoints lie in the study's home, and a training that was interrupted goes on where it stopped. Each epoch
    is an observation of this asset. A model that is trained already on the same pairs with the same recipe is not trained again.
    """
    wanted, pairs = settings(run.study.profile), read_plain(run.study, PAIRS, PromptPair, PAIRS)
    measure = epoch_measure(wanted.metrics)
    return trained(run, IMPROVER, wanted.training.epochs, lambda folder, tell: train(wanted.training, pairs, folder, tell, measure))


def improved_prompts(run: StudyRun) -> Made:
    """What the trained model makes of the held-out short prompts, with the penalty on styles that they do not name, and without."""
    orders = [BasicPrompt(pair.article_id, pair.basic) for pair in held_out_pairs(run)[: settings(run.study.profile).improved]]
    model, profile = str(model_folder(run.study, IMPROVER)), run.study.profile
    made = run.table(IMPROVED, ImprovedPrompt, profile.stage(IMPROVED, model=model), orders)
    plain = run.table(UNPENALISED, ImprovedPrompt, profile.stage(IMPROVED, model=model, style_penalty=0.0), orders)
    values = {"invented_styles": _invented(made), "invented_styles_without_penalty": _invented(plain)}
    return Made(len(made), values, table=[{"basic": prompt.basic, "improved": prompt.text} for prompt in made.values()])


def improved_images(run: StudyRun) -> Made:
    """Pictures of the short prompts and of the improved ones, with the same seeds.

    Both lie under `images/study/<article>` of the study's home: 1 is the short prompt's picture, 2 the improved one's, so that the review page can
    show them side by side (`nkd review --mode ab --home <the study's home>`).
    """
    improved = read_table(run.study, IMPROVED, ImprovedPrompt, IMPROVED)
    chosen = list(improved)[: settings(run.study.profile).pictures]
    stage = run.study.profile.stage(IMAGES)
    before = joined(chosen, improved, IMPROVED, lambda prompt: _order(prompt.article_id, prompt.basic))
    after = joined(chosen, improved, IMPROVED, lambda prompt: _order(prompt.article_id, prompt.text))
    old = run.table(ORIGINALS, GeneratedImage, stage, before, attempt=ORIGINAL)
    new = run.table(IMAGES, GeneratedImage, stage, after, attempt=NEW)
    rows = [DeliveryRow(article_id, "", "", 0, name=improved[article_id].basic) for article_id in chosen if article_id in improved]
    run.plain("delivery_rows", DeliveryRow, rows)  # what the review page says above the pictures
    return Made(len(new), pictures={"original_prompts": _files(run, old), "improved_prompts": _files(run, new)})


def held_out_pairs(run: StudyRun) -> list[PromptPair]:
    """The pairs that were kept from training."""
    return [pair for pair in read_plain(run.study, PAIRS, PromptPair, PAIRS) if pair.held_out]


def _order(article_id: str, text: str) -> PictureOrder:
    return PictureOrder(article_id, article_seed(article_id, ORIGINAL), text)


def _invented(prompts: Mapping[str, ImprovedPrompt]) -> int:
    return sum(len(prompt.styles_invented) for prompt in prompts.values())


def _files(run: StudyRun, images: Mapping[str, GeneratedImage]) -> list[Path]:
    return [run.study.images.path(image) for image in images.values()]
