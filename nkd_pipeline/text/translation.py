"""English article texts from the vocabulary alone: the embedded translator.

Word for word and phrase for phrase, adjectives before their nouns as German has them, so that the result reads plainly. What the vocabulary does
not know stays German and is listed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from nkd_pipeline.records import Article, Translation
from nkd_pipeline.stage import Stage
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.items import Item
from nkd_pipeline.text.matching import clause_of, pieces_of
from nkd_pipeline.text.names import name_in_english
from nkd_pipeline.text.normalise import parted_at_sizes
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import Term, digest

_COLUMNS = ("name", "description", "model_name", "model_descr", "color", "gender", "category")
_ORDER = (
    "garment",
    "colour",
    "print",
    "neckline",
    "collar",
    "sleeves",
    "closure",
    "hem",
    "detail",
    "pattern",
    "material",
    "target_group",
    "fit",
    "length",
    "motif",
    "place",
    "intensity",
    "general",
    "non_visual",
)
_SPELLED = re.compile(r" size \w+")  # a spelled size has blanks of its own around it
_STRAY_BLANK = re.compile(r" +(?=[,.;:!?)\n]|$)")
_LETTER = re.compile(r"[^\W\d_]")


class LexiconTranslator(Stage[Article, Translation]):
    """Translates with the vocabulary; English and French fashion words of the source become the vocabulary's English as well."""

    batch_size = 256

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"vocabulary": digest()}

    def __call__(self, rows: Sequence[Article]) -> list[Translation]:
        return [_translated(row) for row in rows]


def _translated(article: Article) -> Translation:
    texts: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for column in _COLUMNS:
        written = getattr(article, column)
        text, missing = translate_name(written) if column == "name" else translate(written, column != "description")
        texts[column] = text
        unknown.update(dict.fromkeys(missing))
    return Translation(article_id=article.article_id, untranslated=tuple(unknown), **texts)


def translate_name(text: str) -> tuple[str, tuple[str, ...]]:
    """An article's name in English, worded as a name; see `translate` for the rest."""
    return _translate(text, False, name_in_english)


def translate(text: str, shorthand: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text in English, and the words that stayed as they were. Line breaks, commas and numbers stay in place."""
    return _translate(text, shorthand, lambda piece: _translate_clause(piece, shorthand))


def _translate(text: str, shorthand: bool, clause: Callable[[str], tuple[str, tuple[str, ...]]]) -> tuple[str, tuple[str, ...]]:
    out: list[str] = []
    unknown: dict[str, None] = {}
    for segment, size in parted_at_sizes(text):
        last = 0
        for start, piece in pieces_of(segment, shorthand):
            english, missing = clause(piece)
            out += (segment[last:start], english)
            unknown.update(dict.fromkeys(missing))
            last = start + len(piece)
        out += (segment[last:], f" {size} " if size else "")
    joined = "".join(out)
    if _SPELLED.search(joined):
        joined = _STRAY_BLANK.sub("", re.sub(r" {2,}", " ", joined))
    if shorthand:
        return joined, tuple(unknown)
    return "\n".join(line[:1].upper() + line[1:] for line in joined.split("\n")), tuple(unknown)


@functools.lru_cache(maxsize=8192)
def _translate_clause(piece: str, shorthand: bool) -> tuple[str, tuple[str, ...]]:
    out: list[str] = []
    unknown: list[str] = []
    last = 0
    for item in clause_of(piece, shorthand):
        out.append(_between(piece[last : item.start]))
        english = _english(item, article_dropped=shorthand)
        if english is None:
            english = f'"{item.source}"' if item.quoted else item.source
            if not item.quoted and _LETTER.search(item.source) and item.norm not in words("translation", "english"):
                unknown.append(item.source)
        out.append(english)
        last = item.end
    text = re.sub(r"[ \t]+", " ", "".join([*out, piece[last:]]))
    return re.sub(r" +([,.;:!?)])", r"\1", text), tuple(unknown)


def _between(gap: str) -> str:
    """What stands between two words; the hyphen of a compound becomes a blank."""
    return " " if gap == "-" else gap


def _english(item: Item, article_dropped: bool) -> str | None:
    """An item in English: small words by the rule file, terms by the vocabulary, a compound as its parts; None when nothing is known."""
    small = rules("translation")["small"].get(item.norm)
    if small is not None and not item.modifiers:
        return "" if article_dropped and small in ("the", "a") else str(small)
    parts = [term for part in item.modifiers if (term := _first(part)) is not None]
    head = _first(item.terms)
    if head is None and not item.generic:
        if not parts:
            return None
        # a compound whose head is unknown keeps it: "Kontrast-Irgendwas"
        return " ".join([*(part.english or part.term for part in parts), item.source.rsplit("-", 1)[-1]])
    if head is not None and not head.english and head.aspect != "non_visual":
        return ""
    noun = (head.english or head.term) if head else str(rules("translation")["generic"].get(_tail(item), "design"))
    said = [part.english for part in parts if part.english and not content(part.english) <= content(noun)]
    return " ".join([*said, noun])


def _tail(item: Item) -> str:
    return item.norm.split()[-1]


def _first(terms: Sequence[Term]) -> Term | None:
    """The likeliest reading: a garment before a colour before a thing."""
    return min(terms, key=lambda term: _ORDER.index(term.aspect) if term.aspect in _ORDER else len(_ORDER), default=None)
