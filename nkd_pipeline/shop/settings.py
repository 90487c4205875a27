"""What `nkd release` is asked for: `shop.toml`, with the table `[shop]` of a home's settings.toml on top."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Collection, Mapping
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from nkd_pipeline.execution.profile import Profile, ProfileError

Format = Literal["jpeg", "webp", "png"]
EXTENSIONS: Mapping[Format, str] = {"jpeg": "jpg", "webp": "webp", "png": "png"}
_NAME_PARTS = ("article_id", "size", "ext", "attempt", "catalog")
_CELL_PARTS = ("article_id", "handle", "name", "alt", "file", "url")


def _address(value: str) -> str:
    if value and not re.match(r"https?://[^\s/]", value):
        raise ValueError(f'"{value}" is no address: it begins with https://')
    return value


def _csv_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.csv", value) or value == "missing.csv":
        raise ValueError(f'"{value}" cannot be the name of a layout\'s file: letters, digits and . _ -, ending in .csv, and not missing.csv')
    return value


def _parts(pattern: str, known: Collection[str]) -> list[tuple[str, str | None]]:
    """(text, placeholder after it) of a pattern. Raises ValueError for placeholders that are not known."""
    parts = [(text, name) for text, name, *_ in string.Formatter().parse(pattern)]
    if unknown := sorted({name for _, name in parts if name is not None} - set(known)):
        raise ValueError(f'"{pattern}": there is no {{{unknown[0]}}}; there are {", ".join(f"{{{name}}}" for name in known)}')
    return parts


class Layout(BaseModel):
    """One CSV file that a shop imports: a row per article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, AfterValidator(_csv_name)]
    delimiter: Literal[",", ";", "\t"]
    columns: tuple[tuple[str, str], ...] = Field(min_length=1)  # header, and the pattern of its cells

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for _, pattern in self.columns:
            _parts(pattern, _CELL_PARTS)
        return self


class Quality(BaseModel):
    """`[shop.quality]`: 1..100 of the formats that lose something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jpeg: int = Field(ge=1, le=100)
    webp: int = Field(ge=1, le=100)


class Signing(BaseModel):
    """`[shop.c2pa]`: what pictures are signed with. Paths are relative to the home's folder on this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    certificate: str  # PEM: the signer's certificate first, then those between it and the root
    key: str  # PEM, PKCS#8, without a password
    algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = "es256"
    timestamp_url: Annotated[str, AfterValidator(_address)] = ""  # RFC 3161; without one a signature ends with its certificate


class ShopSettings(BaseModel):
    """`[shop]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    formats: tuple[Format, ...] = Field(min_length=1)
    sizes: tuple[Annotated[int, Field(ge=16, le=8192)], ...] = Field(min_length=1)
    shape: Literal["as_is", "square"]
    file_name: str
    base_url: Annotated[str, AfterValidator(_address)]
    alt_length: int = Field(ge=20, le=512)
    csv: tuple[str, ...]
    quality: Quality
    layouts: Mapping[str, Layout]
    c2pa: Signing | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        parts = _parts(self.file_name, _NAME_PARTS)
        if not all(re.fullmatch(r"[A-Za-z0-9._-]*", text) for text, _ in parts):
            raise ValueError(f'file_name "{self.file_name}": only letters, digits and . _ - can stand between the placeholders')
        if not {"article_id", "size", "ext"} <= {name for _, name in parts} or not self.file_name.endswith(".{ext}"):
            raise ValueError(
                f'file_name "{self.file_name}" needs {{article_id}}, {{size}} and, at its end, .{{ext}}: else pictures would share names'
            )
        if unknown := sorted(set(self.csv) - set(self.layouts)):
            raise ValueError(f"csv names the layout {unknown[0]}; there are {', '.join(sorted(self.layouts))}")
        named = [self.layouts[name].file for name in self.csv]
        for entry, values in (("formats", self.formats), ("sizes", self.sizes), ("csv", named)):
            if len(set(values)) < len(values):
                raise ValueError(f"{entry} names something twice")
        return self


def shop_settings(profile: Profile) -> ShopSettings:
    """The settings of a profile's home. Raises ProfileError with the entry and the cure when they cannot be used."""
    packaged = tomllib.loads((resources.files("nkd_pipeline.shop") / "shop.toml").read_text(encoding="utf-8"))
    try:
        return ShopSettings(**_over(packaged, profile.shop))
    except ValidationError as error:
        problem = error.errors()[0]
        place = "".join(f"{part}: " for part in (".".join(map(str, problem["loc"])),) if part)
        raise ProfileError(f"Profile {profile.described}: [shop] {place}{problem['msg'].removeprefix('Value error, ')}.") from error


def _over(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The packaged entries with the given ones on top; tables are merged, lists replaced."""
    merged = dict(base)
    for key, value in given.items():
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        merged[key] = _over(base[key], value) if both else value
    return merged
