"""Tries the models of a profile on one example article: each is loaded and computes one row, with what the stage before it made.

A stage that fails does not hold the others up: those that need its result get what the embedded profile makes instead.
"""

from __future__ import annotations

import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.engine import LoadError, as_row_error, load
from nkd_pipeline.execution.profile import DEFAULT_PROFILE, Profile, load_profile
from nkd_pipeline.execution.steps import STEPS, Position, Step
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.models.measuring import MemoryMeter
from nkd_pipeline.models.residency import release_all
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records import DeliveryRow, RenderedImage
from nkd_pipeline.stage import Stage
from nkd_pipeline.storage.home import Home

SHARD = "check.000"


@dataclass(frozen=True, slots=True)
class CheckedModel:
    """What came of one stage's model. Seconds and bytes are zero where it did not get so far."""

    asset: str
    backend: str
    device: str
    load_seconds: float
    row_seconds: float
    bytes: int
    error: str | None  # None: it works


def check_models(profile: Profile, announce: Callable[[str, str], None]) -> Iterator[CheckedModel]:
    """Checks the profile's models in the order of the stages; `announce` is told asset and backend before each.

    Raises ProfileError for a wrong stage entry, before anything is loaded. A stage without a model is reported only when it fails.
    """
    stages = {asset: profile.stage(asset) for asset in STEPS}
    needed = {name for step in STEPS.values() for name in step.upstream}
    embedded = load_profile(DEFAULT_PROFILE)
    with tempfile.TemporaryDirectory(prefix="nkd-check-") as folder:
        workspace = Workspace(Home(Path(folder)), profile)
        where, records = Position(workspace, _example(), 0), dict[str, Any]()
        for asset, step in STEPS.items():
            neural = isinstance(stages[asset], ModelStage)
            if not neural and asset not in needed:
                continue
            if neural:
                announce(asset, stages[asset].backend)
            checked = _Check(stages.pop(asset), step.order(where, *(records[name] for name in step.upstream)))
            report = checked.run(step)
            records[asset] = _stored(workspace, checked.result if report.error is None else _computed(embedded.stage(asset), checked.order))
            if neural or report.error:
                yield report


class _Check:
    def __init__(self, stage: Stage[Any, Any], order: Any) -> None:  # noqa: ANN401 - any record
        self._stage, self.order, self.result = stage, order, None

    def run(self, step: Step) -> CheckedModel:
        release_all()
        meter, error, started = MemoryMeter(), None, time.perf_counter()
        loading = computing = 0.0
        try:
            load(self._stage)
            loading = time.perf_counter() - started
            self._stage.prepare([self.order])
            (self.result,) = self._stage([self.order])
            computing = time.perf_counter() - started - loading
        except LoadError as problem:
            error = str(problem)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the next model is checked all the same
            error = f"{as_row_error(problem).kind}: {as_row_error(problem).message}"
        return CheckedModel(step.asset, self._stage.backend, meter.device, loading, computing, meter.bytes(), error)


def _computed(stage: Stage[Any, Any], order: Any) -> Any:  # noqa: ANN401
    stage.load()
    return stage([order])[0]


def _stored(workspace: Workspace, result: Any) -> Any:  # noqa: ANN401
    return workspace.images.put(SHARD, result) if isinstance(result, RenderedImage) else result


def _example() -> DeliveryRow:
    text = (resources.files("nkd_pipeline.execution") / "example_article.toml").read_text(encoding="utf-8")
    return DeliveryRow(**tomllib.loads(text))
