"""Reads the four keys out of a language model's reply, however broken it is.

Since the keys are known and their values are plain strings, a reply that is no JSON is read from key to key: what stands between one key and the
next is the first one's value. That takes linear time and never raises. (The library json-repair was measured for this and left: version 0.64.5
ran for over 20 s on 8,000 repeated characters, as a model stuck in a loop writes them, raised AssertionError, and lost words behind curly quotes.)
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from nkd_pipeline.text.reply_keys import DOUBLE, QUOTES, SINGLE, anchors, key_of, line_anchor, squeezed
from nkd_pipeline.text.rules import rules, words
from nkd_pipeline.text.vocabulary import fold

How = Literal["json", "repaired", "lines", "none"]
Pairs = list[tuple[str, Any]]  # a key as the reply spells it, and its value

_READ = 16_000  # characters of a reply that are read; a good one has 300 to 900
_VALUE = 1_000  # characters of a value that are kept
_OBJECTS = 8  # opening braces at which JSON is tried
_OBJECT = re.compile(r"\{\s{0,40}[\"}]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_COMMENT = re.compile(r"//|#|/\*")
# what may follow the end of a value; blanks are bounded, so that no run of them is gone through again and again
_CLOSED = re.compile(r"\s{0,99}(?:[,}\]]|$)")
_COMMENTED = re.compile(r"(?:\s{0,99},\s{0,99}|\s{1,99})(?://|#|/\*)")
# the same for the last value: the object's end, a comment, a new line, or a key that was cut off
_LAST_CLOSED = re.compile(r"\s{0,99},?\s{0,99}(?:[}\]]|```|$|[\"'][a-z_]{0,30}[\"']?$)|(?:\s{0,99},\s{0,99}|\s{1,99})(?://|#|/\*)|,?[ \t]{0,99}\n")
_INNER_KEY = re.compile(rf"[{{,]\s*[{QUOTES}]?[\w ]{{1,40}}[{QUOTES}]?\s*:")
_BULLET = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says for each of the four keys (those without a value are left out), and how it was read: "none" when no key was found."""

    values: dict[str, str] = field(default_factory=dict)
    how: How = "none"


def read_reply(text: str) -> Reply:
    """The four keys of a reply: as JSON, else as broken JSON, else from lines such as "Product type: blouse". Never raises."""
    thought, _, said = text.rpartition("</think>")
    text = (said if said.strip() else thought)[:_READ].lstrip("\ufeff")
    ways: tuple[tuple[How, Callable[[str], Pairs | None]], ...] = (("json", _strict), ("repaired", _repaired), ("lines", _lines))
    for how, read in ways:
        pairs = read(text)
        if pairs is not None:
            return Reply(_values(pairs), how)
    return Reply()


def _strict(text: str) -> Pairs | None:
    """The first JSON object that has one of the keys."""
    decoder = json.JSONDecoder()
    text = _unwrapped(text)
    broken = False
    for match in islice(_OBJECT.finditer(text), _OBJECTS):
        if broken and text[: match.start()].rstrip().endswith((":", ",", "[")):
            continue  # a good object inside a broken one is only a part of the reply
        try:
            found, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            broken = True
            continue
        pairs = _told(found)
        if pairs:
            return pairs
    return None


def _told(found: dict[str, Any]) -> Pairs:
    """The known keys of an object, or of the one inside it that has more of them: {"product": {"product_type": ..., ...}}."""
    best: Pairs = []
    waiting: deque[Any] = deque([found])
    while waiting:
        value = waiting.popleft()
        if isinstance(value, dict):
            pairs = [(key, inner) for key, inner in value.items() if key_of(key)]
            if len({key_of(key) for key, _ in pairs}) > len({key_of(key) for key, _ in best}):
                best = pairs
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return best


def _unwrapped(text: str) -> str:
    """The text inside when the whole reply is one JSON string."""
    try:
        whole = json.loads(text) if text.startswith('"') else None
    except ValueError:
        return text
    return whole if isinstance(whole, str) else text


