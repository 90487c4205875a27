"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nkd_pipeline.models.attribute_reader import train, untrained
from nkd_pipeline.models.attribute_reader.merging import merged_difference
from nkd_pipeline.models.attribute_reader.questions import question_for
from nkd_pipeline.records import GeneratedImage
from nkd_pipeline.records.photo_attributes import HELD_OUT, TRAIN, UNSEEN, PhotoAnswer, PhotoQuestion, VqaPair
from nkd_pipeline.studies.attributes.fashion_products import PhotoProduct, read_products
from nkd_pipeline.studies.attributes.scores import by_attribute, scores_of
from nkd_pipeline.studies.attributes.settings import AttributesSettings, settings
from nkd_pipeline.studies.attributes.sketches import shown_articles
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyRun, picture_file, read_plain, read_table
from nkd_pipeline.studies.common.trainings import model_folder, trained

PAIRS, MODEL, PREDICTED = "vqa_pairs", "vqa_model", "predicted_attributes"
IMAGES, UNTRAINED = "attribute_images", "untrained_attributes"  # tables without an asset of their own; the latter has a shard an attribute
EXAMPLES = 40


def vqa_pairs(run: StudyRun) -> Made:
    """Questions about pictures of products with the right answers: sketches of articles, of which it is known what was drawn, or photos of a folder.

    The products are split by lot: a share of them is held out, and measured by. Attributes can be kept from training altogether.
    """
    wanted = settings(run.study.profile)
    products, values = _photos(run, wanted) if wanted.photos else _sketches(run, wanted)
    kept = set(_by_lot([product.article_id for product in products], wanted.seed)[: max(1, round(wanted.held_out * len(products)))])
    pairs = [
        VqaPair(product.article_id, name, question_for(name, product.article_id), answer, split, product.sha256, product.image_file)
        for product in products
        for name, answer in product.answers.items()
        if (split := _split(name in wanted.unseen, product.article_id in kept))
    ]
    run.plain(PAIRS, VqaPair, pairs)
    values = {"products": len(products), "held_out": len(kept), **values}
    shown = {"thumbnails": [Path(product.image_file) for product in products]}
    return Made(len(pairs), values, pictures=shown, table=[_row(pair) for pair in pairs[:EXAMPLES]])


def vqa_model(run: StudyRun) -> Made:
    """A BLIP-2 model that learnt to answer the questions from the pictures.

    Trained with the profile's recipe; adapters are merged, and the model is saved as an ordinary checkpoint. A training that was interrupted goes on
    where it stopped. Each epoch is an observation of this asset; what the model answered to some questions lies beside the training's log.
    """
    wanted, pairs = settings(run.study.profile).training, all_pairs(run)
    made = trained(run, MODEL, wanted.epochs, lambda folder, tell: train(wanted, pairs, folder, tell, _sees(run)))
    difference = merged_difference(wanted, pairs, run.study.home.local)
    return Made(made.rows, {**made.values, "merged_difference": difference}, made.files, figures=made.figures)


def predicted_attributes(run: StudyRun) -> Made:
    """What the model answers to the questions about held-out products, as it was before its training and after it; a shard for each attribute."""
    profile, pairs = run.study.profile, all_pairs(run)
    after_training, before_training = str(model_folder(run.study, MODEL)), untrained(settings(profile).training, run.study.home.local)
    for attribute, asked in by_attribute(held_out(pairs)).items():
        questions = [PhotoQuestion(pair.article_id, pair.question, attribute, pair.sha256, pair.image_file) for pair in asked]
        shard = shard_of(attribute)
        run.table(UNTRAINED, PhotoAnswer, profile.stage(PREDICTED, **before_training), questions, shard=shard)
        run.table(PREDICTED, PhotoAnswer, profile.stage(PREDICTED, model=after_training), questions, shard=shard)
    scores = scores_of(held_out(pairs), answers(run, UNTRAINED, pairs), answers(run, PREDICTED, pairs))
    values = {f"accuracy, {score.attribute}": score.right / score.asked for score in scores if score.asked}
    return Made(sum(score.asked for score in scores), values)


def _sees(run: StudyRun) -> Callable[[int, int], None]:
    """Shows how far a small model has learnt to see, which comes before its first epoch."""
    return lambda done, steps: run.progress(f"{MODEL} learns to see", done, steps) if run.progress else None


def all_pairs(run: StudyRun) -> list[VqaPair]:
    """All pairs. Raises StudyError when they have not been made."""
    return read_plain(run.study, PAIRS, VqaPair, PAIRS)


def held_out(pairs: Sequence[VqaPair]) -> list[VqaPair]:
    """The pairs that the model is measured by: those of held-out products, of attributes kept from training as well."""
    return [pair for pair in pairs if pair.split in (HELD_OUT, UNSEEN)]


def answers(run: StudyRun, table: str, pairs: Sequence[VqaPair]) -> dict[str, Mapping[str, PhotoAnswer]]:
    """Attribute -> article -> what was answered."""
    found = by_attribute(held_out(pairs))
    return {attribute: read_table(run.study, table, PhotoAnswer, PREDICTED, shard=shard_of(attribute)) for attribute in found}


def shard_of(attribute: str) -> str:
    """The shard of an attribute's answers: "sleeve-length"."""
    return attribute.lower().replace(" ", "-")


def _sketches(run: StudyRun, wanted: AttributesSettings) -> tuple[list[PhotoProduct], dict[str, int]]:
    shown = shown_articles(run.main, wanted)
    images = run.table(IMAGES, GeneratedImage, run.study.profile.stage(IMAGES), [order for order, _ in shown.values()])
    return [PhotoProduct(key, shown[key][1], image.sha256, picture_file(run.study, image)) for key, image in images.items()], {}


def _photos(run: StudyRun, wanted: AttributesSettings) -> tuple[list[PhotoProduct], dict[str, int]]:
    copies = run.study.home.local / "photos"
    found = read_products(Path(wanted.photos), copies, count=wanted.count, fewest=wanted.fewest, seed=wanted.seed)
    return list(found.products), {f"left out: {reason}": count for reason, count in found.left_out.items()}


def _by_lot(article_ids: Sequence[str], seed: int) -> list[str]:
    """An order by chance, the same whatever other articles there are."""
    return sorted(article_ids, key=lambda article_id: hashlib.sha256(f"{seed}\n{article_id}".encode()).digest())


def _split(unseen_attribute: bool, held_out_product: bool) -> str:
    """The split of a pair; "" for one that is not used: of an unseen attribute of a product that is trained on."""
    if unseen_attribute:
        return UNSEEN if held_out_product else ""
    return HELD_OUT if held_out_product else TRAIN


def _row(pair: VqaPair) -> dict[str, str]:
    return {"article": pair.article_id, "question": pair.question, "answer": pair.answer, "split": pair.split}
