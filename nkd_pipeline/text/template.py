"""The prompt's wording: attributes and colours go in, the sentence for the image model and the short one for CLIP come out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nkd_pipeline.records import Attributes
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.grammar import article, is_pair, is_plural, listed, plural, possessive
from nkd_pipeline.text.templates_file import template

_PACK = re.compile(r"^pack of (\w+)$")
_BRACKET = re.compile(r"[()\[\]]")
_PIECE = re.compile(r"^(\w+)-piece$")


@dataclass(frozen=True, slots=True)
class Look:
    """What the template needs besides the attributes: the picture's colours and background, how emphasis is written, and the groups' words."""

    colours: tuple[str, ...]
    background: str
    emphasis: str  # "words" or "weights"
    noun: str  # the garment as the region says it


def negative_prompt() -> str:
    """The eight fixed constraints."""
    return ", ".join(template()["negative"])


def prompt_of(attributes: Attributes, look: Look) -> str:
    """The full prompt."""
    if look.emphasis == "weights":
        attributes = _literal(attributes)
    return _filled(template()["prompt"], attributes, look)


def _literal(attributes: Attributes) -> Attributes:
    """The attributes with their brackets escaped: what is printed on a garment must not weigh words."""

    def escaped(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(_BRACKET.sub(r"\\\g<0>", value) for value in values)

    return dataclasses.replace(
        attributes, lettering=escaped(attributes.lettering), details=escaped(attributes.details), prints=escaped(attributes.prints)
    )


def clip_prompt_of(attributes: Attributes, look: Look) -> str:
    """The short prompt, uncut; phrases are separated by commas, the most telling first."""
    return _filled(template()["clip"], attributes, Look(look.colours, look.background, "plain", look.noun))


def _filled(wording: str, attributes: Attributes, look: Look) -> str:
    design = _design(attributes, look)
    features = _features(attributes, look, design)
    wear = template()["wear"]
    values = {
        "subject": _subject(attributes, look.noun),
        "colour": _colour(attributes, look.colours),
        "material": _material(attributes, look.noun),
        "features": ", ".join(features),
        "design": ", ".join(design),
        "details": ", ".join(_details(attributes, [*features, *design])),
        "background": look.background,
        "wear": wear["shoes"] if is_pair(look.noun) and attributes.sketch_kind in ("shoes", "boots", "sandals") else wear["default"],
    }
    if attributes.sketch_kind in ("", "bag", "belt", "beanie", "cap", "scarf", "gloves", "sunglasses"):
        values["wear"] = wear["accessory"]
    if attributes.sketch_kind in ("socks", "tights"):
        values["wear"] = wear["legwear"]
    text = wording.format(**values)
    said = values["features"] or values["design"] or values["details"]
    text = re.sub(r"featuring (?:, )*", "featuring " if said else "", text)
    return re.sub(r"(?:,\s*){2,}", ", ", text).strip(" ,")


def _groups(attributes: Attributes) -> list[str]:
    named = [fact.value for fact in attributes.facts if fact.aspect == "target_group"]
    return named or ([attributes.target_group] if attributes.target_group else [])


def _subject(attributes: Attributes, noun: str) -> str:
    told = " ".join(detail for detail in attributes.details if detail.startswith("one "))
    patterns = [
        pattern
        for pattern in sorted(attributes.patterns, key=lambda pattern: pattern != "plain")
        if pattern in template()["patterns"]["before"] and pattern not in noun.split() and pattern not in told
    ]
    pieces = next((match.group(0) for detail in attributes.details if (match := _PIECE.match(detail))), "")
    pack = next((match.group(1) for detail in attributes.details if (match := _PACK.match(detail))), "")
    groups = _groups(attributes)
    # "Kinder-Mädchen": without the second word an image model draws teenagers
    age = " for kids" if "kids" in groups[1:] else ""
    words = " ".join(part for part in (possessive(groups), pieces, " ".join(patterns), plural(noun) if pack else noun) if part) + age
    if pack:
        return f"a pack of {pack} {'pairs of ' if is_pair(noun) else ''}{words}"
    if is_pair(noun):
        return f"a pair of {words}"
    return words if is_plural(noun) else f"{article(words)} {words}"


def _colour(attributes: Attributes, colours: Sequence[str]) -> str:
    if not colours:
        return ""
    behind = [pattern for pattern in attributes.patterns if pattern in template()["patterns"]["behind"]]
    first, *others = colours
    shown = " ".join([first, *behind])
    return f" in {listed([shown, *others])}"


def _material(attributes: Attributes, noun: str) -> str:
    materials = [
        material for material in attributes.materials if not content(material) <= content(noun) and not (material == "knit" and "knit" in noun)
    ]
    return f", made of {listed(materials)}" if materials else ""


def _features(attributes: Attributes, look: Look, design: Sequence[str]) -> list[str]:
    single = (attributes.neckline, attributes.collar, attributes.sleeves, attributes.closure, attributes.hem, attributes.fit, attributes.length)
    richer = [content(phrase) for phrase in (look.noun, *attributes.details, *design)]
    values = [value for value in single if value and not any(content(value) <= other for other in richer)]
    known = {*template()["patterns"]["before"], *template()["patterns"]["behind"]}
    values += [pattern for pattern in attributes.patterns if pattern not in known and not any(pattern in phrase for phrase in design)]
    return [_with_noun(value, look.noun) for value in values]


def _with_noun(value: str, noun: str) -> str:
    """A bare adjective gets its noun: "midi" -> "midi length"."""
    bare = template()["noun_of"].get(value)
    return str(bare) if bare and value not in noun else value


def _design(attributes: Attributes, look: Look) -> list[str]:
    """Prints with what they show and read; the loudest is emphasised."""
    prints = list(attributes.prints)
    shown = [motif for motif in attributes.motifs if not any(content(motif) <= content(phrase) for phrase in (*prints, *attributes.details))]
    quoted = [f'"{text}"' for text in attributes.lettering]
    if not prints and (shown or quoted):
        allover = next((pattern for pattern in attributes.patterns if pattern == "all-over print"), "")
        prints = [allover or ("lettering print" if not shown else "motif print")]
    if not prints:
        return []
    host = next((at for at, phrase in enumerate(prints) if "print" in phrase), 0)
    prints[host] = _emphasised(prints[host], look.emphasis)
    if shown:
        prints[host] += f" showing {listed(shown)}"
    if quoted:
        prints[host] += f" {'and ' if shown else ''}reading {listed(quoted)}"
    return prints


def _emphasised(phrase: str, emphasis: str) -> str:
    rule = template()["emphasis"]
    loud = any(word in rule["loud"] for word in phrase.split())
    if emphasis not in rule or not loud:
        return phrase
    return str(rule[emphasis].format(feature=" ".join(word for word in phrase.split() if word not in ("bold", "dominant"))))


def _details(attributes: Attributes, said: Sequence[str]) -> list[str]:
    shown = [detail for detail in attributes.details if not _PACK.match(detail) and not _PIECE.match(detail)]
    bags = [content(phrase) for phrase in said]
    return [detail for detail in shown if not any(content(detail) <= bag for bag in bags)]


def count_words(text: str) -> int:
    """Words and punctuation marks, which CLIP's tokenizer counts alike."""
    return len(re.findall(r"[^\W_]+|[^\w\s]", text))


def cut_at_phrases(text: str, limit: int) -> tuple[str, int]:
    """The text cut at a comma so that it has at most `limit` words and marks, and how many words fell away."""
    phrases = text.split(", ")
    kept = len(phrases)
    while kept > 1 and count_words(", ".join(phrases[:kept])) > limit:
        kept -= 1
    short = ", ".join(phrases[:kept])
    if count_words(short) > limit:
        pieces = re.findall(r"\S+", short)
        while len(pieces) > 1 and count_words(" ".join(pieces)) > limit:
            pieces.pop()
        short = " ".join(pieces)
    return short, len(text.split()) - len(short.split())


__all__ = ["Look", "clip_prompt_of", "count_words", "cut_at_phrases", "negative_prompt", "prompt_of"]
