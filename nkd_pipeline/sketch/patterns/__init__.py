"""Patterns of cloth by their canonical name. Each draws one repeat in colour; `tile` is the only door."""

from __future__ import annotations

import numpy as np

from nkd_pipeline.sketch.patterns import figures, lines, organic
from nkd_pipeline.sketch.patterns.swatch import Inks, Pattern, Swatch
from nkd_pipeline.sketch.spec import Cloth
from nkd_pipeline.sketch.tiles import Tile

PATTERNS: dict[str, Pattern] = {
    "plain": Pattern(lines.plain, (0.2, 0.2)),
    "striped": Pattern(lines.striped, (0.13, 0.13)),
    "vertical stripes": Pattern(lines.vertical_stripes, (0.09, 0.09)),
    "pinstripe": Pattern(lines.pinstripe, (0.055, 0.055)),
    "block stripes": Pattern(lines.block_stripes, (0.66, 0.66)),
    "colour block": Pattern(lines.colour_block, (6.0, 6.0)),
    "colour gradient": Pattern(lines.gradient, (4.0, 4.0)),
    "checked": Pattern(lines.checked, (0.26, 0.26)),
    "gingham": Pattern(lines.gingham, (0.075, 0.075)),
    "houndstooth": Pattern(lines.houndstooth, (0.085, 0.085)),
    "herringbone": Pattern(lines.herringbone, (0.09, 0.09)),
    "argyle": Pattern(lines.argyle, (0.24, 0.32)),
    "norwegian pattern": Pattern(lines.norwegian, (0.30, 0.72)),
    "dotted": Pattern(figures.dotted, (0.12, 0.12)),
    "floral": Pattern(figures.floral, (0.36, 0.36)),
    "tropical": Pattern(figures.tropical, (0.46, 0.46)),
    "paisley": Pattern(figures.paisley, (0.26, 0.26)),
    "geometric": Pattern(figures.geometric, (0.2, 0.2)),
    "abstract": Pattern(figures.abstract, (0.5, 0.5)),
    "all-over print": Pattern(figures.motifs, (0.36, 0.36)),
    "melange": Pattern(organic.melange, (0.7, 0.7)),
    "textured": Pattern(organic.textured, (0.5, 0.5)),
    "camouflage": Pattern(organic.camouflage, (0.8, 0.8)),
    "animal print": Pattern(organic.leopard, (0.44, 0.44)),
    "leopard print": Pattern(organic.leopard, (0.44, 0.44)),
    "zebra print": Pattern(organic.zebra, (0.6, 0.6)),
    "snake print": Pattern(organic.snake, (0.22, 0.22)),
    "tie-dye": Pattern(organic.tie_dye, (3.2, 3.2)),
    "batik": Pattern(organic.batik, (0.6, 0.6)),
}
COARSE = 1.5  # units: repeats beyond this have soft or very large figures and are drawn at half resolution


def tile(cloth: Cloth, unit: float, rng: np.random.Generator) -> Tile:
    """One repeat of the cloth's pattern, drawn for `unit` pixels per garment unit."""
    pattern = PATTERNS[cloth.pattern]
    period = (pattern.period[0] * cloth.scale, pattern.period[1] * cloth.scale)
    detail = unit * (0.5 if max(period) > COARSE else 1.0)
    # patterns finer than the picture can show are drawn larger and averaged, else they would flicker
    over = 2 if detail * min(period) < 160 else 1
    swatch = Swatch(max(4, round(period[0] * detail)), max(4, round(period[1] * detail)), over, Inks.of(cloth), rng, cloth.motif)
    pattern.draw(swatch)
    return Tile(swatch.finished(), period)
