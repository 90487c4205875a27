"""The short form of an article, as a person would type it: "women's striped blouse, pink, long sleeves"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nkd_pipeline.records import Attributes
from nkd_pipeline.text.choosing import content
from nkd_pipeline.text.grammar import listed, possessive
from nkd_pipeline.text.templates_file import template


def short_form(attributes: Attributes, colours: Sequence[str] | None = None) -> str:
    """All that can be seen of an article, in phrases: the thing itself first, then its colours, and so on.

    `colours` take the place of the attributes' own, where the picture is to show others. What is on the garment is quoted as it is written.
    """
    before = [pattern for pattern in attributes.patterns if pattern in template()["patterns"]["before"] and pattern not in attributes.garment.split()]
    subject = " ".join([*filter(None, [possessive(_groups(attributes))]), *before, attributes.garment])
    phrases = [
        listed(attributes.colours if colours is None else colours),
        listed(attributes.materials),
        *(getattr(attributes, name) for name in ("neckline", "collar", "sleeves", "closure", "hem", "fit", "length")),
        *(pattern for pattern in attributes.patterns if pattern not in before and pattern not in attributes.prints),
        _design(attributes),
        *attributes.details,
    ]
    return ", ".join([subject, *_once(phrases, subject)])


def _groups(attributes: Attributes) -> list[str]:
    """A second group tells babies' boys from girls."""
    return [fact.value for fact in attributes.facts if fact.aspect == "target_group"] or list(filter(None, [attributes.target_group]))


def _design(attributes: Attributes) -> str:
    """Prints with what they show and read."""
    shown = [motif for motif in attributes.motifs if not any(content(motif) <= content(phrase) for phrase in attributes.prints)]
    quoted = [f'"{text}"' for text in attributes.lettering]
    parts = [
        ", ".join(attributes.prints) or ("print" if shown or attributes.lettering else ""),
        f"showing {listed(shown)}" if shown else "",
        f"reading {listed(quoted)}" if quoted else "",
    ]
    return " ".join(filter(None, parts))


def _once(phrases: Iterable[str], subject: str) -> list[str]:
    """Without empty phrases and those whose words one before them has already."""
    said = [subject]
    for phrase in filter(None, phrases):
        if not any(content(phrase) <= content(other) for other in said):
            said.append(phrase)
    return said[1:]
