"""Cards prepared for the page: pictures with their links, places of deviations, chips, swatches and the words that the search looks through."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nkd_pipeline.records import Attributes, Deviation
from nkd_pipeline.report.cards import Card
from nkd_pipeline.report.thumbnails import Thumbnail, thumbnails
from nkd_pipeline.text import colours

PICTURE_SIDE = 420
SMALL_SIDE = 132  # earlier attempts and the reference photo
MAX_EARLIER = 3  # earlier attempts shown as pictures; older ones are linked
FRAME = 0.02  # share of the picture's longer side that a frame leaves free around a deviation's box
EVERYWHERE = 0.6  # what spans more of a side than this share has no left and right, or no top and bottom, that would be worth a word
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
class Place:
    """Where a deviation lies: a frame around it in the thumbnail's pixels, and words such as "lower left", "" for most of the picture."""

    x: float
    y: float
    width: float
    height: float
    words: str


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
    places: tuple[Place | None, ...]  # of the rubric's deviations in their order; None where a deviation has none, or no picture to show it in
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
    return quote(os.fsencode(Path(os.path.relpath(str(file), str(folder))).as_posix()))


def _earlier(card: Card) -> tuple[Path, ...]:
    return tuple(file for file in card.attempts if file != card.image_file)


def _requests(card: Card) -> list[tuple[Path, int]]:
    small = [*_earlier(card)[-MAX_EARLIER:], *([card.photo_file] if card.photo_file else [])]
    return [*([(card.image_file, PICTURE_SIDE)] if card.image_file else []), *((file, SMALL_SIDE) for file in small)]


def _pictures(made: Mapping[tuple[Path, int], Thumbnail], folder: Path) -> Callable[[Path | None, int], Picture | None]:
    def picture(file: Path | None, side: int) -> Picture | None:
        return Picture(relative_link(file, folder), file.name, made.get((file, side))) if file else None

    return picture


def place(deviation: Deviation, thumbnail: Thumbnail | None) -> Place | None:
    """Where a deviation's box lies in a thumbnail; None without a box or without a thumbnail."""
    if len(deviation.box) != 4 or thumbnail is None or not thumbnail.uri:
        return None
    left, top, right, bottom = (min(1.0, max(0.0, share)) for share in deviation.box)
    free = FRAME * max(thumbnail.width, thumbnail.height)
    x, y = max(0.0, left * thumbnail.width - free), max(0.0, top * thumbnail.height - free)
    width, height = min(thumbnail.width, right * thumbnail.width + free) - x, min(thumbnail.height, bottom * thumbnail.height + free) - y
    words = (_third(top, bottom, ("upper", "lower")), _third(left, right, ("left", "right")))
    return Place(round(x, 1), round(y, 1), round(width, 1), round(height, 1), " ".join(word for word in words if word))


def _third(start: float, end: float, names: tuple[str, str]) -> str:
    middle = (start + end) / 2
    return "" if end - start > EVERYWHERE or 1 / 3 <= middle <= 2 / 3 else names[middle > 0.5]


def _view(card: Card, order: int, picture: Callable[[Path | None, int], Picture | None]) -> CardView:
    large = picture(card.image_file, PICTURE_SIDE)
    return CardView(
        card=card,
        order=order,
        anchor="article-" + quote(card.article.article_id, safe="", errors="replace"),
        title=card.article.name or (card.translation.name if card.translation else "") or card.article.article_id,
        search=_search(card),
        picture=large,
        photo=picture(card.photo_file, SMALL_SIDE),
        places=tuple(place(deviation, large.thumbnail if large else None) for deviation in card.rubric.deviations) if card.rubric else (),
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
