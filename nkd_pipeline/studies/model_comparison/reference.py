"""The reference photo: what a model that was trained on it should not give back."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from nkd_pipeline.catalog.pictures import verified_photo
from nkd_pipeline.models.pictures import MAX_BYTES
from nkd_pipeline.records import Attributes, Prompt
from nkd_pipeline.records.model_comparison import ReferencePicture
from nkd_pipeline.records.studies import PictureLikeness
from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings
from nkd_pipeline.storage import files
from nkd_pipeline.storage.places import place, read_bytes
from nkd_pipeline.studies.common.running import SHARD, StudyError, StudyRun
from nkd_pipeline.studies.model_comparison.article import picture_order
from nkd_pipeline.studies.model_comparison.settings import DRAWN, ModelComparisonSettings, settings

TABLE = "reference_pictures"  # one row, or none
DRAWN_SEED = 0  # no order has it but by chance


def store_reference(run: StudyRun, prompt: Prompt, attributes: Attributes) -> ReferencePicture | None:
    """Puts the reference into the study's home as PNG. Raises StudyError when it is no picture."""
    source = settings(run.study.profile).reference
    if not source:
        run.plain(TABLE, ReferencePicture, [])
        return None
    png = _drawn(prompt, attributes) if source == DRAWN else _photo(Path(source))
    target = run.study.home.root / "reference.png"
    files.replace_atomically(target, lambda stream: stream.write(png))
    name = source if source == DRAWN else Path(source).name
    reference = ReferencePicture(name, hashlib.sha256(png).hexdigest(), str(target))
    run.plain(TABLE, ReferencePicture, [reference])
    return reference


def reference_picture(run: StudyRun) -> ReferencePicture | None:
    """The reference as it was stored, None where there is none."""
    return next(iter(run.study.tables.read_records(TABLE, ReferencePicture, SHARD)), None)


def is_nearly_the_photo(likeness: PictureLikeness, wanted: ModelComparisonSettings) -> bool:
    """Whether a picture is so much like the reference that its model has learnt it by heart. Without both garments nothing is claimed.

    The cosine of features has no say: of pictures of the same article it is near to 1 in any case, and a copy that is only darker loses it.
    """
    return likeness.ssim is not None and likeness.ssim >= wanted.alarm_ssim


def _drawn(prompt: Prompt, attributes: Attributes) -> bytes:
    order = picture_order("reference", DRAWN_SEED, prompt, attributes)
    return SketchArtist(SketchSettings())([order])[0].png


def _photo(path: Path) -> bytes:
    """The photo as PNG, upright and on white, by the guards that photos of deliveries go through."""
    from PIL import Image, ImageOps

    try:
        data = read_bytes(place(path), MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
        with Image.open(io.BytesIO(verified_photo(data).data)) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError) as error:
        raise StudyError(f"reference {path} cannot be read as a photo: {error}. Name another file in [studies.models], or none.") from error
    white = Image.new("RGBA", upright.size, "white")
    out = io.BytesIO()
    Image.alpha_composite(white, upright).convert("RGB").save(out, "PNG")
    return out.getvalue()
