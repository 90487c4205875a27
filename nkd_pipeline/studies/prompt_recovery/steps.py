"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.models.captioner import train, untrained
from nkd_pipeline.records import GeneratedImage
from nkd_pipeline.records.studies import Caption, CaptionedPicture, PictureOrder
from nkd_pipeline.studies.common.articles import article_orders
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyRun, picture_file, read_plain, read_table
from nkd_pipeline.studies.common.trainings import model_folder, trained
from nkd_pipeline.studies.prompt_recovery.photos import read_photos
from nkd_pipeline.studies.prompt_recovery.settings import settings

IMAGES, CAPTIONER, RECOVERED = "recovery_images", "captioner", "recovered_prompts"
PICTURES, UNTRAINED = "captioned_pictures", "untrained_prompts"  # tables without an asset of their own


def recovery_images(run: StudyRun) -> Made:
    """A picture of each article's prompt, by the profile's image model; and the real photos, where a folder of them is given.

    The pictures of some articles are held out: the captioner never sees them in training and is measured by them, and by all photos.
    """
    wanted = settings(run.study.profile)
    articles = {order.article_id: order for order in article_orders(run.main, wanted)}
    orders = [
        PictureOrder(order.article_id, article_seed(order.article_id, 1), order.prompt.clip_prompt, order.attributes) for order in articles.values()
    ]
    images = run.table(IMAGES, GeneratedImage, run.study.profile.stage(IMAGES), orders)
    held_out = _by_lot(images, wanted.seed)[: min(wanted.held_out, len(images) // 5)]
    pictures = [
        CaptionedPicture(article_id, articles[article_id].prompt.clip_prompt, image.sha256, article_id in held_out, picture_file(run.study, image))
        for article_id, image in images.items()
    ]
    photos = read_photos(Path(wanted.photos)) if wanted.photos else []
    run.plain(PICTURES, CaptionedPicture, [*pictures, *photos])
    values = {"trained_on": len(pictures) - len(held_out), "held_out": len(held_out), "photos": len(photos)}
    return Made(len(images), values, pictures={"thumbnails": [run.study.images.path(image) for image in images.values()]})


def captioner(run: StudyRun) -> Made:
    """An image-to-text model that learnt to say which prompt a picture was made of.

    Trained with the profile's recipe; checkpoints lie in the study's home, and a training that was interrupted goes on where it stopped. Each epoch
    is an observation of this asset. A model that is trained already on the same pictures with the same recipe is not trained again.
    """
    wanted = settings(run.study.profile).training
    pictures = [picture for picture in read_plain(run.study, PICTURES, CaptionedPicture, IMAGES) if not is_photo(picture)]
    return trained(run, CAPTIONER, wanted.epochs, lambda folder, tell: train(wanted, pictures, folder, tell))


def recovered_prompts(run: StudyRun) -> Made:
    """What the captioner says of the held-out pictures and of the photos, as it was before its training and after it."""
    pictures, profile = held_out_pictures(run), run.study.profile
    trained_model, before_training = str(model_folder(run.study, CAPTIONER)), untrained(settings(profile).training, run.study.home.local)
    before = run.table(UNTRAINED, Caption, profile.stage(RECOVERED, **before_training), pictures)
    after = run.table(RECOVERED, Caption, profile.stage(RECOVERED, model=trained_model), pictures)
    return Made(len(after), table=[_row(picture, before, after) for picture in pictures])


def _by_lot(article_ids: Iterable[str], seed: int) -> list[str]:
    """An order by chance, the same whatever other articles there are."""
    return sorted(article_ids, key=lambda article_id: hashlib.sha256(f"{seed}\n{article_id}".encode()).digest())


def held_out_pictures(run: StudyRun) -> list[CaptionedPicture]:
    """The pictures that were kept from training, then the photos."""
    return [picture for picture in read_plain(run.study, PICTURES, CaptionedPicture, IMAGES) if picture.held_out]


def captions(run: StudyRun, table: str) -> dict[str, Caption]:
    """What was said of the pictures, by article."""
    return read_table(run.study, table, Caption, RECOVERED)


def is_photo(picture: CaptionedPicture) -> bool:
    """Whether a camera made it."""
    return picture.article_id.startswith("photo-")


def _row(picture: CaptionedPicture, before: Mapping[str, Caption], after: Mapping[str, Caption]) -> dict[str, str]:
    said = {name: found.text if (found := rows.get(picture.article_id)) else "" for name, rows in (("before", before), ("after", after))}
    return {"prompt": picture.text, **said}
