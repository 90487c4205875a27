"""Reads clauses as noun phrases: which adjectives, colours and places belong to which thing.

"kleines weißes Logo auf der linken Brust" becomes one mention: a logo, small, white, on the left chest. What belongs to the garment as a whole
(its colour, its pattern) becomes a mention of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nkd_pipeline.text.rules import words
from nkd_pipeline.text.vocabulary import Term

_TWICE = re.compile(r"\b(\w+) \1\b")


@dataclass(slots=True)
class Mention:
    """One thing said of the article.

    `before` are English adjectives, `colours` belong to the thing itself, `places` say where it is; `host` is the thing it sits on when no place is
    said. `linked` colours belong to something else than the garment, `of_pattern` ones to its
    stripes or dots.
    """

    aspect: str
    english: str
    term: Term
    source: str
    before: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    host: str = ""
    linked: bool = False
    of_pattern: bool = False

    @property
    def phrase(self) -> str:
        """The mention in English, adjectives before and places behind."""
        head = self.english.split()
        before = [word for word in dict.fromkeys(self.before) if word not in head]
        places = list(dict.fromkeys(self.places)) or ([self.host] if self.host else [])
        colour = " and ".join(dict.fromkeys(self.colours))
        said = " ".join([*before[:4], *([colour] if colour else []), self.english])
        # "faux fur" before "fur trim": the shared word is said once
        said = _TWICE.sub(r"\1", said)
        return said + place_phrase([place for place in places if not set(place.split()) & set(head)])

    def takes(self, english: str) -> bool:
        """Takes "plain" for itself when it is a part that the word stands behind, "sidepanel solid": the garment need not be plain."""
        own = english == "plain" and self.aspect == "detail" and self.english.split()[-1] in words("phrases", "panels")
        if own:
            self.before.append(english)
        return own

    @property
    def bare(self) -> bool:
        """Whether it says nothing: every garment has a hem."""
        return self.english in words("phrases", "bare") and not (self.before or self.colours)


def place_phrase(places: list[str]) -> str:
    """Places as they follow a noun: " on the left chest and sleeves", "" without places."""
    if not places:
        return ""
    listed = f"{', '.join(places[:-1])} and {places[-1]}" if len(places) > 1 else places[0]
    return f" {'at' if places[0].split()[-1] in words('phrases', 'at_places') else 'on'} the {listed}"
