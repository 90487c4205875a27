"""Names that are safe as file names, folder names and partition keys: of articles and of catalogs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePath

from nkd_pipeline.catalog.headers import plain
from nkd_pipeline.catalog.source import reading

# Latin letters with accents are fine in file names; a leading dot hides a file, a leading hyphen is read as an option, a last dot is lost on Windows.
_LETTER = "0-9A-Za-zÀ-ÖØ-öø-ž"
_SAFE = re.compile(rf"[{_LETTER}_](?:[{_LETTER} ._-]*[{_LETTER}_-])?")
_POSSIBLE = re.compile(rf"[{_LETTER} ._-]")
_LONGEST_CATALOG = 48  # characters; shard keys and paths grow from it


def is_reserved(name: str) -> bool:
    """Whether Windows keeps this name for a device, as it does "CON" and "con.txt"."""
    return name.partition(".")[0].strip().casefold() in reading().reserved_names


def id_fault(article_id: str) -> str:
    """Why an id cannot be a file name; "" when it can."""
    limit = reading().limits.id_chars
    if len(article_id) > limit:
        return f"it has {len(article_id):,} characters, at most {limit} fit into a file name"
    if is_reserved(article_id):
        return "Windows keeps this name for a device"
    if ".." in article_id:
        return "two dots in a row lead to another folder"
    if odd := next((char for char in article_id if not _POSSIBLE.fullmatch(char)), None):
        # letters of other alphabets look the same and are others: the name tells them apart
        return f"the character {_named(odd)} cannot be part of a file name. Letters, digits, space and . _ - can"
    if not _SAFE.fullmatch(article_id):
        return "a file name begins with a letter or digit and does not end with a dot or space"
    return ""


def _named(char: str) -> str:
    name = unicodedata.name(char, "")
    visible = f'"{char}" ' if char.isprintable() else ""
    return f"{visible}(U+{ord(char):04X}{', ' + name if name and not char.isascii() else ''})"


def hashed_id(*texts: str) -> str:
    """An id from an article's texts, "a" and 12 hex digits; spaces, line breaks and how umlauts are composed make no difference."""
    repaired = "\x1f".join(" ".join(unicodedata.normalize("NFC", text).split()) for text in texts)
    return "a" + hashlib.sha256(repaired.encode()).hexdigest()[:12]


def catalog_name(path: PurePath | str) -> str:
    """A delivery's catalog, from its file name: `[a-z0-9_-]`, umlauts spelled out, at most 48 characters.

    Names that are cut or have no usable letters get six hex digits of the whole name, so that two deliveries do not share a catalog by accident.
    """
    stem = unicodedata.normalize("NFC", PurePath(path).stem)
    slug = re.sub(r"[^a-z0-9_]+", "-", plain(stem)).strip("-_")
    digest = hashlib.sha256(stem.encode(errors="surrogatepass")).hexdigest()[:6]
    if not slug:
        return f"delivery-{digest}"
    if len(slug) > _LONGEST_CATALOG:
        return f"{slug[: _LONGEST_CATALOG - 7].rstrip('-_')}-{digest}"
    return f"delivery-{slug}" if is_reserved(slug) else slug
