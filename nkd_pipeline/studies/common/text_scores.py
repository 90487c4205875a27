"""How alike two lists of texts are by every metric of texts, and what changed between two such measurements of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from nkd_pipeline.metrics.bertscore import bertscore
from nkd_pipeline.metrics.bootstrap import Interval, paired_bootstrap
from nkd_pipeline.metrics.meteor import meteor, meteor_name
from nkd_pipeline.metrics.similarity import sentence_similarity
from nkd_pipeline.metrics.wordnet import WordNet
from nkd_pipeline.metrics.words import keyword_retention
from nkd_pipeline.models.text_encoder import TextEncoderSettings, encoder
from nkd_pipeline.report.table import Cell, Table
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.common.running import StudyError

SEED = 1  # of the resampling
SENTENCES, BERTSCORE, RETENTION = "Sentence similarity", "BERTScore F1", "Keyword retention"
METEOR_NAMES = {"meteor_exact_stem": "METEOR, words and stems", "meteor_wordnet": "METEOR with WordNet"}
TOO_FEW = "fewer than two rows have both values"

Measure = Callable[[Sequence[str], Sequence[str]], Mapping[str, float]]
Scores = Mapping[str, Sequence[float]]  # by metric, one value a row, 1 for equal texts


class TextMetricSettings(StageSettings):
    """The encoders of BERTScore and of sentence similarity, and a folder with WordNet's files for METEOR's synonyms ("": without)."""

    bertscore: TextEncoderSettings = TextEncoderSettings()
    sentences: TextEncoderSettings = TextEncoderSettings()
    wordnet: str = ""


def text_scores(references: Sequence[str], candidates: Sequence[str], settings: TextMetricSettings) -> dict[str, list[float]]:
    """Each candidate by the reference at the same place."""
    tokens, sentences, synonyms = encoder(settings.bertscore), encoder(settings.sentences), _synonyms(settings)
    pairs = list(zip(references, candidates, strict=True))
    return {
        SENTENCES: sentence_similarity(references, candidates, sentences).tolist(),
        BERTSCORE: bertscore(candidates, references, tokens).f1.clip(max=1.0).tolist(),  # equal texts have 1.0000001
        METEOR_NAMES[meteor_name(synonyms)]: [meteor(candidate, reference, synonyms) for reference, candidate in pairs],
        RETENTION: [keyword_retention(reference, candidate) for reference, candidate in pairs],
    }


def epoch_measure(settings: TextMetricSettings) -> Measure:
    """What is measured at the end of each epoch of a training: means over (texts, the texts they should be)."""

    def measure(candidates: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        tokens, synonyms = encoder(settings.bertscore), _synonyms(settings)
        scores = bertscore(candidates, references, tokens)
        words = [meteor(candidate, reference, synonyms) for candidate, reference in zip(candidates, references, strict=True)]
        named = {f"bertscore_{name}": float(values.mean()) for name, values in scores._asdict().items()}
        return {**named, meteor_name(synonyms): fmean(words)}

    return measure


def changes(before: Scores, after: Scores) -> dict[str, Interval]:
    """The mean difference of each metric with its interval; metrics with fewer than two rows are left out."""
    return {name: paired_bootstrap(before[name], after[name], SEED) for name in after if len(after[name]) > 1}


def scores_of_strangers(references: Sequence[str], candidates: Sequence[str], settings: TextMetricSettings) -> dict[str, list[float]]:
    """Each candidate by the reference of the next row, which it has nothing to do with: what a metric says of texts that are alike in kind only."""
    return text_scores([*references[1:], *references[:1]], candidates, settings)


def change_table(
    name: str,
    title: str,
    before: Scores,
    after: Scores,
    note: str,
    *,
    columns: tuple[str, str] = ("before", "after"),
    strangers: Scores | None = None,
) -> Table:
    """One row a metric: means, difference, interval, whether it excludes zero, and where given what texts score that do not belong together."""
    found = changes(before, after)
    rows = tuple(
        (*_row(metric, before[metric], after[metric], found.get(metric)), *((fmean(strangers[metric]),) if strangers else ()))
        for metric in after
        if after[metric]
    )
    heads = ("metric", "rows", *columns, "difference", "from", "to", "more than chance", *(("another row's",) if strangers else ()))
    return Table(name, title, heads, rows, "No row has both values.", note, digits=3)


def _row(metric: str, before: Sequence[float], after: Sequence[float], found: Interval | None) -> tuple[Cell, ...]:
    means = (metric, len(after), fmean(before), fmean(after))
    if found is None:
        return (*means, None, None, None, TOO_FEW)
    return (*means, found.difference, found.low, found.high, "yes" if found.excludes_zero else "no")


def signed(found: Interval, digits: int = 2) -> str:
    """A difference with its interval, as headlines show it."""
    return f"{found.difference:+.{digits}f} ({found.low:+.{digits}f} to {found.high:+.{digits}f})".replace("-", "−")


def _synonyms(settings: TextMetricSettings) -> WordNet | None:
    if not settings.wordnet:
        return None
    try:
        return WordNet(Path(settings.wordnet).expanduser())
    except FileNotFoundError as error:
        raise StudyError(f"metrics.wordnet of the study: {error}") from error
