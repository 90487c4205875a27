"""The drift over rounds, as a section of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from nkd_pipeline.report.lines import lines
from nkd_pipeline.report.table import Cell, Mean, Table
from nkd_pipeline.studies.common.page import Section
from nkd_pipeline.studies.common.text_scores import BERTSCORE, RETENTION, SENTENCES, TextMetricSettings, text_scores
from nkd_pipeline.studies.prompt_recovery.drift import Round

TEXTS = (SENTENCES, BERTSCORE, RETENTION)
COSINE, SSIM = "Picture, CLIP features", "Picture, SSIM of the garments"
NOTE = "By round 0. Articles whose caption names no garment have no picture, and are lost from then on; a round counts those that are left."
Measure = Callable[[Round], list[float]]


def drift_section(rounds: Sequence[Round], metrics: TextMetricSettings) -> Section:
    """Similarity to round 0 of texts and pictures, drawn and as a table."""
    measured = [_measured(one, rounds[0], metrics) for one in rounds]
    names = (*TEXTS, COSINE, SSIM)
    curves = {name: [(one.number, fmean(values[name])) for one, values in zip(rounds, measured, strict=True) if values[name]] for name in names}
    count = f"{len(rounds[0].texts):,} articles"
    figure = lines("Similarity to round 0", curves, axis="Mean similarity", steps="round", empty="Nothing went round.", counted=count)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(one.number), len(one.texts), len(one.pictures), *(Mean.of(values[name], "nothing to compare") for name in names))
        for one, values in zip(rounds, measured, strict=True)
    )
    table = Table("drift", "Round by round", ("round", "texts", "pictures", *names), rows, "Nothing went round.", NOTE, digits=3)
    return Section("drift", "Drift", figures={"drift": figure}, tables=(table,))


def _measured(one: Round, first: Round, metrics: TextMetricSettings) -> dict[str, list[float]]:
    keys = list(one.texts)
    texts = text_scores([first.texts[key] for key in keys], [one.texts[key] for key in keys], metrics)
    same = [1.0] * len(first.pictures)  # each picture of round 0 is its own
    cosines = [row.cosine for row in one.likeness.values() if row.cosine is not None] if one.number else same
    ssims = [row.ssim for row in one.likeness.values() if row.ssim is not None] if one.number else same
    return {**{name: texts[name] for name in TEXTS}, COSINE: cosines, SSIM: ssims}
