"""What the garment of a picture looks like, whatever was asked for: its main colour, and the kind of its texture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nkd_pipeline.records import JudgedImage
from nkd_pipeline.records.descriptions import PictureLook
from nkd_pipeline.rubric.pixel_checks.background import fit_background
from nkd_pipeline.rubric.pixel_checks.foreground import find_garment
from nkd_pipeline.rubric.pixel_checks.garment_colours import main_colour, sample_colours
from nkd_pipeline.rubric.pixel_checks.patterns import measure_pattern
from nkd_pipeline.rubric.pixel_checks.picture import read_picture
from nkd_pipeline.stage import RowError, Stage
from nkd_pipeline.text.colours import nearest

PLAIN, LINED, CROSSED, FIGURED = "plain", "lined", "crossed", "figured"
# as the rubric measured them: plain sketches have up to 0.11 of another colour, edges of checks cross from 0.29 on (others up to 0.25), edges of
# stripes run one way from 0.63 on (figures up to 0.40)
_PATTERNED, _CROSSED, _LINED = 0.115, 0.26, 0.55


class LookReader(Stage[JudgedImage, PictureLook]):
    """Measures pictures. Raises `RowError("no_garment")` where nothing stands out from the background, and RowError as `read_picture` does."""

    parallel = True
    batch_size = 8

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureLook]:
        return [_look(row) for row in rows]


def texture_of(measures: Mapping[str, float]) -> str:
    """The kind of a cloth by what `measure_pattern` says of it; what cannot be measured is plain."""
    if measures.get("other_colour_share", 0.0) < _PATTERNED:
        return PLAIN
    if measures.get("lines_crossed", 0.0) >= _CROSSED:
        return CROSSED
    return LINED if measures.get("lines_one_way", 0.0) >= _LINED else FIGURED


def _look(row: JudgedImage) -> PictureLook:
    picture = read_picture(row.image_file)
    garment = find_garment(picture, fit_background(picture))
    if garment is None:
        raise RowError("no_garment", f"{row.image_file}: nothing stands out from the background. Make the picture again.")
    measures, _ = measure_pattern(picture, garment.mask)
    return PictureLook(row.article_id, nearest(main_colour(sample_colours(picture, garment.mask))), texture_of(measures))
