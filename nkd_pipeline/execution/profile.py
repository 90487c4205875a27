"""Profiles: which backend and which settings each stage uses.

A profile is a TOML file with the tables `[run]` and `[stages.<asset>]`. A stage table names its class as `stage = "module:Class"`; everything else in
it is that class's settings. `extends = "flux"` takes over another profile and changes what it names; a stage table with another class replaces the
whole table. Values that begin with "./" or "../" are files or folders beside the TOML file. A home may override single values in its own
`settings.toml`, which also holds `[columns]` for deliveries and `[shop]` for what `nkd release` packs. `[studies.<name>]` has the settings of a
study; its stages are `[stages.<asset>]` like all others.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nkd_pipeline.stage import Stage

DEFAULT_PROFILE = "sketch"
Settings = TypeVar("Settings", bound=BaseModel)
CRON = r"^\S+( \S+){4}$"  # minute, hour, day, month, weekday


class ProfileError(Exception):
    """A profile that cannot be used; the message names the file, the entry and the cure."""


class RunSettings(BaseModel):
    """`[run]`: what is true for all stages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Literal["local", "ray"] = "local"  # ray: stages with a model and stages that can use several processes run on a Ray cluster
    workers: int = Field(default=0, ge=0)  # processes for stages that can use them; 0: one per core, or per CPU and GPU of the Ray cluster
    shard_size: int = Field(default=256, ge=1, le=4096)  # articles per partition
    flush_seconds: float = Field(default=3.0, gt=0)
    max_attempts: int = Field(default=3, ge=1, le=20)  # pictures that are made by themselves until one passes
    seed_mode: Literal["article", "paper"] = "article"  # paper: 42 + position of the article in its shard
    retry_after_minutes: float = Field(default=15.0, gt=0)  # before a failed article is tried again by itself; doubles each time
    keep_attempts: int | None = Field(default=None, ge=1)  # latest pictures of an article that retention keeps; None: it removes none
    keep_days: int = Field(default=30, ge=0)  # pictures younger than that stay in any case
    nightly: str = Field(default="0 2 * * *", pattern=CRON)  # when the schedules look, in `timezone`
    hourly: str = Field(default="0 * * * *", pattern=CRON)
    timezone: str = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile after overrides, checked as far as it can be without importing a stage."""

    name: str
    described: str  # for messages: the name, and the home's settings where there are any
    title: str
    run: RunSettings
    stages: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, str]  # field -> header, for deliveries with unusual headers
    faults: Mapping[str, frozenset[str]]  # asset -> article ids that must fail: for tests and drills
    shop: Mapping[str, Any]  # what `nkd release` packs, where it differs from the packaged settings
    studies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # settings by study

    def study(self, name: str) -> Mapping[str, Any]:
        """The settings of a study as the profile states them; empty where it states none."""
        return self.studies.get(name) or {}

    def study_settings(self, name: str, kind: type[Settings]) -> Settings:
        """The settings of a study, checked. Raises ProfileError when they are wrong."""
        try:
            return kind(**self.study(name))
        except ValidationError as error:
            raise ProfileError(f"Profile {self.described}: [studies.{name}] {_first_problem(error)}") from error

    def stage(self, asset: str, **given: object) -> Stage[Any, Any]:
        """The stage of an asset, not loaded yet; `given` are settings that a run finds out, such as the folder of a model that it trained.

        Raises ProfileError when its class or settings are wrong.
        """
        entry = {**(self.stages.get(asset) or {}), **given}
        target = entry.pop("stage", None)
        if not isinstance(target, str) or ":" not in target:
            raise ProfileError(f'Profile {self.described}: [stages.{asset}] needs stage = "module:Class".')
        module, _, name = target.partition(":")
        try:
            kind = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ProfileError(f"Profile {self.described}: [stages.{asset}] names {target}, which cannot be imported: {error}") from error
        try:
            return kind(kind.Settings(**entry))  # type: ignore[no-any-return]
        except ValidationError as error:
            raise ProfileError(f"Profile {self.described}: [stages.{asset}] {_first_problem(error)}") from error


def profile_names() -> list[str]:
    """Profiles that come with the package."""
    return sorted(entry.name.removesuffix(".toml") for entry in _packaged().iterdir() if entry.name.endswith(".toml"))


def load_profile(name: str, overrides: Path | None = None) -> Profile:
    """A packaged profile by name or any profile by the path of its TOML file, with a home's overrides on top."""
    values, described = _extended(name), name
    if overrides is not None and overrides.exists():
        values, described = _merged(values, _read(overrides)), f"{name} with {overrides}"
    allowed = {"title", "run", "stages", "columns", "faults", "shop", "studies"}
    if unknown := sorted(values.keys() - allowed):
        raise ProfileError(f"Profile {described}: unknown table {', '.join(unknown)}. There are {', '.join(sorted(allowed))}.")
    try:
        run = RunSettings(**values.get("run", {}))
    except ValidationError as error:
        raise ProfileError(f"Profile {described}: [run] {_first_problem(error)}") from error
    faults = {asset: frozenset(ids) for asset, ids in values.get("faults", {}).items()}
    tables = {key: values.get(key, {}) for key in ("stages", "columns", "shop", "studies")}
    return Profile(Path(name).stem, described, values.get("title", name), run, faults=faults, **tables)


def _packaged() -> Any:  # noqa: ANN401 - importlib's Traversable
    return resources.files("nkd_pipeline") / "profiles"


def _profile_file(name: str) -> Any:  # noqa: ANN401
    if name.endswith(".toml"):
        return Path(name)
    if name not in profile_names():
        raise ProfileError(f"No profile is called {name}. There are {', '.join(profile_names())}; your own is named by the path of its .toml file.")
    return _packaged() / f"{name}.toml"


def _extended(name: str, heirs: tuple[str, ...] = ()) -> dict[str, Any]:
    if name in heirs:
        raise ProfileError(f"Profile {name} extends itself: {' -> '.join([*heirs, name])}. Remove one of these extends.")
    values = _read(_profile_file(name))
    base = values.pop("extends", None)
    return values if base is None else _merged(_extended(base, (*heirs, name)), values)


def _read(file: Any) -> dict[str, Any]:  # noqa: ANN401
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        return {key: _beside(file, value) for key, value in values.items()}
    except FileNotFoundError as error:
        raise ProfileError(f"There is no profile file {file}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file} is not valid TOML: {error}") from error


def _beside(file: Any, value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """The value with paths that begin with "./" or "../" made absolute."""
    if isinstance(value, dict):
        return {key: _beside(file, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_beside(file, inner) for inner in value]
    return str((file.parent / value).resolve()) if isinstance(value, str) and value.startswith(("./", "../")) else value


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    if over.get("stage", base.get("stage")) != base.get("stage"):
        return dict(over)  # another class: the settings of the one before mean nothing to it
    merged = dict(base)
    if "model" in over and over["model"] != base.get("model"):
        merged.pop("revision", None)  # a commit of the model before; a folder has none at all
    for key, value in over.items():
        merged[key] = _merged(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc'])) or 'entry'}: {problem['msg']} (found {problem['input']!r})."
