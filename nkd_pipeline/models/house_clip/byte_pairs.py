"""The model's own vocabulary: byte pairs learnt from its captions (Sennrich et al. 2016, arXiv:1508.07909)."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

MERGES = 2200
_WORD = re.compile(r"[a-z]+")
_HEADER = "#version: house CLIP"  # open_clip skips the first line

Pair = tuple[str, str]
Symbols = tuple[str, ...]


def learnt(captions: Iterable[str], merges: int = MERGES) -> list[Pair]:
    """The merges that shorten the captions most, best first; pairs that are equally frequent in the order of the alphabet.

    Only the letters a to z are merged: whatever else a text holds is read byte by byte.
    """
    counts = Counter(word for caption in captions for word in _WORD.findall(caption.lower()))
    words: list[tuple[Symbols, int]] = [((*word[:-1], word[-1] + "</w>"), count) for word, count in sorted(counts.items())]
    pairs: Counter[Pair] = Counter()
    found_in: dict[Pair, set[int]] = defaultdict(set)
    for place, (symbols, count) in enumerate(words):
        _note(pairs, found_in, place, symbols, count)
    done: list[Pair] = []
    while len(done) < merges and pairs:
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] <= 0:
            break
        done.append(best)
        for place in sorted(found_in[best]):
            symbols, count = words[place]
            _note(pairs, found_in, place, symbols, -count)
            words[place] = (_merged(symbols, best), count)
            _note(pairs, found_in, place, words[place][0], count)
        del pairs[best]
    return done


def written(merges: Iterable[Pair]) -> bytes:
    """The merges as open_clip's tokenizer reads them; the same merges give the same bytes."""
    return gzip.compress("\n".join([_HEADER, *(" ".join(pair) for pair in merges)]).encode(), mtime=0)


def _note(pairs: Counter[Pair], found_in: dict[Pair, set[int]], place: int, symbols: Symbols, count: int) -> None:
    for pair in pairwise(symbols):
        pairs[pair] += count
        if count > 0:
            found_in[pair].add(place)
        else:
            found_in[pair].discard(place)


def _merged(symbols: Symbols, pair: Pair) -> Symbols:
    out: list[str] = []
    for symbol in symbols:
        if out and (out[-1], symbol) == pair:
            out[-1] = out[-1] + symbol
        else:
            out.append(symbol)
    return tuple(out)
