"""The stages of profile sketch, writing down what they compute; in a module of its own so that profiles and worker processes can name them."""

from __future__ import annotations

import os
from pathlib import Path

from nkd_pipeline.execution.hashing import fingerprint_of, input_hash
from nkd_pipeline.metrics.not_scored import NotScored
from nkd_pipeline.rubric.judge import RubricJudge
from nkd_pipeline.rubric.not_asked import NotAsked
from nkd_pipeline.text.extraction import RuleExtractor
from nkd_pipeline.text.prompting import PromptWriter
from nkd_pipeline.text.repair import TextRepair
from nkd_pipeline.text.translation import LexiconTranslator
from nkd_pipeline_tests.execution.artists import ClumsyArtist

VARIABLE = "NKD_CRASH_LEDGER"
BATCH = 2


class Counted:
    """Adds a line to the ledger for each row that it is given, before it computes it: its stage and its input hash, as the table has it."""

    batch_size = BATCH

    def __call__(self, rows):
        lines = "".join(f"{type(self).__name__} {input_hash(row, fingerprint_of(self))}\n" for row in rows)
        with Path(os.environ[VARIABLE]).open("ab", buffering=0) as ledger:
            ledger.write(lines.encode())  # one write at the end of the file: whole, whoever else writes
        return super().__call__(rows)


class Repair(Counted, TextRepair):
    pass


class Translator(Counted, LexiconTranslator):
    pass


class Extractor(Counted, RuleExtractor):
    pass


class Writer(Counted, PromptWriter):
    pass


class Artist(Counted, ClumsyArtist):
    parallel = True


class Scorer(Counted, NotScored):
    backend = "Scorer"  # what is not scored has no backend of its own, and two stages must not look alike


class Prober(Counted, NotAsked):
    backend = "Prober"


class Asker(Counted, NotAsked):
    backend = "Asker"


class Judge(Counted, RubricJudge):
    pass


STAGES = {
    "articles": Repair,
    "translated_descriptions": Translator,
    "extracted_attributes": Extractor,
    "prompts": Writer,
    "generated_images": Artist,
    "clip_scores": Scorer,
    "probe_answers": Prober,
    "vqa_answers": Asker,
    "rubric_reports": Judge,
}
