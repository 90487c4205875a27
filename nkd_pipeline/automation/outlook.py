"""What will start by itself, and when: the daemon, the schedules and sensors that are switched on, the runs that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

SILENT = timedelta(minutes=5)  # Dagster's daemons say every 30 s that they are there


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule or sensor."""

    name: str
    on: bool
    next_tick: datetime | None  # of a schedule (UTC)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What happens without anybody's doing."""

    daemon_at_work: bool  # without it nothing of the rest happens
    schedules: tuple[Planned, ...]
    sensors: tuple[Planned, ...]
    queued_runs: int


def outlook(instance: dg.DagsterInstance, schedules: Iterable[object], sensors: Iterable[dg.SensorDefinition], now: datetime) -> Outlook:
    """As the instance knows it; what nobody has switched is as the definitions say."""
    from dagster._utils.schedules import get_next_cron_tick  # Dagster's own reckoning of daylight saving time; there is no public way to it

    switched = {state.instigator_name: state.is_running for state in instance.all_instigator_state()}
    beats = [datetime.fromtimestamp(beat.timestamp, UTC) for beat in instance.get_daemon_heartbeats().values()]
    planned = []
    for schedule in schedules:
        if not isinstance(schedule, dg.ScheduleDefinition):
            continue
        on = switched.get(schedule.name, schedule.default_status == dg.DefaultScheduleStatus.RUNNING)
        tick = get_next_cron_tick(str(schedule.cron_schedule), now, schedule.execution_timezone or "UTC") if on else None
        planned.append(Planned(schedule.name, on, tick.astimezone(UTC) if tick else None))
    return Outlook(
        any(now - beat < SILENT for beat in beats),
        tuple(planned),
        tuple(Planned(sensor.name, switched.get(sensor.name, sensor.default_status == dg.DefaultSensorStatus.RUNNING), None) for sensor in sensors),
        instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])),
    )
