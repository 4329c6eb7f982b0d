"""The device's end of one connection to the coordinator. Pure: no I/O.

The shell tells what came (``receive_opened``, ``receive_message``, ``receive_closed``,
``receive_saved``, ``receive_facts``) with the present time, calls ``handle_timer`` when
``next_timer`` says so, and carries out ``events``. One object serves one connection; all times
are seconds of one monotonic clock.

    CONNECTING --opened: hello--> GREETING --welcome--> OPEN --closed--> CLOSED
    GREETING --10 s without welcome--> CLOSED
    OPEN --10 s without an ack, or what is not allowed--> CLOSED

``Broken`` says that the shell must close the transport; ``receive_closed`` follows as always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from .clock_offset import ClockOffset
from .connection import HELLO_S, Conversation, End, State
from .errors import ProtocolViolation
from .fact_window import ANSWER_S, FactsWanted, FactWindow
from .messages import (
    CLOSE_PROTOCOL,
    CLOSE_SLOW,
    ClockAnswer,
    ClockProbe,
    FactAcked,
    FactEnter,
    HallRecorded,
    Hello,
    Message,
    OrderAnswer,
    OrderGive,
    PointState,
    PreflightReport,
    ProgrammeSending,
    Refusal,
    RollState,
    SessionState,
    ToDevice,
    Welcome,
)

PROBE_S = 10.0

# The interval is the coordinator's wish; outside these it would be a flood, or silence.
MIN_REPORT_S = 0.2
MAX_REPORT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Put this on the line."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The coordinator welcomed us."""

    welcome: Welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanged:
    """The open session is now this one, or none."""

    session: SessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingTold:
    """The relay sends us this: no picture may be meant so."""

    sending: ProgrammeSending


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecorded:
    """A fact of ours is in the journal."""

    acked: FactAcked


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The coordinator wants something done; answer through ``send_answer``."""

    order: OrderGive


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The coordinator did not take something we said."""

    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class HallChanged:
    """Which roll call is open, what is recorded of the hall, or how the centre sees it."""

    message: RollState | HallRecorded | PointState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """Measure now and send a report with this number."""

    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeDue:
    """Send a clock probe now, through ``send_probe``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Close the transport with this code: the conversation cannot go on."""

    code: int
    reason: str


Event = (
    Send
    | Opened
    | SessionChanged
    | SendingTold
    | HallChanged
    | FactRecorded
    | Ordered
    | Refused
    | ReportDue
    | ProbeDue
    | Broken
)


