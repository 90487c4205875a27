"""Stages whose server is away for some articles, as servers are; in a module of its own so that profiles can name them.

Which ones says the environment and not a setting: when the server is back nothing about the stage has changed, so no good row may be computed again.
"""

import os

from nkd_pipeline.rubric.judge import RubricJudge
from nkd_pipeline.sketch.stage import SketchArtist
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.translation import LexiconTranslator

AWAY = "NKD_TEST_AWAY"  # e.g. "generated_images:T-1 rubric_reports:T-2"

PROFILE = """[run]
workers = 1
retry_after_minutes = {minutes}
[stages.translated_descriptions]
stage = "nkd_pipeline_tests.execution.unreliable:Translator"
[stages.generated_images]
stage = "nkd_pipeline_tests.execution.unreliable:Artist"
size = 256
[stages.clip_scores]
stage = "nkd_pipeline.metrics.not_scored:NotScored"
reason = "needs no model here"
[stages.probe_answers]
stage = "nkd_pipeline.rubric.not_asked:NotAsked"
reason = "needs no model here"
[stages.rubric_reports]
stage = "nkd_pipeline_tests.execution.unreliable:Judge"
"""


def answering(asset, rows):
    away = os.environ.get(AWAY, "").split()
    if gone := [row.article_id for row in rows if f"{asset}:{row.article_id}" in away]:
        raise RowError("server_unreachable", f"{asset}: the server is away for {', '.join(gone)}")


class Translator(LexiconTranslator):
    parallel = False

    def __call__(self, rows):
        answering("translated_descriptions", rows)
        return super().__call__(rows)


class Artist(SketchArtist):
    parallel = False

    def __call__(self, rows):
        answering("generated_images", rows)
        return super().__call__(rows)


class Judge(RubricJudge):
    parallel = False

    def __call__(self, rows):
        answering("rubric_reports", rows)
        return super().__call__(rows)
