"""Seeds of pictures: the same article and attempt always give the same picture."""

from __future__ import annotations

import hashlib

SEED_RANGE = 2**31  # what every image library takes
PAPER_SEED = 42


def article_seed(article_id: str, attempt: int) -> int:
    """Seed from article id and attempt, 0 .. 2**31 - 1; stays the same when other articles come or go."""
    digest = hashlib.sha256(f"{article_id}\n{attempt}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SEED_RANGE


def paper_seed(index: int, attempt: int) -> int:
    """The paper's 42 + index; later attempts, which the paper does not have, go on a million further each."""
    return (PAPER_SEED + index + 1_000_000 * (attempt - 1)) % SEED_RANGE
