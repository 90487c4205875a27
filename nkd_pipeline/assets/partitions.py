"""Partitions: a shard of a catalog is one; so is each failed article, in a set that holds only these."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Sequence

import dagster as dg

from nkd_pipeline.storage.fault_points import fault_point

shards = dg.DynamicPartitionsDefinition(name="shards")
failed_articles = dg.DynamicPartitionsDefinition(name="failed_articles")


def failed_key(shard: str, article_id: str) -> str:
    """Key of a failed article. Article ids and catalog names hold no slash."""
    return f"{shard}/{article_id}"


def split_failed_key(key: str) -> tuple[str, str]:
    """(shard, article id) of a failed article's key."""
    shard, _, article_id = key.partition("/")
    return shard, article_id


def shards_of(keys: Iterable[str]) -> set[str]:
    """The shards that keys of shards or of failed articles belong to."""
    return {split_failed_key(key)[0] for key in keys}


def ranges(ordered: Sequence[str], chosen: Container[str]) -> list[tuple[str, str]]:
    """First and last key of each uninterrupted row of chosen partitions: a run takes a range."""
    groups = [list(group) for is_chosen, group in itertools.groupby(ordered, chosen.__contains__) if is_chosen]
    return [(group[0], group[-1]) for group in groups]


def add_partitions(instance: dg.DagsterInstance, partitions: dg.DynamicPartitionsDefinition, keys: Sequence[str]) -> None:
    """Adds the keys that are not there yet, also while another process adds the same ones."""
    from sqlalchemy.exc import IntegrityError

    while True:
        try:
            return instance.add_dynamic_partitions(str(partitions.name), keys)
        except IntegrityError:  # somebody added one between Dagster's look and its write: it is there now, and the next try leaves it out
            continue


def update_failed_articles(instance: dg.DagsterInstance, shard: str, failed: Iterable[str]) -> None:
    """Makes the partitions of a shard's failed articles exactly these."""
    name = str(failed_articles.name)
    before = {key for key in instance.get_dynamic_partitions(name) if split_failed_key(key)[0] == shard}
    now = {failed_key(shard, article_id) for article_id in failed}
    if new := sorted(now - before):
        add_partitions(instance, failed_articles, new)
    fault_point("failed_articles.added")
    for key in sorted(before - now):
        instance.delete_dynamic_partition(name, key)
    fault_point("failed_articles.updated")
