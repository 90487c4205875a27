"""What of the keywords a picture can show, by the vocabulary, and what they mean, by retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from nkd_pipeline.metrics.words import content_words
from nkd_pipeline.models.retrieval import Found, PassageIndex, RetrievalSettings, read_passages
from nkd_pipeline.records.descriptions import Passage
from nkd_pipeline.text.english.reading import facts_of
from nkd_pipeline.text.grounding import within


def visible(keywords: Sequence[str]) -> list[str]:
    """The keywords that the vocabulary knows to be visible; of phrases of which one says all words of another the richer one, else the first."""
    known = [keyword for keyword in dict.fromkeys(keywords) if facts_of(keyword)]
    return [
        keyword
        for place, keyword in enumerate(known)
        if not any(within(keyword, other) and (at < place or not within(other, keyword)) for at, other in enumerate(known) if at != place)
    ]


class Definitions:
    """A glossary of which the nearest entry to a keyword can be asked for."""

    def __init__(self, settings: RetrievalSettings) -> None:
        """Raises PassagesError for a folder without texts, CheckpointError when its encoder is not on this machine."""
        self._index = PassageIndex(read_definitions(settings), settings)

    def of(self, keywords: Sequence[str]) -> list[Found | None]:
        """The entry of each keyword, None where none is about it."""
        return [
            found[0] if found and _is_about(found[0].passage, keyword) else None
            for keyword, found in zip(keywords, self._index.nearest(keywords), strict=True)
        ]


def read_definitions(settings: RetrievalSettings) -> list[Passage]:
    """The entries of the glossary, each "Term: what it means."."""
    folder = Path(settings.folder).expanduser() if settings.folder else files(__package__).joinpath("definitions")
    return read_passages(folder, settings.words)


def meaning(passage: Passage) -> str:
    """What an entry says of its term, as it goes into a prompt."""
    return passage.text.partition(":")[2].strip().rstrip(".") or passage.text.rstrip(".")


def _is_about(passage: Passage, keyword: str) -> bool:
    """Whether the keyword has the entry's term in it, or a part of it: a nearest entry there always is."""
    term = set(content_words(passage.text.partition(":")[0]))
    return bool(term) and within(" ".join(sorted(term)), keyword)
