"""How one item is to be read where it stands: which of its meanings counts, and whether it is an adjective, a place or a thing."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable

from nkd_pipeline.text.items import Item
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term

AND = frozenset(rules("matching")["and"])
THINGS = ("print", "neckline", "collar", "sleeves", "closure", "hem", "detail")  # have adjectives, colours and places of their own
PLACED = ("print", "closure", "hem", "detail")  # may sit anywhere; a neckline cannot
ADJECTIVES = ("colour", "intensity", "general", "pattern", "material", "fit", "length", "place", "print")
FACTS = ("colour", "pattern", "material", "fit", "length", "motif", "target_group", "non_visual", *THINGS[1:], "print")
_ORDER = (
    *THINGS,
    *("colour", "pattern", "material", "fit", "length", "motif", "intensity", "place", "non_visual", "target_group", "garment", "general"),
)
_ENDINGS = tuple(rules("phrases")["adjective_endings"])


@functools.cache
def _blocked(family: str) -> frozenset[str]:
    return frozenset(rules("choosing")["blocked"].get(family, ()))


@functools.cache
def _small_words(*lists: str) -> frozenset[str]:
    return frozenset().union(*(words("phrases", name) for name in lists))


def first(readings: Iterable[Term], aspects: Iterable[str]) -> Term | None:
    """The first reading of one of the aspects, in the order asked for."""
    known = tuple(readings)
    return next((term for aspect in aspects for term in known if term.aspect == aspect), None)


class Context:
    """The article's garment families and the kind of text, which decide between the meanings of a word."""

    def __init__(self, own: Collection[str], shorthand: bool) -> None:
        self.own = own
        self.shorthand = shorthand
        self._blocked = frozenset.intersection(*map(_blocked, own)) if own else frozenset()
        self._renamed: dict[str, str] = rules("choosing")["renamed"].get(next(iter(own)), {}) if len(own) == 1 else {}

    def aspect(self, item: Item) -> str:
        """The aspect under which the item is read, "" when it says nothing."""
        if not item.terms:
            return ""
        aspects = {term.aspect for term in item.terms}
        garment = item.reading("garment") if "garment" in aspects else None
        if garment and aspects.isdisjoint(THINGS):
            return "garment"
        # a garment that is also a part of garments ("Tasche") is itself only where the article is one
        if garment and garment.more("family") == "accessory" and "accessory" in self.own:
            return "garment"
        return next((aspect for aspect in _ORDER if aspect in aspects and aspect not in self._blocked), "")

    def english(self, item: Item, aspect: str) -> str:
        """The item's English under an aspect; the same word is called differently on other garments."""
        term = item.reading(aspect) if aspect else None
        return self._renamed.get(term.english, term.english) if term else ""

    def before_noun(self, item: Item, aspect: str, following: Item | None) -> bool:
        """Whether the item is an adjective of the word after it."""
        if following is None or following.quoted:
            return False
        if following.norm in AND:  # "rote und weiße Streifen"
            return aspect == "colour" and item.norm.endswith(_ENDINGS)
        if any(sign in following.gap for sign in ",(/;+") and not (aspect in ("intensity", "general") and "," in following.gap):
            return False
        if following.norm.split()[0] in _small_words("with", "of", "to", "place_preps", "determiners"):
            return False
        return self._qualifies(item, aspect, following)

    def _qualifies(self, item: Item, aspect: str, following: Item) -> bool:
        after = self.aspect(following)
        if aspect == "colour" and self.shorthand and not item.norm.endswith(_ENDINGS):
            # "dunkelblau Frontdruck": the shirt is blue; "blauer Frontdruck" would be the print
            return after in ("detail", "closure", "collar", "sleeves", "hem", "neckline")
        if aspect == "print":  # "reflektierende Prints", "glitter puff print": a kind of print before a print
            return after == "print" or following.generic
        if aspect in ("material", "pattern") and item.capital and not self.shorthand:
            return after in THINGS and not following.capital
        return after in (*THINGS, *ADJECTIVES, "garment", "motif") or following.generic or not following.known

    def is_place(self, item: Item, aspect: str) -> bool:
        """Whether a thing can sit on the item."""
        part = self.english(item, aspect).rpartition(" ")[2]
        return bool(item.reading("place")) or aspect in ("neckline", "collar", "sleeves", "hem") or part in words("phrases", "placeable")

    def adjective_print(self, item: Item, english: str) -> bool:
        """Whether a word names a kind of print without one: "glitzernde Fasern" glitter, but nothing is printed."""
        return english in rules("phrases")["effects"] and item.source[:1].islower() and not self.shorthand and not item.modifiers


def position(item: Item) -> str:
    """The item as a position before a place ("left"), "" when it is none."""
    term = item.reading("place", "general", "intensity")
    english = term.english.lower() if term else ""
    return english if english in words("phrases", "positions") else ""


def as_adjective(english: str) -> str:
    """A vocabulary term as it stands before a noun: "embroidery" -> "embroidered"."""
    return str(rules("phrases")["as_adjective"].get(english, english))


def has_material(mention: Mention) -> bool:
    """Whether "aus" after a thing says what it is made of, and not the garment: a collar's velvet, but no heel's suede."""
    return mention.aspect in ("collar", "detail") and mention.english.split()[-1] not in words("phrases", "of_the_shoe")


def sits_on(host: Mention | None, mention: Mention) -> bool:
    """Whether "X mit Y" says that Y is at X: a lace at the neckline, but no collar on the sleeves."""
    if host is None or host is mention or mention.aspect not in ("detail", "print", "material", "pattern"):
        return False
    return host.aspect in ("neckline", "collar", "detail", "hem") or (host.aspect == "sleeves" and host.english in words("phrases", "bare"))


def qualify(mention: Mention, readings: Iterable[Term], source: str) -> Mention | None:
    """Lets an adjective or a compound's first part qualify a thing; returns what it says besides (a colour, a motif, a group)."""
    term = first(readings, (*ADJECTIVES, "motif", "target_group", *THINGS))
    if term is None:
        return None
    if term.aspect in ("motif", "target_group"):
        return Mention(term.aspect, term.english, term, source)
    if term.aspect == "colour":
        mention.colours.append(term.english)
        return Mention("colour", term.english, term, source, linked=True)
    english = as_adjective(term.english)
    if term.aspect == mention.aspect == "print" and english.endswith(" print") and mention.english.endswith("print"):
        mention.before.append(english.removesuffix(" print"))
    elif english and (term.aspect not in ("general", "intensity") or english in words("phrases", "visual")):
        mention.before.append(english)
    return None


def sheen(readings: Iterable[Term], source: str) -> Mention | None:
    """An adjective of the whole garment that can be seen: "glänzende Oberfläche"; None when it is no such word."""
    shown = rules("phrases")["sheen"]
    term = next((term for term in readings if term.aspect == "intensity" and term.english in shown), None)
    return Mention("detail", shown[term.english], term, source) if term else None
