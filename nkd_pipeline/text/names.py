"""Article names in English as a fashion buyer would write them: "Damen-Bluse mit Streifen" -> "Women's blouse with stripes".

The lexicon knows single words; here they get their place. The target group stands first as a possessive, adjectives stand before the garment,
patterns behind "with" are nouns.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from nkd_pipeline.text.choosing import TEXTURES, content
from nkd_pipeline.text.context import THINGS, first
from nkd_pipeline.text.grammar import article, possessive
from nkd_pipeline.text.groups import choose_group, groups_of
from nkd_pipeline.text.items import Clause, Item
from nkd_pipeline.text.matching import clause_of
from nkd_pipeline.text.packs import counts_pieces
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, fold

_RULES = rules("names")
_TWICE = re.compile(r"\b(\w+) \1\b", re.I)
_PRE = ("colour", "intensity", "motif", "print", "detail", "pattern", "material", *THINGS, "fit", "length", "garment", "general")
_HEAD = ("garment", *THINGS, "pattern", "material", "colour", "fit", "length", "motif", "target_group", "place", "intensity", "general", "non_visual")


@dataclass(slots=True)
class _Piece:
    gap: str
    text: str
    garment: bool = False


@functools.lru_cache(maxsize=8192)
def name_in_english(piece: str) -> tuple[str, tuple[str, ...]]:
    """One clause of a name in English, and the words that stayed as they were."""
    return _NameWriter(clause_of(piece), piece).written()


class _NameWriter:
    def __init__(self, clause: Clause, piece: str) -> None:
        self._clause = clause
        self._piece = piece
        self._out: list[_Piece] = []
        self._groups: set[str] = set()
        self._unknown: list[str] = []
        self._preposition = ""

    def written(self) -> tuple[str, tuple[str, ...]]:
        """The clause's English and its unknown words."""
        last = 0
        for at, item in enumerate(self._clause):
            gap = self._piece[last : item.start]
            last = item.end
            if "," in gap:
                self._preposition = ""
            self._add(item, re.sub(r"^-", " ", gap), self._clause[at + 1] if at + 1 < len(self._clause) else None)
        text = "".join(piece.gap + piece.text for piece in self._out if piece.text) + self._piece[last:]
        whose = possessive(choose_group({"name": frozenset(self._groups)}))
        text = re.sub(r"\s+([,.;:!?)])", r"\1", re.sub(r"\s+", " ", f"{whose} {text.lstrip(' ,-')}"))
        return _TWICE.sub(r"\1", text).strip(" ,").rstrip("."), tuple(self._unknown)

    def _add(self, item: Item, gap: str, following: Item | None) -> None:
        small = rules("translation")["small"].get(item.norm)
        if small is not None and not item.modifiers:
            if small in words("names", "prepositions"):
                self._preposition = small.removesuffix(" the")
                self._out.append(_Piece(gap, self._preposition))
            elif small not in ("the", "a"):
                self._out.append(_Piece(gap, str(small)))
            return
        group = item.reading("target_group")
        if group and not item.modifiers and first(item.terms, _HEAD) is group:
            self._group(group, gap)
            return
        self._groups.update(*(groups_of(term) for part in item.modifiers if (term := first(part, ("target_group",)))))
        self._content(item, gap, following)

    def _group(self, term: Term, gap: str) -> None:
        if self._preposition == "for":
            self._out.append(_Piece(gap, term.english))
        else:
            self._groups |= groups_of(term)
            if "," in gap:
                self._out.append(_Piece(gap.replace(" ", ""), ""))

    def _content(self, item: Item, gap: str, following: Item | None) -> None:
        head = first(item.terms, _HEAD)
        if item.quoted or (head is None and not item.generic):
            self._unread(item, gap)
            return
        if head and item.norm.startswith(("in ", "im ")):
            self._preposition = "in"
            self._out.append(_Piece(gap, "in"))
            gap = " "
        noun = _english(head) if head else str(rules("translation")["generic"].get(item.norm.split()[-1], "design"))
        if head and head.aspect != "garment" and not item.generic:
            noun = str(_RULES["before"].get(noun, noun)) if self._before_noun(following) else self._as_noun(head, noun)
        text = _compound([_english(term) for part in item.modifiers if (term := first(part, _PRE))], noun)
        if head and head.aspect == "motif" and fold(item.source) == noun:
            text = item.source  # "Mickey Mouse" is a name
        if counts_pieces(noun):
            self._out.append(_Piece(", ", noun.removesuffix(" set")))
            return
        self._place(text, head, item, gap)

    def _place(self, text: str, head: Term | None, item: Item, gap: str) -> None:
        """Puts a phrase behind what is said so far; what belongs before the garment goes there."""
        garment = next((piece for piece in reversed(self._out) if piece.garment), None)
        aspect = head.aspect if head else ""
        follows = garment is not None and not self._preposition and not gap.strip()
        if garment and follows and (aspect in ("pattern", "fit", "length", "material") or text in words("names", "adjectives")):
            garment.text = _compound([text], garment.text)
        elif garment and follows and aspect == "garment" and self._out[-1] is garment and garment.text in words("garments", "generic"):
            garment.text = text  # "Pantalon chino": the second word is the more precise one
        elif follows and aspect == "colour":
            self._out.append(_Piece(gap, f"in {text}"))
        elif (follows and aspect in THINGS and self._out[-1] is garment) or (item.norm.startswith("mit ") and text and not text.startswith("with ")):
            self._out.append(_Piece(gap, f"with {text}"))
        else:
            self._out.append(_Piece(gap, text, aspect == "garment"))

    def _unread(self, item: Item, gap: str) -> None:
        parts = [_english(term) for part in item.modifiers if (term := first(part, _PRE))]
        text = f'"{item.source}"' if item.quoted else " ".join([*parts, item.source.rsplit("-", 1)[-1] if item.modifiers else item.source])
        self._out.append(_Piece(gap, text))
        if not item.quoted and any(map(str.isalpha, item.source)) and item.norm not in words("translation", "english") and not item.modifiers:
            self._unknown.append(item.source)

    def _before_noun(self, following: Item | None) -> bool:
        """Whether a noun follows that the word is an adjective of."""
        if following is None or following.gap not in ("", " ", "-") or following.norm in rules("translation")["small"]:
            return False
        return bool(following.generic or following.reading("garment", *THINGS, "motif", "pattern") or (not following.known and following.capital))

    def _as_noun(self, head: Term, english: str) -> str:
        """What cannot stand alone behind a preposition: "with striped" -> stripes, "in checked" -> checked design."""
        if self._preposition not in ("with", "in"):
            return english
        noun = _RULES["nouns" if self._preposition == "with" else "in_nouns"].get(english)
        if noun:
            return str(noun)
        ending = _RULES["endings"].get(f"{self._preposition} {head.aspect}", "")
        if not ending or english.endswith((*_RULES["complete"], ending)):
            return english
        return f"{article(english)} {english} {ending}" if self._preposition == "in" else f"{english} {ending}"


def _english(term: Term) -> str:
    if term.aspect == "pattern":  # the textures tell more than "textured" does
        return next((texture for word, texture in TEXTURES.items() if term.term.startswith(word)), term.english)
    return "" if term.aspect in ("non_visual", "target_group") else term.english


def _compound(parts: list[str], noun: str) -> str:
    """Adjectives before a noun, none of which repeats what another word says: "quilted fabric", "quilted jacket" -> quilted jacket."""
    said: list[str] = []
    for part in parts:
        adjective = str(_RULES["before"].get(part, part))
        for ending in _RULES["dropped_endings"]:
            adjective = adjective.removesuffix(f" {ending}")
        if adjective and not content(adjective) <= content(" ".join([*said, noun])):
            said.append(adjective)
    return " ".join([*said, noun])
