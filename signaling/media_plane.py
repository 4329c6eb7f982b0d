"""The seam to whatever carries media: the relay of ours, Janus, any WHIP/WHEP server.

Pure: types only. A plane has **sources** (who publishes: ``studio``, ``studio-backup``,
``point/<code>``), **outputs** (what is watched: ``programme``, ``return``), a **route** from
one source to each output, the **floor** of the point that speaks, and **sessions**, one per
publisher or viewer. The coordinator terminates HTTP and passes SDP on; it holds no media and
may be restarted under a session.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from .schema import Count, Ratio, Seconds, Wire

STUDIO, STUDIO_BACKUP, PROGRAMME, RETURN = "studio", "studio-backup", "programme", "return"
STUDIO_LOW = "studio-low"
"The studio's picture once more, in fewer bits: a rendition, not a source of its own."
RENDITION_OF = {STUDIO_LOW: STUDIO}
POINT_PREFIX = "point/"


class EndReason(StrEnum):
    """Why a session ended; stable, for programs."""

    CLIENT = "client"
    "DELETE, or the peer's own goodbye."
    FAILED = "failed"
    "No path was found, or the handshake failed."
    SILENCE = "silence"
    "The peer vanished."
    REPLACED = "replaced"
    "Another publisher took its place."
    CODEC_CHANGED = "codec_changed"
    "The session speaks another video codec now: post a new offer."
    OPERATOR = "operator"
    DRAINED = "drained"
    "The plane is being replaced: post a new offer."
    UNSEEN = "unseen"
    "It ended while nobody was connected to the plane."
    RESTARTED = "restarted"
    "The plane died and came back without its sessions."


class Rendition(StrEnum):
    """What a viewer is sent, worst first."""

    SOUND = "sound"
    LOW = "low"
    HIGH = "high"


class Why(StrEnum):
    """Why a viewer is sent no better rendition; stable, for programs."""

    NOTHING = "nothing"
    "It has the best there is."
    BUDGET = "budget"
    "Of the server's line."
    LOSS = "loss"
    DELAY = "delay"
    "Its own line queues."
    ESTIMATE = "estimate"
    "It says itself what its line bears (REMB)."
    STALLS = "stalls"
    "It asked for key frames again and again."
    OFFER = "offer"
    "It did not ask for a picture."
    CHOICE = "choice"
    "The centre wants it so."


class Session(Wire, frozen=True, kw_only=True):
    """One publisher or viewer."""

    session: str
    "Names it among programs; may be shown."
    secret: str
    "128 random bits, for its URL. Never shown, never logged."
    role: Literal["publisher", "viewer"]
    name: str
    "Of the source or output."
    who: str
    "As given when it was opened: a point, a user."
    device: str = ""
    "Which device of the point, as given when it was opened."
    codec: str
    "Of the picture: ``H264`` or ``VP8``."
    remote_ufrag: str
    "Of the peer's ICE; a trickle fragment must be of the same."
    connected: bool = False


class Opened(Wire, frozen=True, kw_only=True):
    """A session that was just opened, and the answer to its offer."""

    session: Session
    answer: str


class StreamSample(Wire, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One kind of packets of a session, cumulative, named as in W3C webrtc-stats."""

    kind: Literal["audio", "video"]
    packets_sent: Count = 0
    bytes_sent: Count = 0
    "Payload."
    retransmitted_packets_sent: Count = 0
    packets_received: Count = 0
    bytes_received: Count = 0
    packets_lost: int = 0
    "Of ours at the viewer, of the publisher's here."
    fraction_lost: Ratio = 0.0
    "Viewers: in its last report."
    round_trip_time: Seconds | None = None
    jitter: Seconds = 0.0
    nack_count: Count = 0
    pli_count: Count = 0
    key_frames: Count = 0
    "Publishers: seen so far."


class SessionSample(Wire, frozen=True, kw_only=True):
    """One session at one moment."""

    session: str
    role: Literal["publisher", "viewer"]
    name: str
    who: str
    device: str = ""
    connected: bool
    last_packet_age_s: Seconds | None = None
    "Since the peer sent anything authentic."
    estimate_bps: Count | None = None
    "Viewers that say so (REMB)."
    packets_unsent: Count = 0
    "Not taken by this machine's network."
    rendition: Rendition | None = None
    "Viewers: what is sent now."
    why: Why = Why.NOTHING
    "Why it is not better."
    sound_copies: Count = 0
    "How often each sound is sent besides the first time."
    streams: tuple[StreamSample, ...] = ()


class OutputState(Wire, frozen=True, kw_only=True):
    """What an output shows."""

    output: str
    route: str | None
    "The source that is wanted; None for the slate."
    floor: str | None = None
    "The hall that was given the floor."
    video: str
    "The source that is seen: a wanted one, its stand-in, or ``slate``."
    audio: str
    "The source that is heard through one loudspeaker."
    viewers: Count = 0
    low: bool = False
    "The picture on air can be had in fewer bits."
    queue_delay_s: Seconds = 0.0
    "The longest that a picture waited for the line in the last second."
    packets_dropped: Count = 0
    "For want of room in time, all viewers together."


