"""Turns a clause into mentions: walks its items from left to right and keeps what is still waiting for its noun."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nkd_pipeline.text.matching import Item
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, said_in_english

_AND = frozenset(rules("matching")["and"])
_THINGS = ("print", "neckline", "collar", "sleeves", "closure", "hem", "detail")  # have adjectives, colours and places of their own
_ORDER = (*_THINGS, "colour", "pattern", "material", "fit", "length", "motif", "intensity", "place", "non_visual", "target_group", "garment", "general")
_ADJECTIVES = ("colour", "intensity", "general", "pattern", "material", "fit", "length", "place", "print")
_IN_NAMES = ("pattern", "material", "colour", "length", "fit", "sleeves", "neckline", "collar", "detail")
_FACTS = ("colour", "pattern", "material", "fit", "length", "motif", "target_group", "non_visual", "sleeves", "neckline", "collar", "closure", "hem", "detail", "print")


class ClauseReader:
    """Reads one clause. `own` are the families of garments that the article itself is; other garments are scenery."""

    def __init__(self, own: Collection[str], shorthand: bool) -> None:
        self._own = own
        self._shorthand = shorthand
        self._out: list[Mention] = []
        self._waiting: list[Item] = []  # adjectives whose noun has not come yet
        self._places: list[str] = []  # places whose thing has not come yet
        self._mode = ""
        self._last: Mention | None = None
        self._host: Mention | None = None
        self._joined = False  # an "and" stood before
        self._inherited: list[str] = []

    def read(self, items: Sequence[Item]) -> list[Mention]:
        """The clause's mentions in order."""
        for at, item in enumerate(items):
            if item.quoted or item.negated:
                self._rest()
                continue
            if any(sign in item.gap for sign in ",(/|+"):
                self._comma(item)
            if not self._function_word(item):
                self._content(item, items[at + 1] if at + 1 < len(items) else None)
        self._flush()
        return self._out

    def _rest(self) -> None:
        self._flush()
        self._mode, self._last, self._host = "", None, None

    def _comma(self, item: Item) -> None:
        if self._mode != "place":
            self._mode, self._host = "", None
        if self._shorthand or item.capital:
            self._flush()
        if item.capital and not self._mode:
            self._last = None

    def _function_word(self, item: Item) -> bool:
        norm = item.norm
        if item.gap == "-" or item.modifiers:
            return False
        if norm in _AND:
            self._joined = True
            return True
        for mode in ("place_preps", "with", "of", "to"):
            if norm in words("phrases", mode):
                self._flush()
                self._host = self._last if mode == "with" else None
                self._mode = "in" if norm in ("in", "im", "ins") else mode.removesuffix("_preps")
                return True
        if norm in words("phrases", "determiners"):
            if self._mode not in ("place", "in"):
                self._joined = False
            return True
        return False

    def _content(self, item: Item, following: Item | None) -> None:
        aspect = self._aspect(item)
        if item.generic and not item.terms:
            self._generic(item)
        elif aspect == "garment":
            self._garment(item)
        elif self._mode in ("place", "in") and self._is_place(item, aspect):
            self._place(item, aspect)
        elif aspect in _ADJECTIVES and self._before_noun(item, aspect, following):
            self._waiting.append(item)
            return
        elif aspect in _THINGS:
            self._thing(item, aspect)
        elif aspect:
            self._fact(item, aspect)
        else:
            self._unknown(item)
        self._joined = False

    def _aspect(self, item: Item) -> str:
        if item.reading("garment") and not item.reading(*_THINGS):
            return "garment"
        # a garment that is also a part of garments ("Tasche") is itself only where the article is one
        own = item.reading("garment")
        if own and own.extra("family") in self._own and own.extra("family") == "accessory":
            return "garment"
        return next((aspect for aspect in _ORDER if item.reading(aspect)), "")

    def _before_noun(self, item: Item, aspect: str, following: Item | None) -> bool:
        """Whether the item is an adjective of the word after it."""
        if following is None or following.quoted or following.norm in _AND | words("phrases", "with") | words("phrases", "of") | words("phrases", "to"):
            return bool(following and following.norm in _AND and aspect == "colour" and item.norm.endswith(("e", "en", "er", "es")))
        if any(sign in following.gap for sign in ",(/;+") and not (aspect in ("intensity", "general") and "," in following.gap):
            return False
        if following.norm in words("phrases", "place_preps") or following.norm in words("phrases", "determiners"):
            return False
        after = self._aspect(following)
        if aspect == "print":  # "reflektierende Prints", "glitter puff print": a kind of print before a print
            return after == "print" or following.generic
        if aspect in ("material", "pattern") and item.capital and not self._shorthand and not item.gap == "-":
            return after in _THINGS and not following.capital
        return bool(after in (*_THINGS, *_ADJECTIVES, "garment", "motif") or following.generic or not following.known)

    def _is_place(self, item: Item, aspect: str) -> bool:
        if self._joined and any(not self._position(waiting) for waiting in self._waiting):
            self._mode = ""
            return False
        english = self._english(item, aspect)
        part = english.split()[-1] if english else ""
        return bool(item.reading("place")) or aspect in ("neckline", "collar", "sleeves", "hem") or part in words("phrases", "placeable")

    def _english(self, item: Item, aspect: str) -> str:
        term = item.reading(aspect) if aspect else None
        return term.english if term else ""

    def _position(self, item: Item) -> str:
        term = item.reading("place", "general", "intensity")
        english = term.english.lower() if term else ""
        return english if english in words("phrases", "positions") else ""

    def _place(self, item: Item, aspect: str) -> None:
        term = item.reading("place")
        english = term.english if term else self._english(item, aspect)
        positions = [position for position in map(self._position, self._waiting) if position and position not in english]
        where = " ".join([*positions, english.removeprefix("the ")])
        if self._last is not None and self._last.aspect in _THINGS:
            self._last.places.append(where)
        elif not self._last:
            self._places.append(where)
        self._waiting.clear()
        if aspect in _THINGS and not (term and term.english == english):
            self._emit(Mention(aspect, english, item.reading(aspect) or item.terms[0], item.source), keep=True)
        elif aspect in _THINGS:
            mention = Mention(aspect, self._english(item, aspect), item.reading(aspect) or item.terms[0], item.source)
            self._emit(mention, keep=True)

    def _thing(self, item: Item, aspect: str) -> None:
        term = item.reading(aspect)
        if term is None:
            return
        mention = Mention(aspect, term.english, term, item.source)
        bare_before = not self._waiting and not item.modifiers
        for waiting in self._waiting:
            self._qualify(mention, waiting.terms, waiting)
            for part in waiting.modifiers:
                self._qualify(mention, part, waiting)
        for part in item.modifiers:
            self._qualify(mention, part, item)
        if bare_before and self._joined and self._inherited and mention.bare:
            mention.before = list(self._inherited)
        self._inherited = list(mention.before)
        if self._sits_on_host(mention):
            mention.host = self._host.english if self._host else ""
        mention.places.extend(self._places)
        self._places.clear()
        self._waiting.clear()
        host = self._host
        self._emit(mention)
        self._host = host
        if self._mode != "with":
            self._mode = ""

    def _sits_on_host(self, mention: Mention) -> bool:
        """Whether "X mit Y" says that Y is at X: a lace at the neckline, but no collar on the sleeves."""
        host = self._host
        if self._mode != "with" or host is None or host is mention or mention.aspect not in ("detail", "print", "material", "pattern"):
            return False
        return host.aspect in ("neckline", "collar", "detail", "hem") or (host.aspect == "sleeves" and host.english in words("phrases", "bare"))

    def _qualify(self, mention: Mention, readings: tuple[Term, ...], item: Item) -> None:
        """Lets an adjective or a compound's first part qualify a thing."""
        term = next((term for aspect in (*_ADJECTIVES, "motif", "target_group", *_THINGS) for term in readings if term.aspect == aspect), None)
        if term is None:
            return
        english = rules("phrases")["as_adjective"].get(term.english, term.english)
        if term.aspect == "colour":
            mention.colours.append(term.english)
            self._out.append(Mention("colour", term.english, term, item.source, linked=mention.aspect != "pattern"))
        elif term.aspect == "motif":
            self._out.append(Mention("motif", term.english, term, item.source))
        elif term.aspect == "target_group":
            self._out.append(Mention("target_group", term.english, term, item.source))
        elif term.aspect == "general" and english not in words("phrases", "visual"):
            return
        elif term.aspect == mention.aspect == "print" and english.endswith(" print") and mention.english.endswith("print"):
            mention.before.append(english.removesuffix(" print"))
        elif english:
            mention.before.append(english)

    def _generic(self, item: Item) -> None:
        """ "Ringel-Muster", "gerippter Effekt": what stands before says it all."""
        parts = [*((waiting.terms, waiting) for waiting in self._waiting), *((part, item) for part in item.modifiers)]
        self._waiting.clear()
        imitation = item.norm.split()[-1].endswith(tuple(rules("phrases")["imitation"]))
        for readings, source in parts:
            term = next((term for aspect in _FACTS for term in readings if term.aspect == aspect), None)
            if term is None:
                continue
            if self._mode == "with" and self._host is not None and self._host.aspect in _THINGS and term.aspect in ("pattern", "material"):
                self._host.before.append(rules("phrases")["as_adjective"].get(term.english, term.english))
                continue
            english = f"{term.english} look" if imitation and term.aspect == "material" else term.english
            self._out.append(Mention(term.aspect, english, term, source.source))
        self._last = None

    def _garment(self, item: Item) -> None:
        term = item.reading("garment")
        own = bool(term and term.extra("family") in self._own)
        parts = [*((waiting.terms, waiting) for waiting in self._waiting), *((part, item) for waiting in self._waiting for part in waiting.modifiers), *((part, item) for part in item.modifiers)]
        self._waiting.clear()
        for readings, source in parts:
            found = next((reading for aspect in _FACTS for reading in readings if reading.aspect == aspect), None)
            if found and (own or found.aspect == "target_group"):
                self._out.append(Mention(found.aspect, found.english, found, source.source))
        if own and term:
            for told in said_in_english(term.english, _IN_NAMES):
                self._out.append(Mention(told.aspect, told.english, told, item.source))
        self._last = None
        self._mode = ""

    def _fact(self, item: Item, aspect: str) -> None:
        """A colour, pattern, material, motif ... of the garment, or of the thing it follows: "Logo in Weiß", "Kragen aus Samt"."""
        for waiting in [*self._waiting]:
            if aspect in ("motif", "pattern") and waiting.reading("colour"):
                self._state(waiting, "colour")
            elif aspect == "pattern" and waiting.reading("intensity", "general"):
                continue
            else:
                self._state(waiting, self._aspect(waiting))
        self._waiting.clear()
        if aspect == "colour" and self._mode == "in" and self._last is not None and not self._shorthand:
            self._last.colours.append(self._english(item, aspect))
            self._out.append(Mention("colour", self._english(item, aspect), item.reading(aspect) or item.terms[0], item.source, linked=True))
            return
        if aspect == "material" and self._mode == "of" and self._last is not None and self._last.aspect in ("collar", "detail"):
            self._last.before.append(self._english(item, aspect))
            return
        if aspect == "place":
            self._after(item)
            return
        self._state(item, aspect)

    def _after(self, item: Item) -> None:
        """A place behind its thing: "Knoten vorne"."""
        english = self._english(item, "place")
        if self._last is not None and self._last.aspect in _THINGS:
            self._last.places.append(english)
        elif not self._shorthand:
            self._places.append(english)

    def _state(self, item: Item, aspect: str) -> None:
        for part in item.modifiers:
            found = next((term for wanted in _FACTS for term in part if term.aspect == wanted), None)
            if found:
                self._out.append(Mention(found.aspect, found.english, found, item.source))
        term = item.reading(aspect) if aspect in _FACTS else None
        if term:
            self._out.append(Mention(aspect, term.english, term, item.source))

    def _unknown(self, item: Item) -> None:
        if item.norm.isdigit() or len(item.norm) < 3:
            return
        for part in item.modifiers:  # "Herren-Irgendwas": whom it is for is said all the same
            group = next((term for term in part if term.aspect == "target_group"), None)
            if group:
                self._out.append(Mention("target_group", group.english, group, item.source))
        if item.capital or not item.norm.endswith(tuple(rules("phrases")["adjective_endings"])):
            self._rest()

    def _flush(self) -> None:
        for waiting in self._waiting:
            self._state(waiting, self._aspect(waiting))
        self._waiting.clear()

    def _emit(self, mention: Mention, keep: bool = False) -> None:
        self._out.append(mention)
        if not keep:
            self._last = mention
