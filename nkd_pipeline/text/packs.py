"""Packs: what the single pieces of a pack look like, where the buyers' text says it piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from nkd_pipeline.text.gathering import Said
from nkd_pipeline.text.grammar import listed


def pieces(said: Sequence[Said]) -> list[str]:
    """ "weiß Echse, grün Faultier" -> one white with lizard, one green with sloth; [] unless at least two pieces are told apart."""
    found = []
    shorthand = [entry for entry in said if entry.column == "model_descr"]
    for _, group in groupby(shorthand, key=lambda entry: entry.clause):
        mentions = [entry.mention for entry in group]
        colours = [mention.english for mention in mentions if mention.aspect == "colour"]
        shown = [mention.english for mention in mentions if mention.aspect in ("print", "pattern")]
        motifs = [mention.english for mention in mentions if mention.aspect == "motif"]
        if not colours or not (shown or motifs):
            continue
        text = listed(shown)
        if motifs:
            text = f"{text} of {listed(motifs)}" if text else listed(motifs)
        found.append(f"one {listed(colours)} with {text}")
    return found if len(found) > 1 else []
