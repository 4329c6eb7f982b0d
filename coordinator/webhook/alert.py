"""Alarms in the words of Prometheus' Alertmanager (webhook version 4). Pure: no I/O.

Whatever takes Alertmanager's webhooks takes ours: chat rooms, telephones, Grafana OnCall. The
fields are those that Alertmanager 0.25 sent to us (``tests/vectors/alertmanager_webhook.json``).
Nobody's name, telephone or note is in it: it leaves the house.
"""

import hashlib
from collections.abc import Collection
from typing import Literal

import msgspec

from config.words import Words
from signaling.schema import Wire

from ..alarm.picture import listed
from ..alarm.state import INCIDENT, Alarm
from ..alarm.type import Priority
from ..state import State

NOT_YET = "0001-01-01T00:00:00Z"
"What Alertmanager writes for the end of what has none."
SEVERITIES = {Priority.HIGH: "critical", Priority.MEDIUM: "warning", Priority.LOW: "info"}
Stands = Literal["firing", "resolved"]


class Alert(Wire, frozen=True, kw_only=True):
    """One alarm or incident."""

    status: Stands
    labels: dict[str, str]
    "alertname (an alarm type, or incident), severity, and point, or cause and name."
    annotations: dict[str, str]
    "summary, and description: what to do."
    starts_at: str = msgspec.field(name="startsAt")
    ends_at: str = msgspec.field(name="endsAt")
    generator_url: str = msgspec.field(name="generatorURL")
    fingerprint: str
    "The same as long as it is the same alarm."


class Notification(Wire, frozen=True, kw_only=True):
    """What a webhook is sent, and what the snapshot answers."""

    version: str = "4"
    group_key: str = msgspec.field(name="groupKey", default="nhipcau")
    truncated_alerts: int = msgspec.field(name="truncatedAlerts", default=0)
    status: Stands
    "firing while anything is."
    receiver: str = "nhipcau"
    group_labels: dict[str, str] = msgspec.field(name="groupLabels", default_factory=dict)
    common_labels: dict[str, str] = msgspec.field(name="commonLabels", default_factory=dict)
    common_annotations: dict[str, str] = msgspec.field(
        name="commonAnnotations", default_factory=dict
    )
    external_url: str = msgspec.field(name="externalURL")
    alerts: tuple[Alert, ...]


def firing(state: State) -> tuple[str, ...]:
    """Return the alarms and incidents whose fault is there now, oldest first."""
    by_id = state.alarms.by_id
    return tuple(id_ for id_ in listed(state) if by_id[id_].active)


def ended_since(state: State, utc: str) -> tuple[str, ...]:
    """Return the alarms that ended at or after an instant; members of incidents do not count."""
    alarms = state.alarms.by_id.values()
    return tuple(a.id for a in alarms if a.incident is None and (a.cleared_utc or "") >= utc)


def notification(
    state: State, words: Words, base: str, *, ended: Collection[str] = (), now_utc: str = NOT_YET
) -> Notification:
    """Return everything that is wrong now, and what was told before and is over.

    Args:
        state: Present.
        words: The screens' sentences.
        base: Our public address, without a slash at its end.
        ended: Alarms told as firing that may be so no more; who joined an incident is told by it.
        now_utc: When those ended that have no end of their own.

    """
    there = firing(state)
    over = [id_ for id_ in ended if id_ not in there and id_ in state.alarms.by_id]
    alerts = [_alert(state, id_, words, base, None) for id_ in there]
    alerts += [_alert(state, id_, words, base, now_utc) for id_ in over]
    return Notification(
        status="firing" if there else "resolved", external_url=base, alerts=tuple(alerts)
    )


def _alert(state: State, id_: str, words: Words, base: str, ended_utc: str | None) -> Alert:
    alarm = state.alarms.by_id[id_]
    return Alert(
        status="firing" if ended_utc is None else "resolved",
        labels=_labels(state, alarm),
        annotations=_annotations(state, alarm, words),
        starts_at=alarm.raised_utc,
        ends_at=NOT_YET if ended_utc is None else alarm.cleared_utc or ended_utc,
        generator_url=f"{base}/wall",
        fingerprint=hashlib.sha256(alarm.id.encode()).hexdigest()[:16],
    )


def _labels(state: State, alarm: Alarm) -> dict[str, str]:
    labels = {
        "alertname": alarm.what,
        "severity": SEVERITIES[Priority(alarm.priority)],
        "family": alarm.family.value,
    }
    if alarm.what == INCIDENT:
        return labels | {"cause": alarm.cause, "name": alarm.name}
    point = state.points.get(alarm.point or "")
    if point is None:
        return labels
    return labels | {"point": point.code, "provider": point.provider, "place": point.place}


def _annotations(state: State, alarm: Alarm, words: Words) -> dict[str, str]:
    if alarm.what == INCIDENT:
        halls = [str(state.alarms.by_id[id_].point) for id_ in state.alarms.members[alarm.id]]
        return {
            "summary": words.say(f"incident.{alarm.cause}", name=alarm.name),
            "description": words.say(f"incident_action.{alarm.cause}", name=alarm.name),
            "points": ", ".join(sorted(halls)),
        }
    point = state.points.get(alarm.point or "")
    what = words.say(f"alarm.{alarm.what}")
    return {
        "summary": f"{point.code} {point.name}: {what}" if point else what,
        "description": words.say(f"alarm_action.{alarm.what}"),
    }
