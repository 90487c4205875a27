"""Packs: what the single pieces of a pack look like, where the buyers' text says it piece by piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from nkd_pipeline.text.gathering import Said
from nkd_pipeline.text.grammar import listed
from nkd_pipeline.text.templates_file import template

_COUNT = re.compile(r"^\d+-(?:pack|piece set|piece)$")


def counts_pieces(english: str) -> bool:
    """Whether a vocabulary entry says how many pieces there are: the pack's size is read from the text as a whole."""
    return _COUNT.match(english) is not None


def pieces(said: Sequence[Said]) -> list[str]:
    """Tells the pieces apart: "weiß Echse, grün Faultier" -> one white with lizard, one green with sloth.

    Empty unless at least two pieces are told apart.
    """
    found = []
    shorthand = [entry for entry in said if entry.column == "model_descr"]
    for _, group in groupby(shorthand, key=lambda entry: entry.clause):
        mentions = [entry.mention for entry in group]
        colours = [mention.english for mention in mentions if mention.aspect == "colour"]
        patterns = [mention.english for mention in mentions if mention.aspect == "pattern"]
        before = [pattern for pattern in patterns if pattern in template()["patterns"]["before"]]
        shown = [mention.english for mention in mentions if mention.aspect == "print"] + [pattern for pattern in patterns if pattern not in before]
        motifs = [mention.english for mention in mentions if mention.aspect == "motif"]
        if not colours or not (shown or motifs or before):
            continue
        text = listed(shown)
        if motifs:
            text = f"{text} of {listed(motifs)}" if text else listed(motifs)
        found.append(" ".join(["one", *before, listed(colours), *(["with", text] if text else [])]))
    return found if len(found) > 1 else []