class DeviceConnection:
    """The machine of one connection."""

    def __init__(self, hello: Hello, *, hello_s: float = HELLO_S, ack_s: float = ANSWER_S) -> None:
        self.hello = hello
        self.clock = ClockOffset()
        self._conversation = Conversation(End.DEVICE, hello_s)
        self._ack_s = ack_s
        self._last_seq = hello.last_seq
        self._window: FactWindow | None = None
        self._report_s = MAX_REPORT_S
        self._report_due = self._probe_due = 0.0
        self._reports = 0
        self._probe: tuple[float, float] | None = None
        self._events: list[Event] = []

    @property
    def state(self) -> State:
        """How far the connection has come."""
        return self._conversation.state

    def receive_opened(self, now: float) -> None:
        """The transport stands: greet."""
        self._conversation.receive_opened(now)
        self._events.append(Send(message=self.hello))

    def receive_message(self, message: ToDevice, now: float) -> None:
        """Take a message of the coordinator."""
        if self.state is State.CLOSED:
            return  # it was on its way when we gave up
        try:
            self._conversation.receive_message(message)
        except ProtocolViolation as error:
            self._break(CLOSE_PROTOCOL, str(error))
            return
        match message:
            case Welcome():
                self._receive_welcome(message, now)
            case SessionState():
                self._events.append(SessionChanged(session=message))
            case ProgrammeSending():
                self._events.append(SendingTold(sending=message))
            case RollState() | HallRecorded() | PointState():
                self._events.append(HallChanged(message=message))
            case FactAcked():
                self._receive_acked(message)
            case ClockAnswer():
                self._receive_answer(message, now)
            case OrderGive():
                self._events.append(Ordered(order=message))
            case Refusal():
                self._events.append(Refused(refusal=message))
            case _:  # pragma: no cover
                assert_never(message)

    def receive_closed(self) -> None:
        """The transport is gone. Calling it twice is safe."""
        self._conversation.receive_closed()

    def receive_saved(self, seq: int) -> None:
        """Note that the spool now reaches to ``seq``."""
        self._last_seq = max(self._last_seq, seq)
        if self._window is not None:
            self._window.receive_saved(seq)

    def facts_wanted(self, now: float) -> FactsWanted | None:
        """Return what to read from the spool now, or None for nothing."""
        if self._window is None or self.state is not State.OPEN:
            return None
        return self._window.wanted(now)

    def receive_facts(self, wanted: FactsWanted, facts: Sequence[FactEnter], now: float) -> None:
        """Send the facts that were read for ``wanted``, in the order of their numbers."""
        if self._window is None or self.state is not State.OPEN:
            return  # the connection broke while they were read
        self._window.receive_read(wanted, (fact.seq for fact in facts), now)
        self._events.extend(Send(message=fact) for fact in facts)

    def send_answer(self, answer: OrderAnswer) -> None:
        """Say what became of an order; lost with the connection, as the order is."""
        if self.state is State.OPEN:
            self._events.append(Send(message=answer))

    def send_preflight(self, report: PreflightReport) -> None:
        """Tell what a preflight found; lost with the connection, and told again on the next."""
        if self.state is State.OPEN:
            self._events.append(Send(message=report))

    def send_probe(self, wall_ms: float, now: float) -> None:
        """Send the probe that was due.

        Args:
            wall_ms: The device's wall clock, milliseconds since 1970; it tells probes
                apart and shows the coordinator how wrong it is.
            now: Seconds of the monotonic clock, from which the offset is measured.

        """
        self._probe = (wall_ms, now)
        self._events.append(Send(message=ClockProbe(sent_ms=wall_ms)))

    def next_timer(self, now: float) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        if self._window is None or self.state is not State.OPEN:
            return self._conversation.next_timer()
        due = min(self._report_due, self._probe_due)
        facts_due = self._window.next_timer(now)
        return due if facts_due is None else min(due, facts_due)

    def handle_timer(self, now: float) -> None:
        """Do what fell due by ``now``. Calling it early or twice is safe."""
        try:
            self._conversation.handle_timer(now)
        except ProtocolViolation as error:
            self._break(CLOSE_PROTOCOL, str(error))
        if self._window is None or self.state is not State.OPEN:
            return
        if self._window.overdue(now):
            self._break(CLOSE_SLOW, f"no ack within {self._ack_s:g} s")
            return
        if now >= self._report_due:
            self._reports += 1
            # What was missed is not made up for: only the newest measurement counts.
            self._report_due = max(self._report_due + self._report_s, now + self._report_s / 2)
            self._events.append(ReportDue(seq=self._reports))
        if now >= self._probe_due:
            self._probe_due = now + PROBE_S
            self._events.append(ProbeDue())

    def events(self) -> list[Event]:
        """Return what is to be done since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _receive_welcome(self, welcome: Welcome, now: float) -> None:
        if welcome.version not in self.hello.versions:
            self._break(CLOSE_PROTOCOL, f"version {welcome.version} was not offered")
            return
        self._window = FactWindow(
            have_through=welcome.have_through, last_seq=self._last_seq, answer_s=self._ack_s
        )
        self._report_s = min(max(welcome.report_interval_s, MIN_REPORT_S), MAX_REPORT_S)
        self._report_due = self._probe_due = now
        self._events.append(Opened(welcome=welcome))
        self._events.append(SessionChanged(session=welcome.session))

    def _receive_acked(self, acked: FactAcked) -> None:
        if self._window is not None and acked.spool == self.hello.spool:
            self._window.receive_acked(acked.seq)
            self._events.append(FactRecorded(acked=acked))

    def _receive_answer(self, answer: ClockAnswer, now: float) -> None:
        if self._probe is None or answer.sent_ms != self._probe[0]:
            return  # of another probe, or of none
        _wall_ms, sent_at = self._probe
        self._probe = None
        self.clock.receive_answer(
            sent_at * 1000, answer.received_ms, answer.answered_ms, now * 1000
        )

    def _break(self, code: int, reason: str) -> None:
        self._conversation.receive_closed()
        self._events.append(Broken(code=code, reason=reason))
