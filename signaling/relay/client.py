"""The coordinator's end of the control socket: ``MediaPlane`` on the embedded relay.

Shell. ``run`` keeps a connection: it reconnects with growing, jittered pauses for ever, and
after each connect learns what it missed. A relay with another boot has lost its sessions;
they are reported as ended before ``PlaneUp`` says so.
"""

import asyncio
import itertools
import logging
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from signaling.errors import BadMessage
from signaling.media_errors import BadSdp, MediaRefused, PlaneUnavailable
from signaling.media_plane import (
    EndReason,
    Opened,
    PlaneCaps,
    PlaneEvent,
    PlaneLost,
    PlaneSample,
    PlaneUp,
    Rendition,
    Session,
    SessionEnded,
)

from . import control

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 5.0
HELLO_TIMEOUT_S = 3.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0


class RelayPlane:
    """The embedded relay, as a plane.

    Args:
        path: Of the control socket.
        publish_event: Called with each event, in order, on the loop. Must not block or raise.

    """

    caps = PlaneCaps()

    def __init__(self, path: Path, publish_event: Callable[[PlaneEvent], None]) -> None:
        self._path = path
        self._publish_event = publish_event
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[control.Done]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._sessions: dict[str, Session] = {}
        self._by_secret: dict[str, Session] = {}
        self._boot: str | None = None
        self._up = asyncio.Event()
        self.hello: control.Hello | None = None
        "What the relay said when it was last connected."
        self.sample: PlaneSample | None = None
        "The last one; None before the first and while the relay is away."

    async def run(self) -> None:
        """Keep connected until cancelled."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._converse()
            except (OSError, BadMessage, TimeoutError, EOFError, ValueError) as error:
                logger.info("relay %s: %r", self._path, error)
            if self.hello is not None:
                pause_s = FIRST_PAUSE_S
            self._forget_connection()
            await asyncio.sleep(random.uniform(0, pause_s))
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def wait_up(self) -> None:
        """Return once the relay is connected."""
        await self._up.wait()

    # --- MediaPlane -------------------------------------------------------------------

    async def publish(self, source: str, offer: str, who: str, *, takeover: bool = False) -> Opened:
        """See ``MediaPlane``."""
        command = control.Publish(
            id=next(self._ids), source=source, offer=offer, who=who, takeover=takeover
        )
        return self._remember(await self._ask(command))

    async def subscribe(
        self, output: str, offer: str, who: str, *, device: str = "", beside: bool = False
    ) -> Opened:
        """See ``MediaPlane``."""
        command = control.Subscribe(
            id=next(self._ids),
            output=output,
            offer=offer,
            who=who,
            device=device,
            beside=beside,
        )
        return self._remember(await self._ask(command))

    async def trickle(self, session: str, fragment: str) -> None:
        """See ``MediaPlane``."""
        command = control.Trickle(id=next(self._ids), session=session, fragment=fragment)
        await self._ask(command)

    async def end(self, session: str, reason: EndReason = EndReason.CLIENT) -> bool:
        """See ``MediaPlane``."""
        command = control.End(id=next(self._ids), session=session, reason=reason)
        return (await self._ask(command)).found

    async def route(self, output: str, source: str | None) -> None:
        """See ``MediaPlane``."""
        await self._ask(control.Route(id=next(self._ids), output=output, source=source))

    async def floor(self, source: str | None) -> None:
        """See ``MediaPlane``."""
        await self._ask(control.Floor(id=next(self._ids), source=source))

    async def choose(self, chosen: Mapping[str, Rendition]) -> None:
        """See ``MediaPlane``."""
        await self._ask(control.Choose(id=next(self._ids), chosen=dict(chosen)))

    async def drain(self) -> None:
        """See ``MediaPlane``."""
        await self._ask(control.Drain(id=next(self._ids)))

    def find(self, secret: str) -> Session | None:
        """See ``MediaPlane``."""
        return self._by_secret.get(secret)

    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions this side knows of."""
        return tuple(self._sessions.values())

    # --- the conversation -------------------------------------------------------------

    async def _converse(self) -> None:
        """Connect, catch up, and read until the relay hangs up."""
        reader, writer = await asyncio.open_unix_connection(
            self._path, limit=control.MAX_PUSH_BYTES
        )
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = control.decode_from_relay(await reader.readline())
                if not isinstance(hello, control.Hello) or hello.version != control.VERSION:
                    raise BadMessage(f"not a relay of version {control.VERSION}")
                listed = await self._list(reader, writer)
            self._catch_up(hello, listed)
            self._writer = writer
            self._up.set()
            while line := await reader.readline():
                self._receive(control.decode_from_relay(line))
        finally:
            writer.close()

    async def _list(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[Session, ...]:
        writer.write(control.encode(control.List(id=0)))
        while line := await reader.readline():
            answer = control.decode_from_relay(line)
            if isinstance(answer, control.Done) and answer.id == 0:
                return answer.sessions
        raise EOFError("the relay hung up")

    def _catch_up(self, hello: control.Hello, listed: tuple[Session, ...]) -> None:
        restarted = self._boot is not None and self._boot != hello.boot
        there = {session.session for session in listed}
        reason = EndReason.RESTARTED if restarted else EndReason.UNSEEN
        for session in [s for s in self._sessions.values() if s.session not in there]:
            self._drop(session.session)
            self._publish_event(
                SessionEnded(
                    session=session.session,
                    role=session.role,
                    name=session.name,
                    who=session.who,
                    reason=reason,
                )
            )
        for session in listed:
            self._keep(session)
        self._boot, self.hello = hello.boot, hello
        self._publish_event(PlaneUp(boot=hello.boot, restarted=restarted))

    def _receive(self, line: control.FromRelay) -> None:
        match line:
            case control.Done():
                waiting = self._waiting.pop(line.id, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(line)
            case control.Refused():
                waiting = self._waiting.pop(line.id, None)
                if waiting is not None and not waiting.done():
                    refused = BadSdp(line.text) if line.code == BadSdp.code else None
                    waiting.set_exception(refused or MediaRefused(line.code, line.text))
            case control.Hello():
                pass
            case _:
                self._receive_event(line)

    def _receive_event(self, event: control.Push) -> None:
        if isinstance(event, SessionEnded):
            self._drop(event.session)
        elif isinstance(event, PlaneSample):
            self.sample = event
        self._publish_event(event)

    async def _ask(self, command: control.AnyCommand) -> control.Done:
        if self._writer is None:
            raise PlaneUnavailable("the relay is not connected")
        future = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = future
        self._writer.write(control.encode(command))
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                answer: control.Done = await future
                return answer
        except TimeoutError as error:
            raise PlaneUnavailable("the relay did not answer in time") from error
        finally:
            self._waiting.pop(command.id, None)

    def _remember(self, done: control.Done) -> Opened:
        if done.opened is None:
            raise PlaneUnavailable("the relay answered without a session")
        self._keep(done.opened.session)
        return done.opened

    def _keep(self, session: Session) -> None:
        self._sessions[session.session] = session
        self._by_secret[session.secret] = session

    def _drop(self, name: str) -> None:
        session = self._sessions.pop(name, None)
        if session is not None:
            self._by_secret.pop(session.secret, None)

    def _forget_connection(self) -> None:
        was_up = self._up.is_set()
        self._up.clear()
        self._writer = self.hello = self.sample = None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PlaneUnavailable("the relay hung up"))
        self._waiting.clear()
        if was_up:
            self._publish_event(PlaneLost())
