"""The coordinator's hold on the media plane: keeps it running, tells it what is seen and who
speaks, looks at it.

Media goes on without us; what is set here survives our death in the plane, and is set again
when the plane comes back without its memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from signaling.media_errors import MediaRefused, PlaneUnavailable
from signaling.media_plane import (
    PROGRAMME,
    STUDIO,
    STUDIO_BACKUP,
    MediaPlane,
    OutputState,
    PlaneEvent,
    PlaneLost,
    PlaneSample,
    PlaneUp,
    Rendition,
    SourceChanged,
    ViewerChanged,
)
from signaling.messages import ProgrammeSending
from signaling.schema import RenditionChoice, Sending

from ..alarm.fact import RenditionChosen
from ..fact import BroadcastSet, FloorGiven, PhaseEntered, PointWithdrawn, SourceChosen
from ..floor import wish_of
from ..judge.line import Watching
from ..judge.settings import WHO as JUDGE
from ..order.rendition import chosen, rendition_of
from ..preflight.readiness import MediaState
from ..preflight.studio import StudioMeter
from ..runtime import Runtime
from ..state import Recorded
from .sending import Sendings

log = structlog.get_logger(__name__)

STEERING = (
    BroadcastSet,
    FloorGiven,
    PhaseEntered,
    PointWithdrawn,
    RenditionChosen,
    SourceChosen,
)
"Facts after which the plane may have to do something else."
RETRY_S = 0.5
FRESH_S = 1.5
"A publisher, or a sound, whose last packet is older than this is not up, seconds."


class MediaDesk:
    """Listens to the plane and to the journal, and keeps the two in step.

    Args:
        runtime: Whose broadcast decides what the halls get.
        ensure: Starts the plane when it is not there; None when a service manager does.

    """

    def __init__(self, runtime: Runtime, ensure: Callable[[], Awaitable[int]] | None) -> None:
        self._runtime = runtime
        self._ensure = ensure
        self._wake = asyncio.Event()
        self._up = False
        self._sending: set[str] = set()
        self._sample: PlaneSample | None = None
        self._sendings = Sendings()
        self._listeners: list[Callable[[str, ProgrammeSending], object]] = []
        self._lookers: list[Callable[[], None]] = []
        self._studio = StudioMeter()
        self._loop = asyncio.get_running_loop()
        self._chosen: Mapping[str, Rendition] | None = None
        "What the plane was last told to give to whom; None while it is away."
        runtime.listen(self._hear)

    def state(self) -> MediaState:
        """Return what the plane says of itself."""
        sample = self._sample
        programme = _output(sample)
        return MediaState(
            relay=self._up,
            studio=self._up and not self._sending.isdisjoint((STUDIO, STUDIO_BACKUP)),
            studio_picture=self._up and self._studio.picture,
            studio_sound=self._studio.sound(self._loop.time()) if self._up else None,
            backup=self._up and STUDIO_BACKUP in self._sending,
            programme=programme.video if programme else "slate",
            sound=programme.audio if programme else "slate",
            viewers=max(0, programme.viewers - self._judges()) if programme else 0,
            egress_kbps=_kbps(sample.used_bps) if sample else 0,
            uplink_kbps=_kbps(sample.uplink_bps) if sample and sample.uplink_bps else None,
            budget_kbps=_kbps(sample.budget_bps) if sample and sample.budget_bps else None,
            sources=tuple(sorted(self._sending)) if self._up else (),
            packets_forwarded=sample.packets_forwarded if sample else 0,
            cpu_seconds=sample.cpu_s if sample else None,
            retransmissions=sample.retransmissions if sample else 0,
            key_requests=sample.key_requests if sample else 0,
            packets_dropped=programme.packets_dropped if programme else 0,
            queue_delay_seconds=programme.queue_delay_s if programme else 0.0,
            renditions=tuple(self._sendings.viewers.items()),
        )

    def sending(self, device: str) -> ProgrammeSending | None:
        """Return what the relay sends to a device; None when nothing, or nobody knows."""
        return self._sendings.of(device)

    def sending_at(self, point: str) -> ProgrammeSending | None:
        """Return what the relay sends to a point; None when nothing, or nobody knows."""
        return self._sendings.at(point)

    def has_taken(self, point: str, choice: RenditionChoice) -> bool:
        """Tell whether the plane knows what was chosen for a point."""
        return self._chosen is not None and self._chosen.get(point) is rendition_of(choice)

    @property
    def has_low(self) -> bool:
        """Whether the picture on air can be had in fewer bits."""
        programme = _output(self._sample)
        return programme is not None and programme.low

    def sends_sound_only(self, device: str) -> bool:
        """Tell whether a device gets no picture, by the relay's choice."""
        told = self._sendings.of(device)
        return told is not None and told.sending is Sending.SOUND_ONLY

    def listen(self, tell: Callable[[str, ProgrammeSending], object]) -> None:
        """Have a device's identity told with what it is sent, whenever that changes."""
        self._listeners.append(tell)

    def look(self, looker: Callable[[], None]) -> None:
        """Have it called with every sample of the plane, once that was taken in."""
        self._lookers.append(looker)

    def _judges(self) -> int:
        """Return how many viewers of the programme are no halls."""
        sessions = self._sample.sessions if self._sample else ()
        return sum(s.role == "viewer" and s.who == JUDGE and s.connected for s in sessions)

    def receive(self, event: PlaneEvent) -> None:
        """Take an event of the plane. Given to the plane as its callback."""
        match event:
            case PlaneUp(restarted=restarted):
                self._up = True
                log.info("media.up", restarted=restarted)
                self._wake.set()
            case PlaneLost():
                self._up, self._sample, self._chosen = False, None, None
                self._sendings.forget()
                log.warning("media.lost")
                self._wake.set()
            case SourceChanged(source=source, up=up):
                self._sending = self._sending | {source} if up else self._sending - {source}
            case ViewerChanged():
                log.info("media.sending", who=event.who, rendition=event.rendition, why=event.why)
                self._tell(self._sendings.receive_change(event))
            case PlaneSample():
                self._receive_sample(event)
            case _:
                log.debug("media.told", told=type(event).__name__)

    def receive_watching(self, watching: Watching) -> None:
        """Take what the judge hears of the programme; once a second."""
        age_s = watching.sound_age_s
        heard = watching.level_db if age_s is not None and age_s < FRESH_S else None
        self._studio.receive_level(heard, self._loop.time())

    async def run(self, plane: MediaPlane) -> None:
        """Keep the plane there and its route right, until cancelled."""
        while True:
            if self._up:
                await self._steer(plane)
                await self._wake.wait()
            else:
                await self._start()
            self._wake.clear()

    async def _start(self) -> None:
        """See that a plane is there, then wait until its connection says so."""
        if self._ensure is not None:
            try:
                await self._ensure()
            except (PlaneUnavailable, OSError) as error:
                log.error("media.not_started", error=str(error))
        try:
            async with asyncio.timeout(RETRY_S):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _steer(self, plane: MediaPlane) -> None:
        wish, renditions = wish_of(self._runtime.state), chosen(self._runtime.state)
        try:
            await plane.route(PROGRAMME, wish.route)
            await plane.floor(wish.floor)
            await plane.choose(renditions)
        except (PlaneUnavailable, MediaRefused) as error:
            log.warning("media.not_steered", error=str(error))
            return
        self._chosen = renditions

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if any(isinstance(row.fact, STEERING) for row in rows):
            self._wake.set()

    def _receive_sample(self, sample: PlaneSample) -> None:
        self._sample = sample
        self._studio.receive(sample)
        self._sending = {
            session.name
            for session in sample.sessions
            if session.role == "publisher"
            and session.connected
            and session.last_packet_age_s is not None
            and session.last_packet_age_s < FRESH_S
        }
        self._tell(self._sendings.receive_sample(sample.sessions))
        for looker in self._lookers:
            looker()

    def _tell(self, devices: Sequence[str]) -> None:
        for device in devices:
            told = self._sendings.of(device)
            for tell in self._listeners:
                if told is not None:
                    tell(device, told)


def _kbps(bps: int) -> int:
    """Return a rate rounded to ten, so that it changes seldom."""
    return round(bps / 10_000) * 10


def _output(sample: PlaneSample | None) -> OutputState | None:
    outputs = sample.outputs if sample else ()
    return next((output for output in outputs if output.output == PROGRAMME), None)
