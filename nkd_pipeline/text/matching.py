"""Finds vocabulary terms in running text.

A text becomes clauses, a clause becomes items: one item is a vocabulary phrase ("V-Ausschnitt"), a word with its compound parts
("Streifenbluse"), a quotation, or a word that the vocabulary lacks. Positions refer to the text as given.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from nkd_pipeline.text.compounds import analyse, said_before_head
from nkd_pipeline.text.inflection import lookup
from nkd_pipeline.text.items import Clause, Item, hanging, joined, negations, shaded
from nkd_pipeline.text.rules import words
from nkd_pipeline.text.vocabulary import TOKEN, Term, crude_stem, fold_word, vocabulary

QUOTED = re.compile(r'["“”„»«‟]([^"“”„»«‟\n]{1,60})["“”„»«‟]|(?<!\w)[\'‘‚]([^\'’‘‚\n]{2,40})[\'’‘](?!\w)')
_SENTENCE_END = re.compile(r"\n+|[;:!?](?:\s+|$)|(?<=[^\W\d_]{3})\.\s+(?=[A-ZÄÖÜ\"„»“'\d-])|(?<=[\d%])\.\s+(?=[A-ZÄÖÜ])|\.$")
_SHORTHAND_END = re.compile(r"[,;:+|>\n•]+(?!\d)|\s[-–]\s")


_WITHIN = frozenset(("", " ", "-", "–", "/", ".", "'", "+", "’"))  # what may stand between the words of a phrase


def clauses_of(text: str, shorthand: bool = False) -> tuple[Clause, ...]:
    """The clauses of a text; in buyers' shorthand every comma ends one. Positions are those in the clause's own piece of text."""
    return tuple(clause for _, piece in pieces_of(text, shorthand) if (clause := clause_of(piece, shorthand)))


def pieces_of(text: str, shorthand: bool = False) -> list[tuple[int, str]]:
    """Where each clause begins, and its text without the sign that ends it."""
    masked = QUOTED.sub(lambda match: "\x00" * len(match.group(0)), text)
    found = []
    start = 0
    for end in (_SHORTHAND_END if shorthand else _SENTENCE_END).finditer(masked):
        found.append((start, text[start : end.start()]))
        start = end.end()
    return [*found, (start, text[start:])]


@functools.lru_cache(maxsize=8192)
def clause_of(piece: str, shorthand: bool = False) -> Clause:
    """One clause. Texts repeat their sentences and list entries, so clauses are remembered."""
    masked = QUOTED.sub(lambda match: "\x00" * len(match.group(0)), piece)
    items = _items(piece, masked, 0, len(piece))
    if not shorthand:
        items = [_without_abbreviations(item) for item in items]
    return negations(hanging(joined(items)))


def _without_abbreviations(item: Item) -> Item:
    """In prose "co" and "si" are words; only longer abbreviations ("AOP") are meant as such."""
    if not any(term.lang == "abbr" or term.file == "abbreviations" for term in item.terms):
        return item
    kept = tuple(
        term for term in item.terms if (term.lang != "abbr" and term.file != "abbreviations") or (len(item.source) > 2 and item.source.isupper())
    )
    return replace(item, terms=kept)


@dataclass(slots=True)
class _Word:
    text: str
    norm: str
    start: int
    end: int
    gap: str


def _words(text: str, masked: str, start: int, stop: int) -> list[_Word]:
    found: list[_Word] = []
    last = start
    pieces: list[tuple[int, int, str]] = [(m.start(), m.end(), m.group(0)) for m in TOKEN.finditer(masked, start, stop)]
    pieces += [(quote.start(), quote.end(), "\x00" + (quote.group(1) or quote.group(2)).strip()) for quote in QUOTED.finditer(text, start, stop)]
    for begin, end, piece in sorted(pieces):
        if piece == "\x00":
            continue  # quotation marks around nothing
        gap = text[last:begin].strip() or (" " if begin > last else "")
        # a hyphen glues only where it touches both words: "Echsen- und" and "Basic - Shirt" do not
        found.append(_Word(piece, fold_word(piece), begin, end, "- " if gap == "-" and begin - last > 1 else gap))
        last = end
    return found


def _phrase(run: list[_Word], at: int) -> tuple[tuple[Term, ...], int]:
    """The longest vocabulary phrase of several words beginning here, and how many words it has."""
    index = vocabulary()
    first = run[at].norm
    reach = max(index.longest.get(first, 1), index.longest.get(crude_stem(first), 1))
    if reach == 1:
        return (), 1
    for size in range(min(reach, len(run) - at), 1, -1):
        taken = run[at : at + size]
        if any(word.gap not in _WITHIN for word in taken[1:]):
            continue
        # no phrase ends within a hyphened word that it did not begin: "klassischer Rundhals-Ausschnitt"
        cut = at + size < len(run) and run[at + size].gap == "-"
        if cut and any(word.gap != "-" for word in taken[1:]):
            continue
        norms = tuple(word.norm for word in taken)
        terms = index.phrases.get(norms) or index.crude.get(tuple(map(crude_stem, norms)))
        if terms and not _loses(norms, terms):
            return terms, size
    return (), 1


def _loses(norms: tuple[str, ...], terms: tuple[Term, ...]) -> bool:
    """Whether a phrase's English says less than its words: "Rüschen an den Schultern" -> ruffles. Then it is read word by word."""
    if terms[0].aspect == "pattern":  # "blau-weiß gestreift" is more than striped
        return any(term.aspect == "colour" and term.english not in terms[0].english for norm in norms for term in lookup(norm))
    if terms[0].aspect not in ("detail", "print", "collar", "closure"):
        return False
    kept = words("matching", "kept_adjectives")
    if any(term.english in kept and term.english not in terms[0].english for norm in norms for term in lookup(norm)):
        return True
    if terms[0].aspect == "detail" and " " not in terms[0].english:
        return any(norm in words("matching", "place_words") for norm in norms[1:])
    if terms[0].aspect == "print":
        inner = [term.english for norm in norms for term in vocabulary().single(norm) if term.aspect in ("print", "motif")]
        kinds = [set(english.split()) - {"print", "motif"} for english in inner]
        return any(kind and not kind & set(terms[0].english.split()) for kind in kinds)
    return False


