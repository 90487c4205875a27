"""German words taken apart: inflection, compounds, shades of colours.

"Blusen" is a blouse, "Streifenbluse" a blouse with stripes, "Freizeitjacke" a jacket of an unknown sort, "hellrosa" a light pink. A word is
only split when its parts are vocabulary, or when a known garment stands at its end: "Rockstar" is no skirt.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from nkd_pipeline.text.inflection import PLAIN_VOWEL, WEAK, lookup
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import Term, fold, vocabulary

_RULES = rules("compounds")
_LINKS: tuple[str, ...] = tuple(_RULES["links"])
_KEEP = frozenset(_RULES["words"]["keep"])
_GENERIC = frozenset(_RULES["words"]["generic"])
_SHADES: dict[str, str] = _RULES["shades"]
_TAILS = tuple(sorted(_RULES["words"]["adjective_tails"], key=len, reverse=True))
_BARE = frozenset(_RULES["words"]["bare"])
# which aspects a part of a compound may have: "und", "mit", "gut" are words but no parts
_PART_ASPECTS = frozenset(
    [
        "garment",
        "target_group",
        "colour",
        "material",
        "pattern",
        "print",
        "motif",
        "neckline",
        "collar",
        "sleeves",
        "closure",
        "hem",
        "fit",
        "length",
        "detail",
        "place",
        "intensity",
    ]
)
_HEAD_ASPECTS = frozenset(["garment", "print", "detail", "collar", "neckline", "closure", "pattern"])
_MIN_PART = 3
_MIN_HEAD = 4  # letters of a known head after an unknown beginning: "Freizeit-jacke"; below that chance hits outweigh
_MAX_WORD = 48


@dataclass(frozen=True, slots=True)
class Analysis:
    """A word's readings: `terms` of the whole word or of its head, `modifiers` the readings of each part before the head.

    `generic` marks a head without content of its own ("Design"); `unknown` is a beginning that the vocabulary lacks.
    """

    terms: tuple[Term, ...] = ()
    modifiers: tuple[tuple[Term, ...], ...] = ()
    generic: bool = False
    unknown: str = ""

    @property
    def known(self) -> bool:
        """Whether the word says anything."""
        return bool(self.terms or self.modifiers or self.generic)


def shade(prefix: str, colour: Term) -> Term:
    """The colour of a shade word and a colour: ("hell", rosa) -> light pink."""
    shaded = _SHADES[prefix]
    base = colour.english.removeprefix("light ").removeprefix("dark ").removeprefix("medium ")
    return Term(f"{prefix}{colour.term}", colour.lang, f"{shaded} {base}", "colour", colour.file, colour.extras)


def shade_word(word: str) -> bool:
    """Whether a word shades the colour after it."""
    return word in _SHADES


@functools.lru_cache(maxsize=1)
def _part_forms() -> dict[str, tuple[Term, ...]]:
    """How vocabulary words look inside a compound: as they are, or without their last e ("Woll-", "Kirsch-")."""
    index = vocabulary()
    forms: dict[str, tuple[Term, ...]] = {}
    singles = [(words[0], terms) for words, terms in index.phrases.items() if len(words) == 1]
    for word, terms in [*singles, *index.joined.items()]:
        usable = tuple(term for term in terms if term.aspect in _PART_ASPECTS and (term.file != "abbreviations" or len(word) > _MIN_HEAD))
        if usable and len(word) >= _MIN_PART:
            forms[word] = usable
    for word, terms in list(forms.items()):
        if word.endswith("e") and len(word) > _MIN_HEAD:
            forms.setdefault(word[:-1], terms)
    return forms


def _modifier(piece: str) -> tuple[Term, ...]:
    forms = _part_forms()
    for link in _LINKS:
        if piece.endswith(link) and len(piece) - len(link) >= _MIN_PART:
            stem = piece[: len(piece) - len(link)] if link else piece
            if stem in forms:
                return forms[stem]
            # "Blätterdruck": the plural's umlaut
            for letter, plain in PLAIN_VOWEL.items():
                if link and letter in stem and stem.replace(letter, plain) in forms:
                    return forms[stem.replace(letter, plain)]
    return ()


def _head(piece: str) -> tuple[tuple[Term, ...], bool]:
    terms = tuple(term for term in lookup(piece) if term.aspect in _PART_ASPECTS and term.file != "abbreviations") if len(piece) >= _MIN_PART else ()
    return terms, piece in _GENERIC


def _split(word: str, depth: int = 0) -> Analysis | None:
    """The split with the longest head whose every part is known; None when there is none."""
    for cut in range(_MIN_PART, len(word) - _MIN_PART + 1):
        terms, generic = _head(word[cut:])
        if not terms and not generic:
            continue
        first = word[:cut]
        if first in _SHADES and any(term.aspect == "colour" for term in terms):
            return Analysis(tuple(shade(first, term) for term in terms if term.aspect == "colour"))
        modifier = _modifier(first)
        if modifier:
            return Analysis(terms, (modifier,), generic)
        if depth < 2 and len(first) > 2 * _MIN_PART:
            inner = _split_modifiers(first)
            if inner:
                return Analysis(terms, inner, generic)
    return None


def _split_modifiers(word: str) -> tuple[tuple[Term, ...], ...]:
    """Two modifiers before a head: "Strickpolo-pullover"."""
    for cut in range(_MIN_PART, len(word) - _MIN_PART + 1):
        first, second = _modifier(word[:cut]), _modifier(word[cut:])
        if first and second:
            return first, second
    return ()


def _known_head(word: str) -> Analysis | None:
    """An unknown beginning before a known head: the head still says what the thing is."""
    for cut in range(_MIN_PART, len(word) - _MIN_HEAD + 1):
        head = word[cut:]
        terms = tuple(term for term in lookup(head) if term.aspect in _HEAD_ASPECTS and term.file != "abbreviations")
        # a garment may be short ("-hose"), anything else must be long enough not to be met by chance ("-satz")
        sure = [term for term in terms if term.aspect == "garment" or len(head) > _MIN_HEAD + 1]
        if sure and any(vowel in word[:cut] for vowel in "aeiouyäöü"):
            return Analysis(tuple(sure), (), unknown=word[:cut])
    return None


def _without_tail(word: str) -> Analysis | None:
    for tail in _TAILS:
        if word.endswith(tail) and len(word) - len(tail) >= _MIN_PART:
            stem = word[: -len(tail)]
            found = analyse(stem)
            return found if found.terms else None
    return None


@functools.lru_cache(maxsize=65536)
def analyse(word: str) -> Analysis:
    """Takes one folded word apart. A word that the vocabulary cannot read gives an empty analysis."""
    exact = vocabulary().single(word)
    if word in _GENERIC and all(term.aspect in WEAK for term in exact):
        return Analysis(exact, generic=True)
    if exact:
        return Analysis(lookup(word), said_before_head(word, exact))
    if word in _GENERIC:
        return Analysis(generic=True)
    if word in _KEEP or len(word) <= _MIN_PART or len(word) > _MAX_WORD or not word.isalpha():
        return Analysis()
    inflected = lookup(word)
    if inflected:
        return Analysis(inflected)
    return _without_tail(word) or _diminutive(word) or _split(word) or _known_head(word) or Analysis()


def said_before_head(word: str, terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], ...]:
    """What a compound that is vocabulary as a whole says besides its English: "Ringelshirt" is a t-shirt, and striped.

    `word` is folded and written as one. Motifs count only for prints: "Sonnenbrille" shows no sun.
    """
    aspect = terms[0].aspect
    wanted = _RULES["said_before"].get(aspect)
    if wanted is None or len(word) < 2 * _MIN_HEAD or not word.isalpha() or word in _BARE:
        return ()
    split = _split(word)
    if split is None or not any(term.aspect == aspect for term in split.terms):
        return ()
    kept = []
    for part in split.modifiers:
        readings = tuple(term for term in part if term.aspect in wanted)
        if readings and part[0].aspect in wanted and readings[0].english not in terms[0].english and fold(readings[0].term) not in terms[0].english:
            kept.append(readings)
    return tuple(kept)


def _diminutive(word: str) -> Analysis | None:
    """A small one, "Täschchen", is the word without its ending, never a compound of something and "-chen"."""
    for ending in _RULES["diminutives"]:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_PART:
            terms = lookup(word[: -len(ending)])
            if terms:
                return Analysis(terms)
    return None
