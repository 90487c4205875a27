"""A Dagster executor: the whole run in one process, under a lease of one device.

One run is one shard is one process is one device: models stay loaded between the assets of the run. Starting a process per step costs 2 to 3 s each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from nkd_pipeline.execution.lease import device_lease, devices
from nkd_pipeline.execution.sign_of_life import owner_tags, sign_of_life
from nkd_pipeline.storage.home import Home


class GpuExecutor(dg.Executor):
    """Wraps the in-process executor in a device lease."""

    def __init__(self, inner: dg.Executor, names: list[str], wait_seconds: float) -> None:
        self._inner, self._names, self._wait_seconds = inner, names, wait_seconds

    @property
    def retries(self) -> Any:  # noqa: ANN401 - Dagster's own type is private
        return self._inner.retries

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:  # noqa: ANN401
        plan_context.instance.add_run_tags(plan_context.run_id, owner_tags())
        with sign_of_life(plan_context.instance), device_lease(Home.of().local / "locks", self._names, self._wait_seconds) as device:
            plan_context.log.info(f"device: {device}")
            yield from self._inner.execute(plan_context, execution_plan)


@dg.executor(
    name="gpu_executor",
    config_schema={
        "devices": dg.Field([str], is_required=False, description="Names of GPUs, such as 0 and 1. Default: NKD_DEVICES, else all of the machine."),
        "wait_seconds": dg.Field(float, default_value=3600.0, description="How long to wait for a free device."),
    },
)
def gpu_executor(context: dg.InitExecutorContext) -> GpuExecutor:
    """In-process execution under a device lease; on a machine without GPU simply in-process."""
    inner = dg.in_process_executor.executor_creation_fn(  # type: ignore[misc]
        dg.InitExecutorContext(
            job=context.job,
            executor_def=dg.in_process_executor,
            executor_config={"retries": {"enabled": {}}},
            instance=context.instance,
        )
    )
    config: Mapping[str, Any] = context.executor_config
    return GpuExecutor(inner, config.get("devices") or devices(), config["wait_seconds"])
