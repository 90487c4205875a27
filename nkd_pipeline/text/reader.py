"""Turns a clause into mentions: walks its items from left to right and keeps what is still waiting for its noun."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nkd_pipeline.text.context import ADJECTIVES, AND, FACTS, PLACED, THINGS, Context, as_adjective, first, has_material, position, qualify, sits_on
from nkd_pipeline.text.items import Item
from nkd_pipeline.text.notes import Notes
from nkd_pipeline.text.phrases import Mention
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, said_in_english

_IN_NAMES = ("pattern", "material", "colour", "length", "fit", "sleeves", "neckline", "collar", "detail")
_OF_STYLE = ("colour", "pattern", "material", "target_group")
_STYLES = tuple(rules("phrases")["styles"])
_IMITATION = tuple(rules("phrases")["imitation"])
_MOTIFS = ("motiv", "motive", "motiven", "motif")
_ENDINGS = tuple(rules("phrases")["adjective_endings"])


class ClauseReader(Notes):
    """Reads one clause. `own` are the families of garments that the article itself is; other garments are scenery."""

    def __init__(self, own: Collection[str], shorthand: bool) -> None:
        super().__init__(Context(own, shorthand))
        self._shorthand = shorthand
        self._places: list[str] = []  # places whose thing has not come yet
        self._mode = ""  # the preposition that governs: place, in, with, of, to
        self._last: Mention | None = None  # the thing that places and colours behind it belong to
        self._host: Mention | None = None  # the thing before "mit"
        self._joined = False  # an "and" stood before
        self._inherited: list[str] = []  # adjectives of the thing before "und"
        self._counted = False  # a number stood before: "und zwei Taschen"
        self._coloured = False  # a colour stood last: "in Gold"
        self._pattern = False  # a pattern stood last: "Punkte in Weiß"

    def read(self, items: Sequence[Item]) -> list[Mention]:
        """The clause's mentions in order."""
        for at, item in enumerate(items):
            if item.quoted:
                self._flush()
            elif item.negated:
                self._rest()
            else:
                if any(sign in item.gap for sign in ",(/|+"):
                    self._comma(item)
                if not self._function_word(item):
                    self._content(item, items[at + 1] if at + 1 < len(items) else None)
        self._flush()
        return self._out

    def _rest(self) -> None:
        self._flush()
        self._foreign = self._pattern = False
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
        if norm in AND:
            self._joined, self._foreign = True, False
            return True
        for mode in ("place_preps", "with", "of", "to"):
            if norm in words("phrases", mode):
                self._flush()
                self._host = self._last if mode == "with" else None
                self._mode = "in" if norm in ("in", "im", "ins") else mode.removesuffix("_preps")
                self._foreign = self._foreign and self._mode in ("in", "of")
                return True
        if norm in words("phrases", "determiners"):
            self._joined = self._joined and self._mode in ("place", "in")
            self._counted = norm in words("phrases", "counting")
            return True
        return False

    def _content(self, item: Item, following: Item | None) -> None:
        aspect = self._context.aspect(item)
        if item.generic and aspect in ("", "general", "intensity", "place"):
            self._generic(item)
        elif aspect == "garment":
            self._garment(item)
        elif self._mode in ("place", "in") and self._names_place(item, aspect):
            self._place(item, aspect)
        elif aspect in ADJECTIVES and self._context.before_noun(item, aspect, following):
            self._waiting.append(item)
            return
        elif aspect in THINGS:
            self._thing(item, aspect)
        elif aspect in ("", "general"):
            self._unknown(item)
        else:
            self._fact(item, aspect)
        self._joined = False

    def _names_place(self, item: Item, aspect: str) -> bool:
        # "an der Brust und elastischer Saum", "in Gold und Keilabsatz": the list of places or colours is over
        if self._joined and (self._counted or self._coloured or any(not position(waiting) for waiting in self._waiting)):
            self._mode = ""
            return False
        return self._context.is_place(item, aspect)

    def _place(self, item: Item, aspect: str) -> None:
        term = item.reading("place")
        english = term.english if term else self._context.english(item, aspect)
        positions = [found for found in map(position, self._waiting) if found and found not in english]
        where = " ".join([*positions, english.removeprefix("the ")])
        if self._last is None:
            self._places.append(where)
        elif self._last.aspect in PLACED:
            self._last.places.append(where)
        self._waiting.clear()
        if aspect in THINGS:  # "Spitze am V-Ausschnitt": the neckline is there as well
            self._out.append(Mention(aspect, self._context.english(item, aspect), item.reading(aspect) or item.terms[0], item.source))

    def _thing(self, item: Item, aspect: str) -> None:
        term = item.reading(aspect) or item.terms[0]
        mention = Mention(aspect, self._context.english(item, aspect), term, item.source)
        if mention.english.endswith(_STYLES):
            self._style(mention, item)
            return
        if self._context.adjective_print(item, mention.english):
            mention.aspect, mention.english = "detail", rules("phrases")["effects"][mention.english]
        if self._waiting and term.english == "button placket" and _is_button(term):
            mention.english = "buttons"  # "goldene Knöpfe": the buttons are golden, not the placket
        self._qualified(mention, item)
        if self._mode == "with" and sits_on(self._host, mention):
            mention.host = self._host.english if self._host else ""
        if mention.aspect in PLACED:
            mention.places.extend(self._places)
        self._places.clear()
        self._out.append(mention)
        self._last = mention
        self._coloured = False
        if self._mode != "with":
            self._mode = ""

    def _qualified(self, mention: Mention, item: Item) -> None:
        """Gives a thing its adjectives: those before it, its compound's parts, or those of the thing it is listed with."""
        alone = not self._waiting and not item.modifiers
        for readings, source in self._parts(item):
            besides = qualify(mention, readings, source.source)
            if besides:
                self._out.append(besides)
        if alone and self._joined and mention.bare:
            mention.before = list(self._inherited)
        self._inherited = list(mention.before)

    def _style(self, mention: Mention, item: Item) -> None:
        """Takes "retro style" and "used look": they are said of the whole garment, and so is what stands before them."""
        for readings, source in self._parts(item):
            self._say(first(readings, _OF_STYLE), source)
        self._out.append(mention)
        self._last = mention if "layer" in mention.english else None

    def _generic(self, item: Item) -> None:
        """Takes "Ringel-Muster" and "gerippter Effekt": what stands before says it all."""
        imitation = item.norm.split()[-1].endswith(_IMITATION)
        for readings, source in self._parts(item):
            term = first(readings, FACTS)
            if term is None:
                self._sheen(readings, source)
            elif self._mode == "with" and self._host and self._host.aspect in THINGS and term.aspect in ("pattern", "material"):
                self._host.before.append(as_adjective(term.english))
            elif imitation and term.aspect == "material":
                self._out.append(Mention(term.aspect, f"{term.english} look", term, source.source))
            else:
                self._say(term, source)
        self._last = None

    def _garment(self, item: Item) -> None:
        term = item.reading("garment")
        own = bool(term and term.more("family") in self._context.own)
        self._foreign = not own
        for readings, source in self._parts(item):
            found = first(readings, FACTS)
            if found and (own or found.aspect == "target_group"):
                self._say(found, source)
            elif own:
                self._sheen(readings, source)
        for told in said_in_english(term.english, _IN_NAMES) if own and term else ():
            self._say(told, item)
        self._last, self._mode = None, ""

    def _fact(self, item: Item, aspect: str) -> None:
        """A colour, pattern, material, motif ... of the garment, or of the thing it follows: "Logo in Weiß", "Kragen aus Samt"."""
        for waiting in self._waiting:
            if aspect in ("motif", "pattern") and waiting.reading("colour"):
                self._state(waiting, "colour", of_pattern=aspect == "pattern")
            elif not (aspect == "pattern" and waiting.reading("intensity", "general")):
                self._state(waiting, self._context.aspect(waiting))
        self._waiting.clear()
        if (self._foreign and self._mode in ("in", "of")) or (self._last and self._last.takes(self._context.english(item, aspect))):
            return
        self._coloured = aspect == "colour" and self._mode == "in"
        if aspect == "colour" and self._mode == "in" and not self._shorthand and (self._last or self._pattern):
            self._colour_in(item)
        elif aspect == "material" and self._mode == "of" and self._last and has_material(self._last):
            self._last.before.append(self._context.english(item, aspect))
        elif aspect == "place":
            self._after(item)
        else:
            if aspect in ("pattern", "material"):
                self._last, self._pattern = None, aspect == "pattern"
            self._state(item, aspect)
            if aspect == "motif" and item.norm.endswith(_MOTIFS):
                self._last = self._print_of(item)  # "Wolf-Motiv auf der Vorderseite" is printed there

    def _colour_in(self, item: Item) -> None:
        """Takes "Logo in Weiß", a white logo, and "Punkte in Weiß", which makes white a colour of the garment."""
        for readings in (*item.modifiers, item.terms):
            term = first(readings, ("colour",))
            if term:
                if self._last:
                    self._last.colours.append(term.english)
                linked = self._last is not None
                self._out.append(Mention("colour", term.english, term, item.source, linked=linked, of_pattern=not linked))

    def _after(self, item: Item) -> None:
        """A place behind its thing: "Knoten vorne"."""
        english = self._context.english(item, "place")
        if self._last and self._last.aspect in PLACED:
            self._last.places.append(english)
        elif not self._shorthand:
            self._places.append(english)

    def _unknown(self, item: Item) -> None:
        if item.norm.isdigit() or len(item.norm) < 3:
            return
        for part in item.modifiers:  # "Herren-Irgendwas": whom it is for is said all the same
            self._say(first(part, ("target_group",)), item)
        if item.capital or not item.norm.endswith(_ENDINGS):
            self._rest()


def _is_button(term: Term) -> bool:
    """Whether the German word is the button itself and not the placket."""
    return term.term.startswith(("knopf", "knöpf", "button")) and "leiste" not in term.term