def _repaired(text: str) -> Pairs | None:
    """From key to key of a broken object; keys without quotes count only when none has any."""
    quoted, bare = anchors()
    for pattern in (quoted, bare):
        found = list(pattern.finditer(text))
        if found:
            ends = [*(match.start() for match in found[1:]), len(text)]
            segments = [(match.group("key"), text[match.end() : end]) for match, end in zip(found, ends, strict=True)]
            return [(key, _piece(segment.strip(), last=at + 1 == len(segments))) for at, (key, segment) in enumerate(segments)]
    return None


def _piece(segment: str, last: bool) -> str:
    """A value without the signs around it. Behind the last one anything may follow."""
    if segment.startswith(("[", "{")):
        inner = _INNER_KEY.sub(",", segment)
        ends = [at for sign in ("]", "}") if (at := inner.find(sign) if last else inner.rfind(sign)) > 0]
        pieces = re.split(r"[,\n\[\]{}]", inner[: min(ends)] if ends else inner)
        return ", ".join(piece for part in pieces if (piece := _unescaped(part).strip(f" \t{DOUBLE}'")))
    if segment[:2] == '\\"':
        segment = segment.replace('\\"', '"')
    if segment[:1] and segment[0] in QUOTES:
        return _unescaped(_inside(segment[1:], DOUBLE if segment[0] in DOUBLE else SINGLE, last))
    plain = _COMMENT.split(segment, maxsplit=1)[0]
    return re.split(r"[}\n]", plain, maxsplit=1)[0].rstrip(" ,")


def _inside(body: str, quotes: str, last: bool) -> str:
    """A quoted value: the last quote that can end it does, so that quotes inside stay; of the last value the first one."""
    ends = [at for at, char in enumerate(body) if char in quotes and body[at - 1 : at] != "\\"]
    if last:
        return next((body[:at] for at in ends if _LAST_CLOSED.match(body, at + 1)), body)
    commented = next((at for at in ends if _COMMENTED.match(body, at + 1)), None)
    if commented is not None:
        return body[:commented]
    return body[: ends[-1]] if ends and _CLOSED.match(body, ends[-1] + 1) else body.rstrip(" ,\n\t}]")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)) if match.group(1) else {"n": " ", "t": " ", "r": " "}.get(match[2], match[2]), text)


def _lines(text: str) -> Pairs | None:
    """Lines that begin with a key, numbered, bulleted or bold as they may be; the lines behind belong to it until an empty one."""
    pairs: Pairs = []
    for line in text.splitlines():
        match = line_anchor().match(line)
        if match:
            pairs.append((match.group("key"), [_undressed(line[match.end() :])]))
        elif pairs and not line.strip(" `"):
            if any(pairs[-1][1]):
                pairs.append(("", []))
        elif pairs:
            pairs[-1][1].append(_undressed(line))
    return [pair for pair in pairs if pair[0]] or None


def _undressed(line: str) -> str:
    line = _BULLET.sub("", line.strip(" \t*_|`"), count=1)
    return line.strip(f" \t*_|,{DOUBLE}")


def _values(pairs: Pairs) -> dict[str, str]:
    """The values by key; "color" and "material" both belong to color_material_details. Of a key that comes twice the first value counts."""
    told: dict[str, dict[str, str]] = {}
    for spelled, value in pairs:
        text = ", ".join(_flat(value))[:_VALUE].strip(" ,")
        if text:
            told.setdefault(key_of(spelled), {}).setdefault(squeezed(spelled), text)
    return {key: ", ".join(dict.fromkeys(told[key].values())) for key in rules("replies")["keys"] if key in told}


def _flat(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """The strings and numbers in a value, without what says nothing; nesting may be deep."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif item is not None and not isinstance(item, bool):
            # lone surrogates and control characters cannot be stored
            text = " ".join("".join(char if char.isprintable() else " " for char in str(item)).split())
            if _WORD.search(text) and fold(text).strip(" .") not in words("replies", "nothing_values"):
                yield text
