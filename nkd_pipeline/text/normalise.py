"""Small repairs and rewritings of delivered texts: each function takes a text and gives it back better, and never raises."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from nkd_pipeline.text.colours import nearest_hex
from nkd_pipeline.text.rules import rules
from nkd_pipeline.text.vocabulary import fold, tokens_of, vocabulary

_RULES = rules("normalise")
_SIZE = re.compile(rf"\b(?:Gr\.?|Größen?|sizes?)\s*({'|'.join(sorted(_RULES['sizes'], key=len, reverse=True))})(?![\w-])", re.I)
_TAG_BULLET = re.compile(r"<li[^<>]{0,200}>", re.I)
_TAG_BREAK = re.compile(r"<(?:br|/?p|/?div|/?ul|/?ol|/li|/?h\d|/?tr)\b[^<>]{0,200}>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BULLET = re.compile(rf"^[ \t]*(?:[{re.escape(_RULES['bullets'])}]|-(?=\s)|\t)[ \t]*")
_PREFIX = re.compile(r"^[A-Z]{3,}_+(?=\w)")
_STRAY_CAPITALS = re.compile(r"\b([A-ZÄÖÜ])([A-ZÄÖÜ])([a-zäöüß]{3,})\b")
_STUCK = re.compile(r"\b([A-ZÄÖÜ]?[a-zäöüß]{3,})([A-ZÄÖÜ][a-zäöüß]{2,})\b")
_COUNTED = re.compile(r"\b(\d{1,2})x(?=[^\W\d_]{3,})")  # "1xgrün"
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_FRACTIONS = {"¾": "3/4", "½": "1/2", "¼": "1/4", "⅞": "7/8", "⅔": "2/3", "⁄": "/"}
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u2122]")


def repair_text(text: str) -> str:
    """A delivered text in clean form: no HTML, tabs, invisible characters, doubled spaces or stray capitals; list entries as lines beginning "- "."""
    text = _unbroken(text)
    if "<" in text:
        text = _TAG.sub(" ", _TAG_BREAK.sub("\n", _TAG_BULLET.sub("\n\t", text)))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))
    for sign, plain in _FRACTIONS.items():
        text = text.replace(sign, plain)
    lines = []
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        body = re.sub(r"\s+", " ", line[bullet.end() :] if bullet else line).strip()
        if body:
            lines.append(f"- {body}" if bullet else body)
    text = _COUNTED.sub(r"\1x ", "\n".join(lines))
    return _STUCK.sub(_unstuck, _STRAY_CAPITALS.sub(_lowered, _PREFIX.sub("", text)))


def _unbroken(text: str) -> str:
    """Entities resolved, and UTF-8 that was once read as Windows-1252 ("GrÃ¶ÃŸe") put right."""
    if "&" in text:
        text = html.unescape(text)
    if _MOJIBAKE.search(text):
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return text


def _lowered(match: re.Match[str]) -> str:
    first, second, rest = match.groups()
    # only words that the vocabulary knows in lower case: "VIskose", but not "GTStyle"
    known = vocabulary().single(fold(first + second + rest))
    return f"{first}{second.lower()}{rest}" if known else match.group(0)


def _unstuck(match: re.Match[str]) -> str:
    first, second = match.groups()
    both = vocabulary().single(fold(first)) and vocabulary().single(fold(second))
    return f"{first} {second}" if both else match.group(0)


def complete_end(text: str, limit: int, others: str) -> str:
    """A text that a delivery cut off after `limit` characters or more, its last word completed from the article's other texts or dropped.

    A last word that the vocabulary knows stays as it is.
    """
    if len(text) < limit:
        return text
    last = re.search(r"[^\W\d_]+(?:-[^\W\d_]*)?$", text)
    known = last and any(term.lang != "abbr" and term.file != "abbreviations" for term in vocabulary().find(last.group(0)))
    if not last or known or len(text) > limit + 5:
        return text
    piece = fold(last.group(0))
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", others):
        parts = word.split("-")
        for at in range(len(parts) - piece.count("-")):
            # as many hyphened parts as the piece has: "T-S" is the "T-Shirt" of "Kinder-T-Shirt-Set"
            whole = "-".join(parts[at : at + piece.count("-") + 1])
            if len(piece) > 1 and fold(whole).startswith(piece) and len(whole) > len(piece):
                return text[: last.start()] + whole
    if len(piece) <= 2 or piece in _RULES["fragments"]:
        return text[: last.start()].rstrip(" ,;+-")
    return text


def hex_to_names(text: str) -> str:
    """Every "#1a2b3c" replaced by the nearest colour name."""
    return _HEX.sub(lambda match: nearest_hex(match.group(0)), text)


def parted_at_sizes(text: str) -> Iterator[tuple[str, str]]:
    """The text cut behind each size code that follows "Gr.", "Größe" or "size": (what stands before it, the size in words).

    "Shirt Gr. XS, rot" gives ("Shirt ", "size extra small"), (", rot", ""). Numbers and ranges are no size codes.
    """
    last = 0
    for match in _SIZE.finditer(text):
        yield text[last : match.start()], f"size {_RULES['sizes'][match.group(1).upper()]}"
        last = match.end()
    yield text[last:], ""


def gender(text: str) -> str:
    """The target group that a gender or category column names, "" when it names none or contradicts itself.

    Unisex is a group of its own and never men's; a group of children beats "kids".
    """
    found = {_RULES["gender"][word] for word in tokens_of(text.replace("'", "")) if word in _RULES["gender"]}
    if "unisex" in found or {"women", "men"} <= found:
        return "unisex"
    if {"girls", "boys"} <= found:
        return "kids"
    for group in ("baby", "girls", "boys", "kids", "women", "men"):
        if group in found:
            return group
    return ""
