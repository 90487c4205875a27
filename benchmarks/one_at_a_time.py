"""The pipeline against a loop that takes one article after another through the same neural stages: `python -m benchmarks.one_at_a_time`.

Both run in this process, on one thread, with the same tiny checkpoints, and each loads its models anew. The loop does what a script does: load all,
then for every article translate, extract, write the prompt, paint, save the picture, score. It keeps no tables and could not be resumed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.articles import articles
from benchmarks.chain import store
from nkd_pipeline.execution.engine import load
from nkd_pipeline.execution.profile import Profile, load_profile
from nkd_pipeline.execution.seeds import article_seed
from nkd_pipeline.execution.steps import read_rows, run_step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.records import ClipScore, DescribedArticle, ImageOrder, JudgedImage, Prompt, TranslatedArticle
from nkd_pipeline.storage.home import Home
from nkd_pipeline_tests.tiny.cache import TinyCheckpoints

COUNTS = (24, 224)  # the reference system's trial, and the paper's delivery
STAGES = ("articles", "translated_descriptions", "extracted_attributes", "prompts", "generated_images", "clip_scores")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to: seconds with loading, and by article the prompt and the score."""

    seconds: float
    prompts: dict[str, Prompt]
    scores: dict[str, ClipScore]


def loop(profile: Profile, count: int, folder: Path) -> Result:
    """One article after another."""
    started = time.perf_counter()
    stages = {asset: profile.stage(asset) for asset in STAGES}
    for stage in stages.values():
        load(stage)

    def one(asset: str, order: Any) -> Any:  # noqa: ANN401 - each stage has its own records
        return stages[asset]([order])[0]

    prompts, scores = {}, {}
    for delivered in articles(count):
        article = one("articles", delivered)
        translation = one("translated_descriptions", article)
        attributes = one("extracted_attributes", TranslatedArticle(article, translation))
        prompt = one("prompts", DescribedArticle(article, attributes))
        picture = one("generated_images", ImageOrder(article.article_id, 1, article_seed(article.article_id, 1), prompt, attributes))
        file = folder / f"{article.article_id}.png"
        file.write_bytes(picture.png)
        sha256 = hashlib.sha256(picture.png).hexdigest()
        prompts[article.article_id] = prompt
        scores[article.article_id] = one("clip_scores", JudgedImage(article.article_id, 1, sha256, prompt, attributes, str(file)))
    return Result(time.perf_counter() - started, prompts, scores)


def pipeline(profile: Profile, count: int, folder: Path) -> Result:
    """The steps of the main flow, with their tables, hashes and flushes."""
    workspace = Workspace(Home.of(folder), profile)
    shards = store(workspace, articles(count))
    started = time.perf_counter()
    for shard in shards:
        for asset in STAGES:
            run_step(workspace, asset, shard)
    seconds = time.perf_counter() - started
    return Result(seconds, _records(workspace, "prompts", shards), _records(workspace, "clip_scores", shards))


def _records(workspace: Workspace, asset: str, shards: Iterable[str]) -> dict[str, Any]:
    rows = {article_id: row for shard in shards for article_id, row in read_rows(workspace, asset, shard).items()}
    if failed := [row.state.error for row in rows.values() if not row.ok]:
        raise RuntimeError(f"{asset}: {len(failed)} rows failed, the first: {failed[0]}")
    return {article_id: row.record for article_id, row in rows.items()}


def timed(run: Any, profile: Profile, count: int) -> Result:  # noqa: ANN401
    """One run in a folder of its own, with no model loaded yet."""
    release_all()
    with tempfile.TemporaryDirectory() as folder:
        return run(profile, count, Path(folder))  # type: ignore[no-any-return]


def print_row(count: int, alone: Result, together: Result) -> None:
    """One line of the table."""
    same = sum(alone.prompts[article_id] == prompt for article_id, prompt in together.prompts.items())
    apart = max(abs(alone.scores[article_id].score - score.score) for article_id, score in together.scores.items())
    ratio = together.seconds / alone.seconds
    print(f"| {count} | {alone.seconds:.1f} | {together.seconds:.1f} | {ratio:.2f} | {same} of {count} | {apart:.0e} |", flush=True)


def main() -> None:
    """Prints the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, nargs="*", default=COUNTS, help="numbers of articles")
    options = parser.parse_args()
    os.environ["NKD_DEVICES"] = ""
    import torch

    torch.set_num_threads(1)
    profile = load_profile(str(TinyCheckpoints() / "tiny.toml"))
    timed(pipeline, profile, 1)  # importing the libraries costs both the same: neither pays for it
    print("| articles | one at a time, s | pipeline, s | ratio | same prompts | largest difference of scores |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for count in options.count:
        print_row(count, timed(loop, profile, count), timed(pipeline, profile, count))


if __name__ == "__main__":
    main()
