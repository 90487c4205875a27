"""All that Dagster is told: assets, jobs, schedules, sensors, resources, executor. The only place where they are wired together."""

from __future__ import annotations

import dagster as dg

from nkd_pipeline.assets.article_backfills import article_backfills
from nkd_pipeline.assets.articles import articles
from nkd_pipeline.assets.catalog_release import catalog_release
from nkd_pipeline.assets.catalog_status import catalog_status
from nkd_pipeline.assets.clip_scores import clip_scores
from nkd_pipeline.assets.extracted_attributes import extracted_attributes
from nkd_pipeline.assets.generated_images import generated_images
from nkd_pipeline.assets.judged_attempts import judged_attempts
from nkd_pipeline.assets.probe_answers import probe_answers
from nkd_pipeline.assets.prompts import prompts
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.assets.rubric_reports import rubric_reports
from nkd_pipeline.assets.translated_descriptions import translated_descriptions
from nkd_pipeline.assets.vqa_answers import vqa_answers
from nkd_pipeline.automation.jobs import article_retries, catalog_run, ingest_delivery, retention, status_report
from nkd_pipeline.automation.orphans import orphaned_runs_sensor
from nkd_pipeline.automation.retries import failed_articles_sensor
from nkd_pipeline.automation.schedules import daily_status, hourly_unfinished, nightly_retention, nightly_unreleased
from nkd_pipeline.automation.sensors import delivery_sensor, new_shards_sensor
from nkd_pipeline.execution.gpu_executor import gpu_executor
from nkd_pipeline.studies import catalogue

defs = dg.Definitions(
    assets=[
        articles,
        translated_descriptions,
        extracted_attributes,
        prompts,
        generated_images,
        clip_scores,
        probe_answers,
        vqa_answers,
        rubric_reports,
        judged_attempts,
        catalog_release,
        article_backfills,
        catalog_status,
        *catalogue.ASSETS,
    ],
    jobs=[ingest_delivery, catalog_run, article_retries, status_report, retention],
    schedules=[nightly_unreleased, hourly_unfinished, nightly_retention, daily_status],
    sensors=[delivery_sensor, new_shards_sensor, failed_articles_sensor, orphaned_runs_sensor],
    resources={"workspace": WorkspaceResource()},
    executor=gpu_executor,
)
