"""The improver as prompt strategy of the main flow: the same articles with prompts by template and with improved ones, pictured and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nkd_pipeline.models.prompt_improver.writer import ImprovedPromptWriter
from nkd_pipeline.records import (
    Article,
    ClipScore,
    DescribedArticle,
    EvidencedImage,
    GeneratedImage,
    ImageOrder,
    JudgedImage,
    PictureAnswers,
    Prompt,
    RubricReport,
)
from nkd_pipeline.stage import Stage
from nkd_pipeline.studies.common.running import StudyRun, joined, picture_file
from nkd_pipeline.studies.common.strategies import said_order
from nkd_pipeline.studies.common.trainings import model_folder
from nkd_pipeline.studies.prompt_improvement.settings import settings
from nkd_pipeline.studies.prompt_improvement.steps import IMPROVED as GENERATED
from nkd_pipeline.studies.prompt_improvement.steps import IMPROVER
from nkd_pipeline.text.english.reading import read_prompt
from nkd_pipeline.text.prompting import PromptSettings, PromptWriter

TEMPLATE, IMPROVED = "template", "improved"  # shards of the study's home; tables are called as in the main flow


@dataclass(frozen=True, slots=True)
class Strategy:
    """What came of one way of writing prompts, by article."""

    prompts: Mapping[str, Prompt]
    clip: Mapping[str, ClipScore]
    rubric: Mapping[str, RubricReport]


def run_strategies(run: StudyRun) -> dict[str, Strategy]:
    """Both strategies on articles that the improver was not trained on; empty when the settings want none compared."""
    from nkd_pipeline.studies.prompt_improvement.pairs import unseen_articles  # imports OpenCV, for which definitions do not wait

    chosen = unseen_articles(run.main, settings(run.study.profile))
    if not chosen:
        return {}
    articles = [_described(order) for order in chosen]
    return {name: _run(run, name, writer, articles, chosen) for name, writer in _writers(run).items()}


def _writers(run: StudyRun) -> dict[str, Stage[DescribedArticle, Prompt]]:
    profile = run.study.profile
    stage = profile.stage("prompts")
    template = stage if type(stage) is PromptWriter else PromptWriter(PromptSettings())
    wording = {name: value for name, value in (profile.stages.get("prompts") or {}).items() if template is stage and name != "stage"}
    generation = {name: value for name, value in (profile.stages.get(GENERATED) or {}).items() if name != "stage"}
    model = str(model_folder(run.study, IMPROVER))
    improved = ImprovedPromptWriter(ImprovedPromptWriter.Settings(**{**wording, **generation, "model": model}))
    return {TEMPLATE: template, IMPROVED: improved}


def _described(order: ImageOrder) -> DescribedArticle:
    attributes = order.attributes
    if not attributes.facts:  # random articles come from no text that could be quoted: their facts are what the template says of them
        attributes = replace(attributes, facts=read_prompt(order.prompt.prompt).facts)
    return DescribedArticle(Article(order.article_id, "", "", 0), attributes)


def _run(
    run: StudyRun, name: str, writer: Stage[DescribedArticle, Prompt], articles: Sequence[DescribedArticle], chosen: Sequence[ImageOrder]
) -> Strategy:
    profile, ids = run.study.profile, [order.article_id for order in chosen]
    attributes, seeds = {article.article_id: article.attributes for article in articles}, {order.article_id: order.seed for order in chosen}
    prompts = run.table("prompts", Prompt, writer, articles, shard=name)
    ordered = joined(ids, prompts, "prompts", lambda prompt: said_order(prompt, seeds[prompt.article_id]))
    images = run.table("generated_images", GeneratedImage, profile.stage("generated_images"), ordered, shard=name)

    def judged(image: GeneratedImage) -> JudgedImage:
        return JudgedImage(image.article_id, 1, image.sha256, prompts[image.article_id], attributes[image.article_id], picture_file(run.study, image))

    shown = joined(ids, images, "generated_images", judged)
    clip = run.table("clip_scores", ClipScore, profile.stage("clip_scores"), shown, shard=name)
    probe, vqa = (run.table(asset, PictureAnswers, profile.stage(asset), shown, shard=name) for asset in ("probe_answers", "vqa_answers"))
    both = {article_id: image for article_id, image in images.items() if article_id in probe and article_id in vqa}
    evidenced = joined(ids, both, "an answer", lambda image: EvidencedImage(judged(image), probe[image.article_id], vqa[image.article_id]))
    rubric = run.table("rubric_reports", RubricReport, profile.stage("rubric_reports"), evidenced, shard=name)
    return Strategy(prompts, clip, rubric)
