"""Runs the machines of all points on the event loop: presence, reception, link.

A report costs the same however many points there are: a machine's deadline moves away with
every report, so its timer is left where it is and re-armed only when it fires and finds
nothing due.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from config.thresholds import LinkLimits, PresenceLimits, ReceptionLimits
from signaling.messages import PointReport
from signaling.schema import Decoding, DeviceRole, Presence
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
from .link.link import Link, LinkMeter, Second
from .presence import PointPresence
from .reception.receiver import PointReceivers
from .reception.room import room_word
from .reception.sampling import PointDelay, sample_of
from .runtime import Runtime
from .state import Recorded

THIN_S = 4.0
"Between two looks at a point's reports while telemetry is shed; its reception is stale after 6."


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
        self.measured_at = float("-inf")
        "When a report was looked at last."
        self._measured: str | None = None

    def measure_of(self, device: str) -> None:
        """Take the line's figures of this device from now on: another's counters are others."""
        if device != self._measured:
            self._measured = device
            self.link, self.delay = LinkMeter(self.health.limits), PointDelay()
            self.health.receive_break()

    def next_timer(self) -> float | None:
        presence, reception = self.presence.next_timer(), self.receivers.next_timer()
        if presence is None or reception is None:
            return reception if presence is None else presence
        return presence if presence < reception else reception

    def facts(self) -> list[Fact]:
        """Return what happened since the last call."""
        code, facts = self.presence.point, list[Fact]()
        for moved in self.presence.events():
            facts.append(PresenceChanged(point=code, presence=moved.presence, why=moved.why))
        for became in self.receivers.events():
            facts.append(ReceptionChanged(point=code, reception=became.reception, why=became.why))
        for event in self.health.events():
            facts.append(LinkChanged(point=code, link=event.link, why=event.why))
        return facts


class PointWatch:
    """Feeds devices' words to the machines and records what changed a verdict.

    Args:
        runtime: Where verdicts become facts.
        on_telemetry: Called with a point that measured: what a screen shows of it may be new.
        on_sample: Called with what the judge is to look at.
        sound_only: Tells whether the relay sends a device sound only, by choice.
        thin: Tells whether there is too much to do to look at every report.

    """

    def __init__(
        self,
        runtime: Runtime,
        on_telemetry: Callable[[str], None],
        on_sample: Callable[[Sample], None] = lambda sample: None,
        *,
        sound_only: Callable[[str], bool] = lambda device: False,
        thin: Callable[[], bool] = lambda: False,
    ) -> None:
        self._runtime = runtime
        self._sound_only = sound_only
        self._thin = thin
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

    def receive_sign(self, point: str, device: str) -> bool:
        """Take a report as a sign of life alone, unread, if that is all it would be taken for."""
        watched, now = self._points.get(point), self._listened()
        if watched is None or watched.presence.presence is not Presence.ONLINE:
            return False
        if not self._is_spared(watched, device, now):
            return False
        self.reports += 1
        # Who is there stays there: nothing happens, and what is due is due later.
        watched.presence.receive_word(device, now)
        return True

    def receive_report(self, point: str, device: str, report: PointReport) -> None:
        """A device reported what it measures; its media counts as the point's reception."""
        self.reports += 1
        watched, now = self._point(point), self._listened()
        watched.presence.receive_word(device, now)
        if report.media is not None and not self._is_spared(watched, device, now):
            self._receive_media(watched, device, report, report.media)
        self._pump(point, watched)

    def _receive_media(
        self, watched: _Point, device: str, report: PointReport, media: MediaStats
    ) -> None:
        """Judge every device of the hall; take the line's figures of its receiver."""
        at, point, session = self._loop.time(), watched.presence.point, self._runtime.state.session
        # Who has the floor hears everything but himself.
        speaks = session is not None and session.floor == point
        sample = sample_of(device, report, at, hears_other=speaks)
        if sample is not None:
            self._on_sample(sample)
        known, sound_only = self._runtime.state.devices.get(device), self._sound_only(device)
        now = self._attention.read(at)
        role = DeviceRole.AGENT if known is None else known.role
        if watched.receivers.receive_stats(device, role, media, now, sound_only=sound_only):
            watched.measure_of(device)
            watched.measured_at = now
            second = watched.link.receive_stats(media, at)
            self._measure(watched, second, sound_only=sound_only, speaks=speaks)
            watched.decoding = media.decoding
            self._on_telemetry(point)

    @staticmethod
    def _measure(watched: _Point, second: Second | None, *, sound_only: bool, speaks: bool) -> None:
        if second is None:
            watched.health.receive_break()
            return
        if sound_only:
            # The relay sends no picture, by choice: that it stands is no fault of the line.
            second = msgspec.structs.replace(second, frozen_ratio=None)
        watched.history.push(second)
        watched.health.receive_second(second, speaks=speaks)

    def receive_verdict(self, verdict: Verdict) -> None:
        """The judge looked at a report."""
        device = self._runtime.state.devices.get(verdict.device)
        watched = self._points.get(device.point) if device is not None else None
        if device is None or watched is None:
            return
        if watched.receivers.receive_verdict(verdict.device, verdict, self._listened()):
            watched.delay.receive(verdict)
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
        link = msgspec.structs.replace(
            watched.link.link, delay_ms=delay.delay_ms, skew_ms=delay.skew_ms
        )
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

    def _is_spared(self, watched: _Point, device: str, now: float) -> bool:
        """Tell whether the receiver's report is only a sign of life: there is too much to do."""
        return (
            self._thin()
            and device == watched.receivers.device
            and now < watched.measured_at + THIN_S
        )

    def _look(self) -> None:
        """Look at the clock although nobody speaks, so that a gap is known as one."""
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        self._listened()

    def _listened(self) -> float:
        """Return the time by which halls are judged: it stands while we could not hear them."""
        return self._attention.read(self._loop.time())

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
        facts = watched.facts()
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
