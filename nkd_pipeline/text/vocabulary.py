"""The vocabulary: German, English and French fashion words and what they mean, read once from the CSV files beside this module.

Every row says how a word is written (`term`), in which language, and what the prompt calls it (`english`). The file's name says which aspect of
the article the word belongs to. Further columns (`kind`, `family`, `group`, ...) are kept as `extras`.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

VOCABULARY_FOLDER = Path(__file__).parent / "vocabulary"
RULES_FOLDER = Path(__file__).parent / "rules"
TEMPLATES_FOLDER = Path(__file__).parent / "templates"

# file -> aspect; traps.csv and colour_values.csv are tables of their own and no words to look for
ASPECT_OF_FILE = {
    "garments": "garment",
    "target_groups": "target_group",
    "colours": "colour",
    "materials": "material",
    "patterns": "pattern",
    "prints": "print",
    "motifs": "motif",
    "necklines": "neckline",
    "collars": "collar",
    "sleeves": "sleeves",
    "closures": "closure",
    "hems": "hem",
    "fits": "fit",
    "lengths": "length",
    "details": "detail",
    "abbreviations": "",  # its column `aspect` says
    "non_visual": "non_visual",
    "places": "place",
    "intensities": "intensity",
    "general": "general",
}

# a fraction ("3/4"), a slashed abbreviation ("Y/D"), joined letters ("C&S"), a number, or letters; digits never stick to letters ("1xgrün")
TOKEN = re.compile(r"\d+/\d+|(?<![^\W_])[^\W\d_][/&][^\W\d_](?![^\W\d_])|\d+|[^\W\d_]+(?:['’][^\W\d_]+)?")
_KEEP_DIAERESIS = {"a": "ä", "o": "ö", "u": "ü"}


@dataclass(frozen=True, slots=True)
class Term:
    """One vocabulary entry: `term` as the file writes it, `aspect` where it belongs, `english` as a prompt says it ("" when a prompt must not)."""

    term: str
    lang: str
    english: str
    aspect: str
    file: str
    extras: tuple[tuple[str, str], ...] = ()

    def more(self, name: str) -> str:
        """Value of a further column, "" when the file has none."""
        for key, value in self.extras:
            if key == name:
                return value
        return ""


def fold(text: str) -> str:
    """Lower case, ß as ss, accents dropped but umlauts kept: the form in which words are compared."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text).lower().replace("ß", "ss").replace("’", "'")
    out = []
    for char in text:
        if char in "äöü" or ord(char) < 128:
            out.append(char)
            continue
        base = unicodedata.normalize("NFKD", char)[0]
        out.append(base if base.isascii() else char)
    return "".join(out)


@functools.lru_cache(maxsize=65536)
def fold_word(word: str) -> str:
    """`fold` for single words, remembered: texts repeat their words."""
    return fold(word)


def tokens_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, hyphens and blanks dropped."""
    return tuple(TOKEN.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms, found by their words.

    `phrases` maps words to readings; `longest` says how many words the longest term beginning with a word has, so that lookup can stop early;
    `joined` maps terms of several words written as one ("tshirt"); `crude` maps the stems of terms of several words ("langem Arm" -> "langer Arm").
    """

    phrases: dict[tuple[str, ...], tuple[Term, ...]]
    longest: dict[str, int]
    joined: dict[str, tuple[Term, ...]]
    crude: dict[tuple[str, ...], tuple[Term, ...]]

    def find(self, text: str) -> tuple[Term, ...]:
        """All readings of a word or phrase, () when it is unknown."""
        return self.phrases.get(tokens_of(text), ())

    def single(self, word: str) -> tuple[Term, ...]:
        """All readings of one folded word; a term of several words may be written as one."""
        return self.phrases.get((word,)) or self.joined.get(word, ())

    def of_aspect(self, aspect: str) -> list[Term]:
        """Every term of an aspect, each once."""
        return list({term: None for terms in self.phrases.values() for term in terms if term.aspect == aspect})


def read_rows(file: str) -> list[dict[str, str]]:
    """The rows of a vocabulary file; a file that is not there has none."""
    path = VOCABULARY_FOLDER / f"{file}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(handle)]


def _terms_of(file: str, aspect: str) -> list[Term]:
    known = ("term", "lang", "english")
    terms = []
    for row in read_rows(file):
        if not row.get("term"):
            continue
        extras = tuple((key, value) for key, value in row.items() if key not in known and value)
        terms.append(Term(row["term"], row.get("lang", ""), row.get("english", ""), aspect or row.get("aspect", "detail"), file, extras))
    return terms


@functools.lru_cache(maxsize=65536)
def crude_stem(word: str) -> str:
    """A word without its ending, right or wrong: good enough to compare the words of a phrase."""
    for ending in ("ern", "en", "em", "er", "es", "e", "n", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _spellings(term: str) -> set[tuple[str, ...]]:
    words = tokens_of(term)
    # "gruen", "Ruesche": what keyboards without umlauts write
    plain = tuple(word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for word in words)
    # "3/" would make every 3 a sleeve
    return {spelling for spelling in (words, plain) if spelling and not (len(spelling) == 1 and spelling[0].isdigit())}


@functools.lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    phrases: dict[tuple[str, ...], list[Term]] = {}
    for file, aspect in ASPECT_OF_FILE.items():
        for term in _terms_of(file, aspect):
            for words in _spellings(term.term):
                readings = phrases.setdefault(words, [])
                if not any(other.aspect == term.aspect and (other.english == term.english or other.file == term.file) for other in readings):
                    readings.append(term)
    longest: dict[str, int] = {}
    crude: dict[tuple[str, ...], tuple[Term, ...]] = {}
    joined: dict[str, tuple[Term, ...]] = {}
    frozen = {words: tuple(terms) for words, terms in phrases.items()}
    for words, terms in frozen.items():
        for first in (words[0], crude_stem(words[0])):
            longest[first] = max(longest.get(first, 1), len(words))
        # "tshirt" is a t-shirt, but "viel" is no "vi/el"
        whole = tuple(term for term in terms if term.lang != "abbr")
        if whole and len(words) > 1 and not any(word.isdigit() for word in words):
            joined.setdefault("".join(words), whole)
        if len(words) > 1:
            crude.setdefault(tuple(map(crude_stem, words)), terms)
    return Vocabulary(frozen, longest, joined, crude)


@functools.lru_cache(maxsize=4096)
def said_in_english(name: str, aspects: tuple[str, ...]) -> tuple[Term, ...]:
    """What a garment's English name says besides the garment: "striped blouse" is striped, "wool beanie" of wool."""
    parts = name.split()[:-1]
    found: list[Term] = []
    at = 0
    while at < len(parts):
        for size in range(len(parts) - at, 0, -1):
            readings = vocabulary().find(" ".join(parts[at : at + size]))
            term = next((term for aspect in aspects for term in readings if term.aspect == aspect), None)
            if term:
                found.append(term)
                break
        at += size if term else 1
    return tuple(found)


@functools.lru_cache(maxsize=1)
def digest() -> str:
    """SHA-256 over all vocabulary, rule and template files: part of the stages' fingerprints, so that a new word recomputes what it can change."""
    sha = hashlib.sha256()
    for folder in (VOCABULARY_FOLDER, RULES_FOLDER, TEMPLATES_FOLDER):
        for path in sorted(folder.glob("*.*")):
            sha.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()
