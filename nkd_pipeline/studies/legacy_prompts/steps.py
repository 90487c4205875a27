"""The steps of the study, each of which is an asset; what they tell is what the UI shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nkd_pipeline.records import Article, Attributes, DeliveryRow, DescribedArticle, GeneratedImage, Prompt, TranslatedArticle, Translation
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import StudyRun, joined, read_plain, read_table
from nkd_pipeline.studies.common.strategies import said_order
from nkd_pipeline.studies.legacy_prompts.settings import settings

ARTICLES, STRUCTURED, LEGACY, IMAGES = "compared_articles", "structured_prompts", "legacy_prompts", "compared_images"
MAIN_FLOW, OLDER = "main-flow", "legacy"  # shards of the study's home; tables are called as in the main flow
STAGES = ("articles", "translated_descriptions", "extracted_attributes", "prompts")  # from delivered row to prompt


def compared_articles(run: StudyRun) -> Made:
    """The articles on which both ways of writing prompts are tried, as delivered, in German.

    Random ones, of which the truth is known, with texts such as copywriters and buyers write; or those that the home has released.
    """
    from nkd_pipeline.studies.legacy_prompts.articles import known_articles  # imports OpenCV, for which definitions do not wait

    rows = [known.row for known in known_articles(run.main, settings(run.study.profile)).values()]
    run.plain(ARTICLES, DeliveryRow, rows)
    return Made(len(rows), table=[{"name": row.name, "description": row.description, "model_descr": row.model_descr} for row in rows[:5]])


def structured_prompts(run: StudyRun) -> Made:
    """The main flow's prompts: texts are translated, attributes extracted, and the template filled."""
    profile = run.study.profile
    rows = read_plain(run.study, ARTICLES, DeliveryRow, ARTICLES)
    ids = [row.article_id for row in rows]
    articles = run.table("articles", Article, profile.stage("articles"), rows, shard=MAIN_FLOW)
    wanted = joined(ids, articles, "articles", lambda article: article)
    english = run.table("translated_descriptions", Translation, profile.stage("translated_descriptions"), wanted, shard=MAIN_FLOW)
    told = joined(ids, english, "translated_descriptions", lambda translation: TranslatedArticle(articles[translation.article_id], translation))
    attributes = run.table("extracted_attributes", Attributes, profile.stage("extracted_attributes"), told, shard=MAIN_FLOW)
    described = joined(ids, attributes, "extracted_attributes", lambda known: DescribedArticle(articles[known.article_id], known))
    made = run.table("prompts", Prompt, profile.stage("prompts"), described, shard=MAIN_FLOW)
    return Made(len(made), table=_examples(made))


def legacy_prompts(run: StudyRun) -> Made:
    """The legacy strategy's prompts.

    Texts are translated and summarised, keywords taken, those that no picture shows left out, and terms defined by retrieval from a glossary.
    """
    articles = read_table(run.study, "articles", Article, STRUCTURED, shard=MAIN_FLOW)
    attributes = read_table(run.study, "extracted_attributes", Attributes, STRUCTURED, shard=MAIN_FLOW)
    orders = joined(articles, attributes, "extracted_attributes", lambda known: DescribedArticle(articles[known.article_id], known))
    made = run.table("prompts", Prompt, run.study.profile.stage(LEGACY), orders, shard=OLDER)
    return Made(len(made), table=_examples(made))


def compared_images(run: StudyRun) -> Made:
    """Pictures of both prompts with the same seeds, as the profile's image model makes them."""
    from nkd_pipeline.studies.legacy_prompts.articles import known_articles  # imports OpenCV, for which definitions do not wait

    known = known_articles(run.main, settings(run.study.profile))
    stage = run.study.profile.stage("generated_images")
    pictures: dict[str, list[Path]] = {}
    chosen = list(known)[: settings(run.study.profile).pictures]
    for name, prompts in both_prompts(run).items():
        orders = joined(chosen, prompts, "prompts", lambda prompt: said_order(prompt, known[prompt.article_id].order.seed))
        made = run.table("generated_images", GeneratedImage, stage, orders, shard=name)
        pictures[name] = [run.study.images.path(image) for image in made.values()]
    return Made(sum(map(len, pictures.values())), pictures=pictures)


def both_prompts(run: StudyRun) -> dict[str, dict[str, Prompt]]:
    """The prompts of both ways by article, the legacy one's first."""
    legacy = read_table(run.study, "prompts", Prompt, LEGACY, shard=OLDER)
    return {OLDER: legacy, MAIN_FLOW: read_table(run.study, "prompts", Prompt, STRUCTURED, shard=MAIN_FLOW)}


def _examples(prompts: Mapping[str, Prompt]) -> list[dict[str, str | int | float | None]]:
    return [{"article": key, "prompt": prompt.prompt} for key, prompt in list(prompts.items())[:5]]
