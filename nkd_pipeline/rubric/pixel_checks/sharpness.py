"""How sharp the garment is drawn, and how clearly it stands out from the background."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.rubric.pixel_checks.picture import Bytes, Floats, Mask, Picture

_LONGEST = 1024  # larger pictures are made smaller first, so that the numbers compare
_BLUR = 2.0  # pixels: the copy that sharpness is measured against
_DETAIL = 0.97  # quantile of the gradient from which a pixel inside the garment counts as an edge
_OUTLINE = 0.85  # the same in the narrow band along its outline
_SHARPEST = 0.3  # of those edges the sharper ones count: strong shading beside a seam is soft by nature


def measure_sharpness(picture: Picture, mask: Mask) -> dict[str, float]:
    """Returns `sharpness`, how much of its strongest edges the picture loses when blurred: 0 is soft already, 1 is as sharp as can be.

    A ratio, because the plain variance of the Laplacian differs 36 fold among good pictures. The sharper of outline and inner details counts: a plain
    garment has few details, and a fluffy one a soft outline.
    """
    import cv2

    grey, inside = _garment_only(picture, mask)
    size = np.array(grey.shape) * min(1.0, _LONGEST / max(picture.width, picture.height))
    shape = (max(8, round(size[1])), max(8, round(size[0])))
    if shape != grey.shape[::-1]:
        grey = np.asarray(cv2.resize(grey, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    band = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((5, 5), dtype=np.uint8))
    crisp = _gradient(grey)
    soft = _gradient(np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR), dtype=np.uint8))
    places = ((inside, _DETAIL), (band, _OUTLINE))
    losses = [_loss(crisp, soft, np.asarray(cv2.resize(place, shape, interpolation=cv2.INTER_NEAREST)), edges) for place, edges in places]
    return {"sharpness": max(losses)}


def measure_outline(picture: Picture, mask: Mask) -> dict[str, float]:
    """Returns `outline`: the median step in CIELAB across the garment's outline, within 7 pixels of the small picture."""
    import cv2

    kernel = np.ones((7, 7), dtype=np.uint8)
    steps = cv2.dilate(picture.lab, kernel) - cv2.erode(picture.lab, kernel)
    outline = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), dtype=np.uint8)) > 0
    return {"outline": float(np.median(np.linalg.norm(steps[outline], axis=1)))}


def _loss(crisp: Floats, soft: Floats, place: Bytes, quantile: float) -> float:
    where = place > 0
    before, after = crisp[where], soft[where]
    strongest = before >= max(1.0, float(np.quantile(before[::3], quantile))) if before.size else np.zeros(0, dtype=np.bool_)
    return float(1 - np.quantile(after[strongest] / before[strongest], _SHARPEST)) if strongest.any() else 0.0


def _garment_only(picture: Picture, mask: Mask) -> tuple[Bytes, Bytes]:
    import cv2

    wide = cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), dtype=np.uint8))
    rows, columns = np.flatnonzero(wide.any(axis=1)), np.flatnonzero(wide.any(axis=0))
    up, left = picture.height / mask.shape[0], picture.width / mask.shape[1]
    box = (slice(int(rows[0] * up), int((rows[-1] + 1) * up)), slice(int(columns[0] * left), int((columns[-1] + 1) * left)))
    return picture.grey[box], np.asarray(wide[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], dtype=np.uint8)


def _gradient(grey: Bytes) -> Floats:
    import cv2

    values = grey.astype(np.float32)
    return np.asarray(cv2.magnitude(cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1)), dtype=np.float32)
