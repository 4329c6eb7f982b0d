"""A media plane without media, which keeps to the contract of every plane.

``tests/signaling/test_media_plane.py`` holds it to that beside the real relay, so what is
tested with it is true of the relay.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from signaling.media_errors import MediaError, MediaRefused, PlaneUnavailable
from signaling.media_plane import (
    POINT_PREFIX,
    PROGRAMME,
    RETURN,
    STUDIO,
    STUDIO_BACKUP,
    EndReason,
    Opened,
    PlaneEvent,
    PlaneUp,
    Rendition,
    Session,
    SessionEnded,
)
from signaling.negotiation import H264, offer
from signaling.relay.opening import read_publish_offer, read_view_offer
from signaling.sdp import Direction, Track, TransportDescription, parse_fragment

PEER = TransportDescription(ufrag="peer", password="p" * 22, fingerprints=(("sha-256", "AA"),))
PUBLISH = offer(PEER, Direction.SENDONLY, tracks={"audio": Track(ssrc=1), "video": Track(ssrc=2)})
WATCH = offer(PEER, Direction.RECVONLY)
"What a publisher and a viewer may offer."
OURS = TransportDescription(ufrag="fake", password="p" * 22, fingerprints=(("sha-256", "AA:BB"),))


@dataclass
class FakePlane:
    """A plane of one process, one codec and no packets."""

    publish_event: Callable[[PlaneEvent], None] = lambda event: None
    sessions: dict[str, Session] = field(default_factory=dict)
    "By secret."
    asked: list[tuple[str, ...]] = field(default_factory=list)
    "What came through, in words."
    error: MediaError | None = None
    "What every call fails with, while it is set."
    gone: bool = False

    def start(self) -> None:
        """Be reachable."""
        self.publish_event(PlaneUp(boot="fake", restarted=False))

    async def publish(self, source: str, offer: str, who: str, *, takeover: bool = False) -> Opened:
        """See ``MediaPlane``."""
        self._check("publish", source, who, str(takeover))
        if source not in (STUDIO, STUDIO_BACKUP) and not source.startswith(POINT_PREFIX):
            raise MediaRefused("unknown_source", source)
        read = read_publish_offer(offer, H264)
        before = [s for s in self.sessions.values() if s.role == "publisher" and s.name == source]
        if before and not takeover:
            raise MediaRefused("occupied", source)
        for session in before:
            self._end(session, EndReason.REPLACED)
        session = self._session("publisher", source, who, read.offer.transport.ufrag)
        return Opened(session=session, answer=read.answer(OURS))

    async def subscribe(
        self, output: str, offer: str, who: str, *, device: str = "", beside: bool = False
    ) -> Opened:
        """See ``MediaPlane``."""
        self._check("subscribe", output, who)
        self._output(output)
        read = read_view_offer(offer, H264, secrets.randbits)
        session = self._session("viewer", output, who, read.offer.transport.ufrag)
        return Opened(session=session, answer=read.answer(OURS))

    async def trickle(self, session: str, fragment: str) -> None:
        """See ``MediaPlane``."""
        self._check("trickle", session, fragment)
        parse_fragment(fragment)
        if self._named(session) is None:
            raise MediaRefused("unknown_session", session)

    async def end(self, session: str, reason: EndReason = EndReason.CLIENT) -> bool:
        """See ``MediaPlane``."""
        self._check("end", session)
        found = self._named(session)
        if found is not None:
            self._end(found, reason)
        return found is not None

    async def route(self, output: str, source: str | None) -> None:
        """See ``MediaPlane``."""
        self._check("route", output, str(source))
        self._output(output)

    async def floor(self, source: str | None) -> None:
        """See ``MediaPlane``."""
        self._check("floor", str(source))
        if source is not None and not source.startswith(POINT_PREFIX):
            raise MediaRefused("unknown_source", source)

    async def choose(self, chosen: Mapping[str, Rendition]) -> None:
        """See ``MediaPlane``."""
        self._check("choose", *(f"{who} {rendition}" for who, rendition in chosen.items()))

    async def drain(self) -> None:
        """See ``MediaPlane``."""
        self._check("drain")
        for session in list(self.sessions.values()):
            self._end(session, EndReason.DRAINED)
        self.gone = True

    def find(self, secret: str) -> Session | None:
        """See ``MediaPlane``."""
        return self.sessions.get(secret)

    def _check(self, *asked: str) -> None:
        if self.error is not None:
            raise self.error
        if self.gone:
            raise PlaneUnavailable("drained")
        self.asked.append(asked)

    def _output(self, name: str) -> None:
        if name not in (PROGRAMME, RETURN):
            raise MediaRefused("unknown_output", name)

    def _named(self, name: str) -> Session | None:
        return next((s for s in self.sessions.values() if s.session == name), None)

    def _session(self, role: str, name: str, who: str, ufrag: str) -> Session:
        session = Session(
            session=secrets.token_hex(8),
            secret=secrets.token_urlsafe(16),
            role="publisher" if role == "publisher" else "viewer",
            name=name,
            who=who,
            codec=H264,
            remote_ufrag=ufrag,
        )
        self.sessions[session.secret] = session
        return session

    def _end(self, session: Session, reason: EndReason) -> None:
        del self.sessions[session.secret]
        self.publish_event(
            SessionEnded(
                session=session.session,
                role=session.role,
                name=session.name,
                who=session.who,
                reason=reason,
            )
        )
