"""Which shard of its catalog an article belongs to. A shard is a partition: what one run computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count

DEFAULT_SIZE = 256  # articles


def shard_key(catalog: str, n: int) -> str:
    """Key of a catalog's n-th shard, counted from 0: "autumn.000"."""
    return f"{catalog}.{n:03d}"


def _number(catalog: str, key: str) -> int | None:
    """The n of a shard key of this catalog; None for keys of others."""
    name, _, digits = key.rpartition(".")
    return int(digits) if name == catalog and digits.isascii() and digits.isdigit() else None


def assign_shards(catalog: str, article_ids: Sequence[str], existing: Mapping[str, str], size: int = DEFAULT_SIZE) -> dict[str, list[str]]:
    """Cuts a delivery into shards.

    Articles already known keep their shard. New ones fill the shards that have room, the lowest first, then new shards, in delivery order.
    Articles no longer delivered do not appear, but keep their place: should they come back, no shard grows beyond its size.

    Args:
        catalog: Name of the catalog.
        article_ids: The delivery's articles, each once, in order.
        existing: article_id -> shard key as of earlier deliveries; keys of other catalogs are not looked at.
        size: Articles per shard, 1 or more. A shard that is larger, from a time with another size, stays as it is.

    Returns:
        Shard key -> its articles in delivery order; shards in order of their number, none empty.

    Raises:
        ValueError: An article is named twice, or the size is below 1.
    """
    if size < 1:
        raise ValueError(f"a shard of {size} articles cannot be; use 1 or more")
    if len(set(article_ids)) != len(article_ids):
        twice = next(article_id for article_id, times in Counter(article_ids).items() if times > 1)
        raise ValueError(f'article "{twice}" is named twice; a delivery names each article once')
    home = {article_id: number for article_id, key in existing.items() if (number := _number(catalog, key)) is not None}
    taken = Counter(home.values())
    open_shards = count()
    current = next(open_shards)
    shards: dict[int, list[str]] = {}
    for article_id in article_ids:
        number = home.get(article_id)
        if number is None:
            while taken[current] >= size:
                current = next(open_shards)
            number = current
            taken[number] += 1
        shards.setdefault(number, []).append(article_id)
    return {shard_key(catalog, number): shards[number] for number in sorted(shards)}
