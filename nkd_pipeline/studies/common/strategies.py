"""Comparing ways of writing prompts on the same articles: what is drawn of them, and what the judges say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nkd_pipeline.execution.outcome import Blocked
from nkd_pipeline.records import ImageOrder, Prompt, RubricReport
from nkd_pipeline.report.cards import VERDICTS
from nkd_pipeline.report.page import label
from nkd_pipeline.report.table import Cell, Share, Table
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.english.reading import read_prompt


def said_order(prompt: Prompt, seed: int) -> ImageOrder | Blocked:
    """A picture of what a prompt says: a renderer that draws attributes must show that, and not what the article is known to be."""
    try:
        said = read_prompt(prompt.prompt)
    except RowError as error:
        return Blocked(prompt.article_id, f"prompts: {error}")
    return ImageOrder(prompt.article_id, 1, seed, prompt, replace(said, article_id=prompt.article_id))


def paired(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[Sequence[float], Sequence[float]]:
    """The values of the articles that have both."""
    both = [key for key in before if key in after]
    return [before[key] for key in both], [after[key] for key in both]


def verdict_table(name: str, reports: Mapping[str, Iterable[RubricReport]], empty: str) -> Table:
    """The rubric's verdicts on the pictures of each strategy."""
    counts = {strategy: Counter(report.verdict for report in of) for strategy, of in reports.items()}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (strategy, *(Share(count[verdict], count.total(), "no picture was judged") for verdict in VERDICTS)) for strategy, count in counts.items()
    )
    return Table(name, "Verdicts", ("strategy", *map(label, VERDICTS)), rows, empty)
