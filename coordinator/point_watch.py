"""Runs the machines of all points on the event loop: presence, reception, link.

A report costs the same however many points there are: a machine's deadline moves away with
every report, so its timer is left where it is and re-armed only when it fires and finds
nothing due.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from config.thresholds import LinkLimits, PresenceLimits, ReceptionLimits
from signaling.messages import PointReport
from signaling.schema import Decoding, DeviceRole
from signaling.stats import MediaStats
from signaling.timer import Timer

from .alarm.fact import LinkChanged
from .attention import LOOK_S, Attention
from .fact import (
    Fact,
    PhaseEntered,
    PointWithdrawn,
    PresenceChanged,
    ReceptionChanged,
    RoomAnswered,
)
from .judge.line import Sample, Verdict
from .link.health import LinkHealth
from .link.history import LinkHistory
from .link.link import Link, LinkMeter
from .presence import PointPresence
from .reception.receiver import PointReceivers
from .reception.room import room_word
from .reception.sampling import PointDelay, sample_of
from .runtime import Runtime
from .state import Recorded


class _Point:
    """What is watched of one point."""

    def __init__(
        self,
        presence: PointPresence,
        receivers: PointReceivers,
        health: LinkHealth,
        timer: Timer,
    ) -> None:
        self.presence = presence
        self.receivers = receivers
        self.link = LinkMeter(health.limits)
        self.health = health
        self.history = LinkHistory()
        self.delay = PointDelay()
        self.decoding = Decoding.NONE
        self.timer = timer
        self._measured: str | None = None

    def measure_of(self, device: str) -> None:
        """Take the line's figures of this device from now on: another's counters are others."""
        if device != self._measured:
            self._measured = device
            self.link, self.delay = LinkMeter(self.health.limits), PointDelay()
            self.health.receive_break()

    def next_timer(self) -> float | None:
        due = [
            t for t in (self.presence.next_timer(), self.receivers.next_timer()) if t is not None
        ]
        return min(due, default=None)


class PointWatch:
    """Feeds devices' words to the machines and records what changed a verdict.

    Args:
        runtime: Where verdicts become facts.
        on_telemetry: Called with a point whose link a screen must show anew; telemetry only.
        on_sample: Called with what the judge is to look at.
        sound_only: Tells whether the relay sends a device sound only, by choice.

    """

    def __init__(
        self,
        runtime: Runtime,
        on_telemetry: Callable[[str], None],
        on_sample: Callable[[Sample], None] = lambda sample: None,
        sound_only: Callable[[str], bool] = lambda device: False,
    ) -> None:
        self._runtime = runtime
        self._sound_only = sound_only
        self._on_sample = on_sample
        self._on_telemetry = on_telemetry
        self._loop = asyncio.get_running_loop()
        self._attention = Attention(self._loop.time())
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        self._points: dict[str, _Point] = {}
        self.reports = 0
        "Reports taken since the start."
        for code in runtime.state.points:
            self._point(code)
        runtime.listen(self._hear)

    def receive_word(self, point: str, device: str) -> None:
        """A device of the point said something."""
        watched = self._point(point)
        watched.presence.receive_word(device, self._listened())
        self._pump(point, watched)

    def receive_report(self, point: str, device: str, report: PointReport) -> None:
        """A device reported what it measures; its media counts as the point's reception."""
        self.reports += 1
        watched, now = self._point(point), self._listened()
        watched.presence.receive_word(device, now)
        if report.media is not None:
            self._receive_media(point, watched, device, report)
        self._pump(point, watched)

    def _receive_media(self, point: str, watched: _Point, device: str, report: PointReport) -> None:
        """Judge every device of the hall; take the line's figures of its receiver."""
        self._show_judge(point, device, report)
        media, known = report.media or MediaStats(), self._runtime.state.devices.get(device)
        counts = watched.receivers.receive_stats(
            device,
            known.role if known is not None else DeviceRole.AGENT,
            media,
            self._listened(),
            sound_only=self._sound_only(device),
        )
        if not counts:
            return
        watched.measure_of(device)
        before = watched.link.link
        self._measure(point, watched, media, device)
        if before != watched.link.link or watched.decoding is not media.decoding:
            watched.decoding = media.decoding
            self._on_telemetry(point)

    def _measure(self, point: str, watched: _Point, media: MediaStats, device: str) -> None:
        second = watched.link.receive_stats(media, self._loop.time())
        if second is None:
            watched.health.receive_break()
            return
        if self._sound_only(device):
            # The relay sends no picture, by choice: that it stands is no fault of the line.
            second = replace(second, frozen_ratio=None)
        watched.history.push(second)
        session = self._runtime.state.session
        speaks = session is not None and session.floor == point
        watched.health.receive_second(second, speaks=speaks)

    def receive_verdict(self, verdict: Verdict) -> None:
        """The judge looked at a report."""
        device = self._runtime.state.devices.get(verdict.device)
        watched = self._points.get(device.point) if device is not None else None
        if device is None or watched is None:
            return
        counts = watched.receivers.receive_verdict(verdict.device, verdict, self._listened())
        if counts and watched.delay.receive(verdict):
            self._on_telemetry(device.point)
        self._pump(device.point, watched)

    def receive_goodbye(self, point: str, device: str) -> None:
        """A device left on purpose."""
        watched = self._point(point)
        watched.presence.receive_goodbye(device, self._listened())
        watched.receivers.receive_goodbye(device, self._listened())
        self._pump(point, watched)

    def telemetry(self, point: str) -> tuple[Link, Decoding]:
        """Return the last that was measured of a point."""
        watched = self._points.get(point)
        if watched is None:
            return Link(), Decoding.NONE
        delay = watched.delay
        link = replace(watched.link.link, delay_ms=delay.delay_ms, skew_ms=delay.skew_ms)
        return link, watched.decoding

    def history(self, point: str) -> LinkHistory:
        """Return the last hour of a point's link."""
        watched = self._points.get(point)
        return LinkHistory() if watched is None else watched.history

    def close(self) -> None:
        """Stop all timers. Calling it twice is safe."""
        self._look_timer.cancel()
        for watched in self._points.values():
            watched.timer.cancel()

    def _look(self) -> None:
        """Look at the clock although nobody speaks, so that a gap is known as one."""
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        self._listened()

    def _listened(self) -> float:
        """Return the time by which halls are judged: it stands while we could not hear them."""
        return self._attention.read(self._loop.time())

    def _show_judge(self, point: str, device: str, report: PointReport) -> None:
        session = self._runtime.state.session
        # Who has the floor hears everything but himself.
        speaks = session is not None and session.floor == point
        sample = sample_of(device, report, self._loop.time(), hears_other=speaks)
        if sample is not None:
            self._on_sample(sample)

    def _point(self, code: str) -> _Point:
        watched = self._points.get(code)
        if watched is None:
            # Callers have checked that the point is on the roster.
            now, status = self._listened(), self._runtime.state.status[code]
            watched = self._points[code] = _Point(
                PointPresence(code, PresenceLimits(), status.presence, now),
                PointReceivers(code, ReceptionLimits()),
                LinkHealth(LinkLimits(), status.link, status.link_why),
                Timer(partial(self._on_timer, code)),
            )
            watched.receivers.receive_room(self._room_word(code), now)
            self._arm(watched)
        return watched

    def _on_timer(self, code: str, now: float) -> None:
        watched, now = self._points[code], self._attention.read(now)
        watched.presence.handle_timer(now)
        watched.receivers.handle_timer(now)
        self._pump(code, watched)

    def _pump(self, code: str, watched: _Point) -> None:
        """Record what happened, then see that a timer stands no later than due."""
        facts: list[Fact] = [
            PresenceChanged(point=code, presence=event.presence, why=event.why)
            for event in watched.presence.events()
        ]
        facts += [
            ReceptionChanged(point=code, reception=event.reception, why=event.why)
            for event in watched.receivers.events()
        ]
        facts += [
            LinkChanged(point=code, link=event.link, why=event.why)
            for event in watched.health.events()
        ]
        if facts:
            self._record(facts)
        self._arm(watched)

    def _arm(self, watched: _Point) -> None:
        due = watched.next_timer()
        watched.timer.advance(None if due is None else self._attention.until(due))

    def _record(self, facts: Sequence[Fact]) -> None:
        session = self._runtime.state.session
        self._runtime.record(facts, actor="coordinator", session=session.id if session else None)

    def _hear(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            match row.fact:
                case PointWithdrawn(code=code):
                    self._forget(code)
                case RoomAnswered(point=point):
                    self._hear_room(point)
                case PhaseEntered():
                    # What was said of another session's programme says nothing of this one's.
                    for point in self._points:
                        self._hear_room(point)
                case _:
                    continue

    def _hear_room(self, point: str) -> None:
        """Tell a point's reception what people in the hall last said in this session."""
        watched = self._points.get(point)
        if watched is not None:
            watched.receivers.receive_room(self._room_word(point), self._listened())
            self._pump(point, watched)

    def _room_word(self, point: str) -> bool | None:
        state = self._runtime.state
        session = state.session
        word = state.rooms.get((session.id, point)) if session is not None else None
        return None if word is None else room_word(word.picture, word.sound)

    def _forget(self, code: str) -> None:
        watched = self._points.pop(code, None)
        if watched is not None:
            watched.timer.cancel()