def _said_besides(norms: list[str], terms: tuple[Term, ...], glued: bool) -> tuple[tuple[Term, ...], ...]:
    """What a phrase says besides its English: "Baby-Body" is a bodysuit, and for whom."""
    if terms[0].aspect != "garment":
        return said_before_head("".join(norms), terms) if glued else ()
    groups = [tuple(term for term in vocabulary().single(norm) if term.aspect == "target_group") for norm in norms]
    return (*(group for group in groups if group), *(said_before_head("".join(norms), terms) if glued else ()))


def _items(text: str, masked: str, start: int, stop: int) -> list[Item]:
    run = _words(text, masked, start, stop)
    items: list[Item] = []
    at = 0
    while at < len(run):
        word = run[at]
        if word.text.startswith("\x00"):
            items.append(Item(word.text[1:], word.norm[1:], word.start, word.end, word.gap, quoted=True))
            at += 1
            continue
        terms, size = _phrase(run, at)
        end = run[at + size - 1].end
        source = text[word.start : end]
        if terms:
            norms = [taken.norm for taken in run[at : at + size]]
            glued = all(taken.gap == "-" for taken in run[at + 1 : at + size])
            items.append(Item(source, " ".join(norms), word.start, end, word.gap, terms, _said_besides(norms, terms, glued)))
        else:
            found = analyse(word.norm)
            # German nouns are capitalised: "zusammenfalten" is no kind of pleats
            if not (found.unknown and word.text[:1].islower() and len(run) > 1 and any(other.text[:1].isupper() for other in run)):
                items.append(Item(source, word.norm, word.start, end, word.gap, found.terms, found.modifiers, found.generic))
            else:
                items.append(Item(source, word.norm, word.start, end, word.gap))
        at += size
    return shaded(items)
