"""English grammar of garments: possessives, articles, plurals, lists, numbers in words."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.text.rules import rules, words

_POSSESSIVE = {"women": "women's", "men": "men's", "girls": "girls'", "boys": "boys'", "kids": "kids'", "baby": "baby", "unisex": "unisex"}
_BABY = {"boys": "baby boys'", "girls": "baby girls'"}


def possessive(groups: Sequence[str]) -> str:
    """The groups before a garment: "women's", "baby boys'", "" without a group."""
    if not groups:
        return ""
    if groups[0] == "baby" and len(groups) > 1:
        return _BABY[groups[1]]
    return _POSSESSIVE.get(groups[0], "")


def is_plural(noun: str) -> bool:
    """Whether a garment's name is plural by nature: trousers, boots, pyjamas; a set of trousers and top is not."""
    if noun.startswith("set of"):
        return False
    last = noun.rsplit(maxsplit=1)[-1] if noun else ""
    return last in words("grammar", "plurals") or (last.endswith("s") and not last.endswith("ss") and last not in words("grammar", "singulars"))


def is_pair(noun: str) -> bool:
    """Whether one says "a pair of": what has two legs or comes as two."""
    return is_plural(noun) and noun.rsplit(maxsplit=1)[-1] not in words("grammar", "no_pair")


def plural(noun: str) -> str:
    """Several of a garment: dresses, scarves, trousers."""
    if is_plural(noun):
        return noun
    head, _, last = noun.rpartition(" ")
    irregular = rules("grammar")["irregular"].get(last)
    if irregular is None:
        irregular = last + ("es" if last.endswith(("s", "sh", "ch", "x")) else "s")
        if last.endswith("y") and last[-2:-1] not in "aeiou":
            irregular = last[:-1] + "ies"
    return f"{head} {irregular}".strip()


def singular(noun: str) -> str:
    """A plural garment as it stands before another noun: "pyjamas" -> pyjama (set); trousers and leggings stay."""
    last = noun.rsplit(maxsplit=1)[-1] if noun else ""
    return noun.removesuffix("s") if last in words("grammar", "no_pair") else noun


def article(phrase: str) -> str:
    """The article "a" or "an", by sound: an olive dress, a unisex coat."""
    word = phrase.split(maxsplit=1)[0].lower() if phrase.split() else ""
    if word.startswith(tuple(rules("grammar")["consonant_sounds"])):
        return "a"
    return "an" if word.startswith((*"aeiou", *rules("grammar")["vowel_sounds"])) else "a"


def number(count: int) -> str:
    """A small number in words, larger ones in digits."""
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return names[count] if 0 <= count < len(names) else str(count)


def listed(parts: Sequence[str]) -> str:
    """Several things in one phrase: "a, b and c"."""
    found = [part for part in parts if part]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""
