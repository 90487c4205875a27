"""An English prompt or caption read back into attributes.

English puts what describes a thing before it and what it has behind it: "women's striped blouse in pink with a shirt collar and white buttons". So
the first garment is the article, colours and patterns belong to the next noun, and the garment gets those that no other noun takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nkd_pipeline.records import Attributes, Fact
from nkd_pipeline.stage import RowError
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.compounds import shade, shade_word
from nkd_pipeline.text.english.garment import Found, found_garment
from nkd_pipeline.text.english.lexicon import english_words
from nkd_pipeline.text.english.phrases import DESCRIBING, THINGS, adjectives, describes_thing, place_behind, stands_alone
from nkd_pipeline.text.english.pieces import Piece, pieces_of
from nkd_pipeline.text.garments import pack_size, part_count
from nkd_pipeline.text.grammar import number
from nkd_pipeline.text.groups import choose_group, groups_of
from nkd_pipeline.text.key_phrases import with_key_phrases
from nkd_pipeline.text.packs import counts_pieces
from nkd_pipeline.text.rules import words
from nkd_pipeline.text.vocabulary import Term, said_in_english

COLUMN = "prompt"
_SINGLE = ("neckline", "collar", "sleeves", "closure", "hem", "fit", "length")
_IN_NAMES = ("pattern", "material", "colour", "length", "fit", "sleeves", "neckline", "collar")
_PARTS = re.compile(rf"\b({'|'.join(map(number, range(2, 13)))})[- ]piece\b", re.IGNORECASE)
_NONE = Found("", "", "", (-1,))
_REACH = 6  # pieces that a denial, and what is printed, reaches
_NEAR = 4  # pieces between a quotation and the word that makes it lettering


def read_prompt(text: str) -> Attributes:
    """The attributes that an English text states, in the vocabulary's terms, with `facts` whose source is the text's own words.

    `article_id` is empty. What the template says of every picture (background, light, view) is no attribute. Raises `RowError("no_garment")` when the
    text names no garment that the vocabulary knows, and nothing else whatever the text.
    """
    pieces = pieces_of(text)
    garment = found_garment(pieces)
    if garment is None:
        raise RowError(
            "no_garment",
            f'the text "{text[:80]}" names no garment that the vocabulary knows. Name one in it, or add the word with its English name to '
            "nkd_pipeline/text/vocabulary/garments.csv.",
        )
    return _Reader(pieces, garment).read(text)


def facts_of(text: str) -> tuple[Fact, ...]:
    """The facts that an English text states, also when it names no garment."""
    pieces = pieces_of(text)
    return _Reader(pieces, found_garment(pieces) or _NONE).read(text).facts


class _Reader:
    """Walks the pieces and keeps every fact, each value of an aspect once."""

    def __init__(self, pieces: list[Piece], garment: Found) -> None:
        self._pieces, self._garment = pieces, garment
        self._facts: dict[tuple[str, str], Fact] = {}
        self._groups: dict[str, str] = {}
        self._taken: set[int] = set(garment.places)
        self._thing = -1  # the last thing of this phrase: "logo in white"

    def read(self, text: str) -> Attributes:
        """All that the pieces say; `text` is asked for the number of pieces of a pack."""
        denied = 0
        for at, piece in enumerate(self._pieces):
            if piece.begins:
                denied, self._thing = 0, -1
            if piece.word in english_words("denying"):
                denied = _REACH
            elif denied:
                denied -= 1
            elif piece.quoted:
                self._quotation(at)
            elif at not in self._taken and piece.readings:
                self._read(at)
        self._said_by_the_garment()
        if pack_size(text) > 1:
            self._note("detail", f"pack of {number(pack_size(text))}", "pack")
        if parts := _PARTS.search(text):
            self._note("detail", f"{parts.group(1).lower()}-piece", parts.group(0))
        elif part_count(text) > 1:
            self._note("detail", f"{number(part_count(text))}-piece", "piece")
        return self._attributes()

    def _read(self, at: int) -> None:
        piece = self._pieces[at]
        motif = piece.reading("motif")
        if motif and self._before_print(at):
            self._note("motif", motif.english, piece.source)
            return
        # "cuffs" alone are a part of the garment, and no kind of sleeves
        things = ("detail", *THINGS) if piece.word in words("phrases", "bare") else THINGS
        term = piece.reading(*things, *DESCRIBING)
        if term is None:
            if piece.reading("place") and stands_alone(self._pieces, at):
                self._note("detail", piece.word, piece.source)  # "side seams"
        elif term.aspect in ("target_group", *THINGS) or not describes_thing(self._pieces, at, self._taken):
            self._state(at, term)

    def _state(self, at: int, term: Term) -> None:
        """Takes what a piece says of the garment."""
        piece = self._pieces[at]
        if term.aspect == "target_group":
            self._groups |= {group: piece.source for group in groups_of(term) if group not in self._groups}
        elif term.aspect == "colour":
            self._colour(at, term)
        elif term.aspect == "material":
            self._material(at, term)
        elif term.aspect in THINGS:
            self._take(at, term)
        else:
            self._note(term.aspect, term.english, piece.source)
            if term.english == "all-over print":
                self._shown(at)
                if at + 1 < len(self._pieces) and self._pieces[at + 1].word in english_words("showing") | english_words("reading"):
                    self._note("print", term.english, piece.source)

    def _take(self, at: int, term: Term) -> None:
        """A thing with the adjectives before it and the place behind it."""
        piece, self._thing = self._pieces[at], at
        before, phrase = adjectives(self._pieces, at, self._taken), term.english
        if counts_pieces(phrase):
            return
        if before and phrase == "button placket" and piece.word.startswith("button") and "placket" not in piece.word:
            phrase = "buttons"  # "white buttons": the buttons are white, not the placket
        bare = phrase in words("phrases", "bare")
        if term.aspect == "print":
            self._shown(at)
        if term.aspect in _SINGLE and not bare:
            self._note(term.aspect, term.english, piece.source)
            if not any(word in self._colours_before(at) for word in before):
                return
        if bare and not before:
            return
        said = " ".join([*(word for word in before if not content(word) <= content(phrase)), phrase]) + place_behind(self._pieces, at)
        self._note("print" if term.aspect == "print" else "detail", said, piece.source)

    def _colours_before(self, at: int) -> set[str]:
        return {term.english for piece in self._pieces[max(0, at - _NEAR) : at] if (term := piece.reading("colour"))}

    def _before_print(self, at: int) -> bool:
        """Whether a motif stands before the print that shows it: "butterfly print"."""
        following = self._pieces[at + 1 : at + 2]
        return any(not piece.begins and piece.reading("print") is not None for piece in following)

    def _shown(self, at: int) -> None:
        """Takes what a print shows: "print on the chest showing a heart, moon and star"; what stands right behind "showing" needs not be known."""
        behind = range(at + 1, min(at + 1 + _REACH, len(self._pieces)))
        start = next((place for place in behind if self._pieces[place].word in english_words("showing")), None)
        if start is None or any(self._pieces[place].begins or self._pieces[place].quoted for place in range(at + 1, start + 1)):
            return
        for place in range(start + 1, len(self._pieces)):
            piece = self._pieces[place]
            motif = piece.reading("motif")
            if piece.quoted or piece.word in english_words("breaks") - {"and"} or (piece.begins and not motif):
                return
            if piece.word not in ("a", "an", "the", "and"):
                self._taken.add(place)
                self._note("motif", motif.english if motif else piece.word, piece.source)

    def _colour(self, at: int, term: Term) -> None:
        before = self._pieces[at - 1] if at else None
        # "logo in white" is a white logo; but in "two-piece pyjamas in blue" the pyjamas are
        if self._thing > max(self._garment.places) and before is not None and before.word == "in":
            return
        if before is not None and shade_word(before.word) and not self._pieces[at].begins:
            term = shade(before.word, term)
        self._note("colour", term.english, self._pieces[at].source)

    def _material(self, at: int, term: Term) -> None:
        start = next((place for place in range(at, 0, -1) if self._pieces[place].begins), 0)
        made = any(piece.word in english_words("made") for piece in self._pieces[start:at])
        trim = term.english in english_words("trims") and not made and at > max(self._garment.places)
        self._note("detail" if trim else "material", term.english, self._pieces[at].source)

    def _quotation(self, at: int) -> None:
        """Takes a quotation near a word of prints for what is printed; else it is a figure of speech."""
        near = self._pieces[max(0, at - _NEAR) : at]
        if any(piece.quoted or piece.word in english_words("reading") or piece.reading("print") or piece.word.endswith("print") for piece in near):
            self._note("lettering", self._pieces[at].source, self._pieces[at].source)

    def _said_by_the_garment(self) -> None:
        """What the garment's name says, where nothing else does: a v-neck sweater, a long-sleeve shirt."""
        for term in said_in_english(self._garment.english, _IN_NAMES):
            if term.aspect in ("colour", "pattern", "material") or not any(aspect == term.aspect for aspect, _ in self._facts):
                self._note(term.aspect, term.english, self._garment.source)
        if self._garment.english.startswith("long-sleeve") and not any(aspect == "sleeves" for aspect, _ in self._facts):
            self._note("sleeves", "long sleeves", self._garment.source)

    def _note(self, aspect: str, value: str, source: str) -> None:
        self._facts.setdefault((aspect, value), Fact("print" if aspect == "lettering" else aspect, value, COLUMN, source))

    def _values(self, aspect: str) -> tuple[str, ...]:
        return tuple(value for known, value in self._facts if known == aspect)

    def _attributes(self) -> Attributes:
        groups = choose_group({"name": frozenset(self._groups)})
        single = {aspect: values[0] for aspect in _SINGLE if (values := self._values(aspect))}
        further = tuple(value for aspect in _SINGLE for value in self._values(aspect)[1:])
        details = _unsubsumed((*self._values("detail"), *further))
        attributes = Attributes(
            "",
            garment=self._garment.english,
            sketch_kind=self._garment.kind,
            target_group=groups[0] if groups else "",
            colours=self._values("colour"),
            materials=self._values("material"),
            patterns=self._values("pattern"),
            prints=self._values("print"),
            motifs=self._values("motif"),
            lettering=self._values("lettering"),
            neckline=single.get("neckline", ""),
            collar=single.get("collar", ""),
            sleeves=single.get("sleeves", ""),
            closure=single.get("closure", ""),
            hem=single.get("hem", ""),
            fit=single.get("fit", ""),
            length=single.get("length", ""),
            details=details,
            facts=self._all_facts(groups, {*details, *single.values()}),
        )
        return with_key_phrases(attributes)

    def _all_facts(self, groups: tuple[str, ...], kept: set[str]) -> tuple[Fact, ...]:
        """The facts in the order of their weight; of things those that stand in the attributes."""
        garment = (Fact("garment", self._garment.english, COLUMN, self._garment.source),) if self._garment.english else ()
        named = [Fact("target_group", group, COLUMN, self._groups.get(group, "")) for group in groups]
        others = [fact for (aspect, value), fact in self._facts.items() if aspect not in ("detail", *_SINGLE) or value in kept]
        return (*garment, *named, *others)


def _unsubsumed(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases that no other one says with more words."""
    known = list(dict.fromkeys(phrases))
    return tuple(phrase for phrase in known if not any(content(phrase) < content(other) for other in known))
