"""Partitions: a shard of a catalog is one; so is each failed article, in a set that holds only these."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

shards = dg.DynamicPartitionsDefinition(name="shards")
failed_articles = dg.DynamicPartitionsDefinition(name="failed_articles")


def failed_key(shard: str, article_id: str) -> str:
    """Key of a failed article. Article ids and catalog names hold no slash."""
    return f"{shard}/{article_id}"


def split_failed_key(key: str) -> tuple[str, str]:
    """(shard, article id) of a failed article's key."""
    shard, _, article_id = key.partition("/")
    return shard, article_id


def update_failed_articles(instance: dg.DagsterInstance, shard: str, failed: Iterable[str]) -> None:
    """Makes the partitions of a shard's failed articles exactly these."""
    name = str(failed_articles.name)
    before = {key for key in instance.get_dynamic_partitions(name) if split_failed_key(key)[0] == shard}
    now = {failed_key(shard, article_id) for article_id in failed}
    if new := sorted(now - before):
        instance.add_dynamic_partitions(name, new)
    for key in sorted(before - now):
        instance.delete_dynamic_partition(name, key)