class PlaneSample(Wire, frozen=True, kw_only=True, tag_field="type", tag="plane.sample"):
    """Everything measured, once a second."""

    cpu_s: Seconds
    "Of the plane's process since it began, user and system."
    uptime_s: Seconds
    packets_forwarded: Count
    viewers: Count
    codec: str
    uplink_bps: Count | None = None
    "Of the line as it was set; None: no limit was."
    budget_bps: Count | None = None
    "Of it, what may be used."
    used_bps: Count = 0
    "In the last second, IP and UDP headers, repairs and reports included."
    retransmissions: Count = 0
    "Packets sent once more, cumulative."
    retransmissions_refused: Count = 0
    "For want of room in the repairs' share."
    key_requests: Count = 0
    "PLI and FIR of all viewers, cumulative."
    cpu_ratio: Ratio | None = None
    "Of one core, in the last second; None before."
    outputs: tuple[OutputState, ...] = ()
    sessions: tuple[SessionSample, ...] = ()


class SessionEnded(Wire, frozen=True, kw_only=True, tag_field="type", tag="session.ended"):
    """A session is over; its URL answers 404 from now on."""

    session: str
    role: Literal["publisher", "viewer"]
    name: str
    who: str
    reason: EndReason


class SessionConnected(Wire, frozen=True, kw_only=True, tag_field="type", tag="session.connected"):
    """ICE and DTLS are up: packets flow."""

    session: str


class SourceChanged(Wire, frozen=True, kw_only=True, tag_field="type", tag="source.changed"):
    """A source sends media, or stopped doing so (also while its session lives on)."""

    source: str
    up: bool


class OutputChanged(Wire, frozen=True, kw_only=True, tag_field="type", tag="output.changed"):
    """A cut: an output shows another source."""

    output: str
    kind: Literal["audio", "video"]
    source: str


class ViewerChanged(Wire, frozen=True, kw_only=True, tag_field="type", tag="viewer.changed"):
    """A viewer is sent another rendition from now on."""

    session: str
    who: str
    device: str = ""
    rendition: Rendition
    why: Why


class CodecChanged(Wire, frozen=True, kw_only=True, tag_field="type", tag="codec.changed"):
    """Everybody must speak another video codec now."""

    codec: str


class PlaneUp(Wire, frozen=True, kw_only=True, tag_field="type", tag="plane.up"):
    """The plane can be reached. Sessions of another ``boot`` are gone."""

    boot: str
    restarted: bool
    "It is another boot than the one seen before."


class PlaneLost(Wire, frozen=True, kw_only=True, tag_field="type", tag="plane.lost"):
    """The plane cannot be reached. Its media may well go on."""


PlaneEvent = (
    PlaneSample
    | SessionEnded
    | SessionConnected
    | SourceChanged
    | OutputChanged
    | CodecChanged
    | ViewerChanged
    | PlaneUp
    | PlaneLost
)


class MediaPlane(Protocol):
    """What the coordinator needs of a plane.

    Every method but ``find`` may raise ``PlaneUnavailable``; events go to the callback
    that the implementation was made with.
    """

    async def publish(self, source: str, offer: str, who: str, *, takeover: bool = False) -> Opened:
        """Open a publisher's session.

        Raises:
            BadSdp: If the offer cannot be taken.
            MediaRefused: ``occupied`` while another publishes and ``takeover`` is False.

        """
        ...

    async def subscribe(
        self, output: str, offer: str, who: str, *, device: str = "", beside: bool = False
    ) -> Opened:
        """Open a viewer's session.

        Args:
            output: What is watched.
            offer: SDP.
            who: For people and logs.
            device: Whose it is, if a device's.
            beside: It runs on the plane's own machine, as the judge does: it takes no part in
                the division of the line, and always gets the best picture.

        Raises:
            BadSdp: If the offer cannot be taken, or lacks the session's codec.
            MediaRefused: ``unknown_output``, ``draining``; ``no_headroom`` when the line or
                the machine bears no further viewer.

        """
        ...

    async def trickle(self, session: str, fragment: str) -> None:
        """Add the candidates of a fragment.

        Raises:
            BadSdp: If it cannot be read.
            MediaRefused: ``unknown_session``.

        """
        ...

    async def end(self, session: str, reason: EndReason = EndReason.CLIENT) -> bool:
        """End a session; False when there is none."""
        ...

    async def route(self, output: str, source: str | None) -> None:
        """Want a source on an output, seen from its next key frame on; None for the slate.

        A source that stalls is stood in for by itself: ``studio`` by ``studio-backup`` and
        the other way round, a point by the studio, all by the slate. ``return`` follows
        ``programme``.

        Raises:
            MediaRefused: ``unknown_output``.

        """
        ...

    async def floor(self, source: str | None) -> None:
        """Give the floor to a point, or to none: it is seen and heard, but not by itself.

        On ``programme`` while that has a route, on ``return`` always. The studio is heard
        beside it: at once by viewers with two audio sections, by the others when it speaks.

        Raises:
            MediaRefused: ``unknown_source``.

        """
        ...

    async def choose(self, chosen: Mapping[str, Rendition]) -> None:
        """Want a rendition for the devices of some points, and for no others any more.

        ``high`` is given even where the point's line seems not to bear it, and before others
        get it; anything less is the most that is given, where there is such a picture. The
        line's budget has the last word. It holds for viewers that come later, too.

        Args:
            chosen: By ``who`` as given when a device's session was opened.

        """
        ...

    async def drain(self) -> None:
        """End all sessions and stop the plane."""
        ...

    def find(self, secret: str) -> Session | None:
        """Return the session of a URL, as far as this side knows."""
        ...


class PlaneCaps(msgspec.Struct, frozen=True, kw_only=True):
    """What a plane can do beyond the protocol; callers ask before they offer it to people."""

    clean_switch: bool = True
    "``route`` cuts on a key frame without a new session."
    takeover: bool = True
    restarts_ice: bool = False
    soft_limit: int = 300
    "Viewers beyond which another node should be asked."
