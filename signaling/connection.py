"""The order of a device's conversation, as both ends keep it. Pure: no I/O.

    CONNECTING --opened--> GREETING --hello / welcome--> OPEN --goodbye--> CLOSED
    any --closed--> CLOSED

The device speaks first (``hello``), the coordinator answers (``welcome``), and only then may
anything else be said. ``STEPS`` is the whole rule: what is not in it is not allowed. The
coordinator's shell uses ``Conversation`` as it is; the device's is inside ``device_connection``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import ProtocolViolation
from .messages import (
    CLOSE_CREDENTIAL,
    CLOSE_REPLACED,
    CLOSE_REVOKED,
    PROTOCOL_VERSIONS,
    ClockAnswer,
    ClockProbe,
    FactAcked,
    FactEnter,
    FromDevice,
    Goodbye,
    HallRecorded,
    Hello,
    Message,
    OrderAnswer,
    OrderGive,
    PointReport,
    PointState,
    PreflightReport,
    ProgrammeSending,
    Refusal,
    RollState,
    SessionState,
    ToDevice,
    Welcome,
)

HELLO_S = 10.0
"How long either end waits for the other's greeting, seconds."

REPLACED_WAIT_S = 30.0
"How long a device stays away after a newer connection of its own took its place."


class State(StrEnum):
    """How far a connection has come."""

    CONNECTING = "connecting"
    GREETING = "greeting"
    OPEN = "open"
    CLOSED = "closed"


class End(StrEnum):
    """Which end of the connection we are."""

    DEVICE = "device"
    COORDINATOR = "coordinator"


# What each end may be told, and where that leads.
STEPS: Mapping[tuple[End, State], Mapping[type[Message], State]] = {
    (End.DEVICE, State.GREETING): {Welcome: State.OPEN, Refusal: State.GREETING},
    (End.DEVICE, State.OPEN): {
        SessionState: State.OPEN,
        ProgrammeSending: State.OPEN,
        PointState: State.OPEN,
        RollState: State.OPEN,
        HallRecorded: State.OPEN,
        FactAcked: State.OPEN,
        ClockAnswer: State.OPEN,
        OrderGive: State.OPEN,
        Refusal: State.OPEN,
    },
    (End.COORDINATOR, State.GREETING): {Hello: State.OPEN, Goodbye: State.CLOSED},
    (End.COORDINATOR, State.OPEN): {
        FactEnter: State.OPEN,
        PointReport: State.OPEN,
        PreflightReport: State.OPEN,
        ClockProbe: State.OPEN,
        OrderAnswer: State.OPEN,
        Goodbye: State.CLOSED,
    },
}


class Conversation:
    """Where one connection stands, seen from one end."""

    def __init__(self, end: End, hello_s: float = HELLO_S) -> None:
        self.end = end
        self.state = State.CONNECTING
        self._hello_s = hello_s
        self._due: float | None = None

    def receive_opened(self, now: float) -> None:
        """Note that the transport stands; the greeting is due from here."""
        if self.state is not State.CONNECTING:
            raise ProtocolViolation(f"opened while {self.state}")
        self.state = State.GREETING
        self._due = now + self._hello_s

    def receive_message(self, message: FromDevice | ToDevice) -> None:
        """Take the next step.

        Raises:
            ProtocolViolation: If the other end may not say this now. The state stays.

        """
        step = STEPS.get((self.end, self.state), {}).get(type(message))
        if step is None:
            kind = type(message).__struct_config__.tag
            raise ProtocolViolation(f"{kind} is not allowed while {self.state}")
        self.state = step
        if step is not State.GREETING:
            self._due = None

    def receive_closed(self) -> None:
        """Note that the transport is gone, or is given up. Calling it twice is safe."""
        self.state = State.CLOSED
        self._due = None

    def next_timer(self) -> float | None:
        """Return when the greeting is overdue, or None when none is awaited."""
        return self._due

    def handle_timer(self, now: float) -> None:
        """Check what is due by ``now``. Calling it early or twice is safe.

        Raises:
            ProtocolViolation: If the greeting did not come in time.

        """
        if self._due is not None and now >= self._due:
            self._due = None
            raise ProtocolViolation(f"no greeting within {self._hello_s:g} s")


def choose_version(offered: Sequence[int], spoken: Sequence[int] = PROTOCOL_VERSIONS) -> int | None:
    """Return the first offered version we speak, or None when there is none."""
    return next((version for version in offered if version in spoken), None)


class Return(StrEnum):
    """Whether a device comes back after its connection ended."""

    AGAIN = "again"
    "After the next wait of its back-off."
    LATER = "later"
    "Not before ``REPLACED_WAIT_S``."
    NEVER = "never"
    "Its credential is worth nothing any more: it has to be enrolled again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a device does after a connection ended."""

    back: Return
    reason: str
    "Stable, for programs: credential, revoked, replaced, lost."
    at_least_s: float = 0.0


LOST = Advice(back=Return.AGAIN, reason="lost")
_AFTER_CLOSE = {
    CLOSE_CREDENTIAL: Advice(back=Return.NEVER, reason="credential"),
    CLOSE_REVOKED: Advice(back=Return.NEVER, reason="revoked"),
    CLOSE_REPLACED: Advice(back=Return.LATER, reason="replaced", at_least_s=REPLACED_WAIT_S),
}
_AFTER_STATUS = {
    401: Advice(back=Return.NEVER, reason="credential"),
    403: Advice(back=Return.NEVER, reason="revoked"),
}


def after_close(code: int | None) -> Advice:
    """Return what to do after a close with this code, None for a line that just broke."""
    return LOST if code is None else _AFTER_CLOSE.get(code, LOST)


def after_status(status: int) -> Advice:
    """Return what to do after this HTTP status in answer to the upgrade."""
    return _AFTER_STATUS.get(status, LOST)
