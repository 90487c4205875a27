"""Two prompt strategies on the same articles, as a section of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from nkd_pipeline.report.page import label
from nkd_pipeline.report.table import Table
from nkd_pipeline.studies.common.page import Section
from nkd_pipeline.studies.common.strategies import paired, verdict_table
from nkd_pipeline.studies.common.text_scores import change_table
from nkd_pipeline.studies.prompt_improvement.strategies import IMPROVED, TEMPLATE, Strategy

NOTE = "Articles that both strategies got so far with. Retention is the share of the article's visible facts that its prompt says."
MEASURES: Mapping[str, Callable[[Strategy], Mapping[str, float]]] = {
    "retention": lambda strategy: {key: prompt.retention for key, prompt in strategy.prompts.items()},
    "length, words": lambda strategy: {key: float(len(prompt.prompt.split())) for key, prompt in strategy.prompts.items()},
    "CLIP, short prompt": lambda strategy: {key: score.score for key, score in strategy.clip.items() if score.score is not None},
    "CLIP, full prompt": lambda strategy: {key: score.prompt_score for key, score in strategy.clip.items() if score.prompt_score is not None},
    "rubric, 0–10": lambda strategy: {key: report.score for key, report in strategy.rubric.items()},
}
EMPTY = "No article was compared: `compared` is 0."


def strategy_section(strategies: Mapping[str, Strategy]) -> Section:
    """Retention, length, CLIP and rubric of the template's prompts and of improved ones."""
    words = (
        "The improver takes the place of the template in the main flow; facts that it loses are put back, or the template's prompt is used. The "
        "pictures are made as in the main flow and judged against the article. A renderer that draws attributes gets those that the prompt states.",
    )
    if not strategies:
        return Section("strategy", "As prompt strategy", words, tables=(Table("strategy", "Strategies", (), (), EMPTY),))
    before, after = strategies[TEMPLATE], strategies[IMPROVED]
    pairs = {name: paired(of(before), of(after)) for name, of in MEASURES.items()}
    table = change_table(
        "strategy",
        "Template against improved",
        {name: pair[0] for name, pair in pairs.items()},
        {name: pair[1] for name, pair in pairs.items()},
        NOTE,
        columns=(TEMPLATE, IMPROVED),
    )
    reports = {name: strategy.rubric.values() for name, strategy in strategies.items()}
    return Section("strategy", "As prompt strategy", words, tables=(table, verdict_table("strategy_verdicts", reports, EMPTY), _findings(after)))


def _findings(improved: Strategy) -> Table:
    """What the writer reports of its texts, such as facts that were put back."""
    counts = Counter((finding.kind, finding.resolution) for prompt in improved.prompts.values() for finding in prompt.findings)
    rows = tuple((label(kind), label(resolution), count) for (kind, resolution), count in counts.most_common())
    return Table("strategy_findings", "What improved prompts needed", ("finding", "resolution", "times"), rows, "Nothing had to be put right.")
