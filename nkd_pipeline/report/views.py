"""Cards prepared for the page: pictures with their links, chips, swatches and the words that the search looks through."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nkd_pipeline.records import Attributes
from nkd_pipeline.report.cards import Card
from nkd_pipeline.report.thumbnails import Thumbnail, thumbnails
from nkd_pipeline.text import colours

PICTURE_SIDE = 420
SMALL_SIDE = 132  # earlier attempts and the reference photo
MAX_EARLIER = 3  # earlier attempts shown as pictures; older ones are linked
CHIPS = (
    "target_group",
    "materials",
    "patterns",
    "prints",
    "motifs",
    "lettering",
    "neckline",
    "collar",
    "sleeves",
    "closure",
    "hem",
    "fit",
    "length",
    "details",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail (None when the picture is only linked) and the way to the full-size file."""

    href: str
    name: str
    thumbnail: Thumbnail | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One attribute's value."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Swatch:
    """A named colour; `hex` is "" when no value is known for the name ("multicolour")."""

    name: str
    hex: str


@dataclass(frozen=True, slots=True)
class CardView:
    """A card and what the page derives from it."""

    card: Card
    order: int
    anchor: str
    title: str
    search: str
    picture: Picture | None
    photo: Picture | None
    earlier: tuple[Picture, ...]  # oldest first
    chips: tuple[Chip, ...]
    swatches: tuple[Swatch, ...]

    @property
    def score(self) -> float | None:
        """Rubric score, 0..10."""
        return self.card.rubric.score if self.card.rubric else None

    @property
    def clip(self) -> float | None:
        """CLIP score of clip_prompt and picture, 100 x cosine."""
        return self.card.clip.score if self.card.clip else None


def card_views(cards: Sequence[Card], folder: Path) -> list[CardView]:
    """Prepares all cards of a page that will lie in `folder`; thumbnails of all of them are made together."""
    made = thumbnails([request for card in cards for request in _requests(card)])
    return [_view(card, order, _pictures(made, folder)) for order, card in enumerate(cards)]


def relative_link(file: Path, folder: Path) -> str:
    """Link from a page in `folder` to a file, percent-encoded; a colon in a name is encoded too, so no name can become a scheme."""
    return quote(os.fsencode(Path(os.path.relpath(file, folder)).as_posix()))


def _earlier(card: Card) -> tuple[Path, ...]:
    return tuple(file for file in card.attempts if file != card.image_file)


def _requests(card: Card) -> list[tuple[Path, int]]:
    small = [*_earlier(card)[-MAX_EARLIER:], *([card.photo_file] if card.photo_file else [])]
    return [*([(card.image_file, PICTURE_SIDE)] if card.image_file else []), *((file, SMALL_SIDE) for file in small)]


def _pictures(made: Mapping[tuple[Path, int], Thumbnail], folder: Path) -> Callable[[Path | None, int], Picture | None]:
    def picture(file: Path | None, side: int) -> Picture | None:
        return Picture(relative_link(file, folder), file.name, made.get((file, side))) if file else None

    return picture


def _view(card: Card, order: int, picture: Callable[[Path | None, int], Picture | None]) -> CardView:
    return CardView(
        card=card,
        order=order,
        anchor="article-" + quote(card.article.article_id, safe="", errors="replace"),
        title=card.article.name or (card.translation.name if card.translation else "") or card.article.article_id,
        search=_search(card),
        picture=picture(card.image_file, PICTURE_SIDE),
        photo=picture(card.photo_file, SMALL_SIDE),
        earlier=tuple(found for file in _earlier(card) if (found := picture(file, SMALL_SIDE))),
        chips=_chips(card.attributes),
        swatches=_swatches(card),
    )


def _chips(attributes: Attributes | None) -> tuple[Chip, ...]:
    if attributes is None:
        return ()
    chips = [Chip("garment", attributes.garment)] if attributes.garment else []
    for name in CHIPS:
        value = getattr(attributes, name)
        values = (value,) if isinstance(value, str) else value
        chips += [Chip(name, f"“{text}”" if name == "lettering" else text) for text in values if text]
    return tuple(chips)


def _swatches(card: Card) -> tuple[Swatch, ...]:
    # the prompt's colours first: they are what the picture must show, defaults filled in
    names = (card.prompt.colours if card.prompt else ()) or (card.attributes.colours if card.attributes else ())
    return tuple(Swatch(name, found.hex if (found := colours.find(name)) else "") for name in names)


def _search(card: Card) -> str:
    article, translation = card.article, card.translation
    words = [article.article_id, article.name, article.model_name, article.model_descr, article.brand, article.category, card.category]
    words += [translation.name, translation.model_descr] if translation else []
    words += [chip.value for chip in _chips(card.attributes)] + [swatch.name for swatch in _swatches(card)]
    words += [word for failure in card.failures for word in (failure.asset, failure.kind)]
    return " ".join(dict.fromkeys(" ".join(words).lower().split()))
