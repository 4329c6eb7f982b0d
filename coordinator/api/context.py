"""What the handlers need beside the runtime. Put together by the composition root."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from config.thresholds import GoLimits
from config.words import Words
from signaling.messages import ProgrammeSending
from signaling.watch import PointView

from ..account.password import PasswordDesk
from ..backup_desk import BackupDesk
from ..calendar import Expectation
from ..fact_base import Ref
from ..picture import Telemetry, point_view
from ..point_watch import PointWatch
from ..preflight.board import Machine, board
from ..preflight.readiness import Condition, MediaState
from ..runtime import Runtime
from ..shedding import Shed
from ..throttle import Throttle


def _nothing_known(_point: str) -> None:
    """Nobody knows what is sent."""


LOCALE = Path(__file__).parent.parent / "locale"
"What the coordinator's files and terminal say."


@dataclass(kw_only=True)
class Context:
    """The running coordinator as its HTTP side sees it."""

    runtime: Runtime
    watch: PointWatch
    media: Callable[[], MediaState]
    backup: BackupDesk
    words: Words
    "The sentences of the screens, in their first language."
    go_limits: GoLimits = field(default_factory=GoLimits)
    rolls: int = 2
    "How many roll calls are usual."
    lines: tuple[float, ...] = (1.0, 0.9)
    "Shares of the expected that are asked for, the highest first."
    expected: Expectation = field(default_factory=lambda: Expectation(rule="", time="07:30"))
    "When sessions are expected that nobody has planned yet."
    machine: Callable[[], Machine] = Machine
    "Measures the machine we run on."
    testing: Callable[[], frozenset[str]] = frozenset
    "Devices that test their bandwidth now."
    sheds: Callable[[Shed], bool] = lambda what: False
    "Whether something is given up because there is too much to do."
    sending: Callable[[str], ProgrammeSending | None] = _nothing_known
    "What the relay sends to a point's receiver."
    search: Callable[[str], list[Ref]] = field(default=lambda _text: [])
    "Finds members by a part of the name, or by number."
    names_allowed: bool = False
    "Whether the deployment keeps members' names."
    tries: Throttle = field(default_factory=Throttle)
    "Wrong codes and tokens, by address."
    joins: Throttle = field(default_factory=lambda: Throttle(tries=300, window_s=600.0))
    """Devices let in with a code that many know, by address: a whole town behind one router may
    join on the morning, but no address fills the journal."""
    connected: Callable[[str], Collection[str]] = lambda point: ()
    "Devices of a point that are connected now."
    account_tries: Throttle = field(default_factory=lambda: Throttle(tries=6, window_s=300.0))
    "Wrong passwords, by account and address."
    passwords: PasswordDesk = field(default_factory=PasswordDesk)
    secure: bool = False
    "The outside speaks HTTPS to us."
    hotline: str = ""
    "Telephone of the technicians."
    public_url: str = ""
    "How halls reach us; empty: as the request did."

    def board(self) -> tuple[Condition, ...]:
        """Return the conditions of the start as they are now."""
        return board(self.runtime.state, self.media(), self.go_limits, self.machine())

    def point_view(self, code: str, *, with_contact: bool = False) -> PointView:
        """Return a point as it is now; its contact only for those who may read names."""
        link, decoding = self.watch.telemetry(code)
        state = self.runtime.state
        telemetry = Telemetry(link=link, decoding=decoding, sending=self.sending(code))
        contact = self.runtime.person(state.points[code].contact) if with_contact else None
        return point_view(state, code, telemetry, contact)

    def name_of(self, actor: str | None) -> str | None:
        """Return how people call an actor, None for nobody and for programs."""
        kind, _, id_ = (actor or "").partition(":")
        state = self.runtime.state
        if kind == "user" and id_ in state.accounts.users:
            user = state.accounts.users[id_]
            person = self.runtime.person(user.person)
            return person.name if person else user.login
        token = state.tokens.get(id_) if kind == "token" else None
        return None if token is None else token.name


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)
