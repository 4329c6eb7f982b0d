"""Who should be on each track of one programme, at this moment.

Pure: signs of life, sounds and wishes in, names of sources out. ``plan`` says what is
wanted, ``selection`` who of it lives, ``speech`` whether the host speaks.
"""

from .intake import Packet
from .plan import AUDIO, FLOOR, HOST, LOW, TRACKS, VIDEO, Planner
from .selection import Choice, Vitals
from .speech import SpeechGate


class Director:
    """The wishes for one programme and what can be made of them.

    Args:
        planner: What is shown and heard, from the route and the floor.

    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._vitals = Vitals()
        self._choices = {t: Choice(TRACKS[t], self._vitals) for t in (VIDEO, HOST, FLOOR)}
        self._chosen: dict[str, str | None] = dict.fromkeys(TRACKS)
        self._gates: dict[str, SpeechGate] = {}

    def want(self, route: str | None, floor: str | None, now: float) -> None:
        """Want another route or floor from now on."""
        plan = self._planner(route, floor)
        self._choices[VIDEO].set_chain(plan.video)
        self._choices[HOST].set_chain(plan.host)
        self._choices[FLOOR].set_chain(plan.floor)
        self.decide(now)

    def receive(self, source: str, packet: Packet, now: float) -> bool:
        """Take a packet; True when its source came to life by it: it may be chosen."""
        woken = self._vitals.receive(source, packet.kind, now)
        if woken:
            self.decide(now)
        if packet.kind == "audio" and source in self._choices[HOST].chain():
            gate = self._gates.setdefault(source, SpeechGate())
            gate.receive(packet.level, len(packet.payload), now)
            self._chosen[AUDIO] = self._heard(now)
        return woken

    def forget(self, source: str, now: float) -> None:
        """Let a source go that is gone for good: it is not waited for."""
        self._vitals.forget(source)
        self._gates.pop(source, None)
        self.decide(now)

    def forget_low(self, source: str) -> None:
        """Let the low picture of a source go."""
        self._vitals.forget(source, (LOW,))

    def decide(self, now: float) -> None:
        """Look again who lives. Early or twice is fine."""
        picture = self._choices[VIDEO].decide(now)
        self._chosen[VIDEO] = picture
        self._chosen[HOST] = self._choices[HOST].decide(now, prefer=picture)
        self._chosen[FLOOR] = self._choices[FLOOR].decide(now)
        self._chosen[AUDIO] = self._heard(now)

    def chosen(self, track: str) -> str | None:
        """Return the source that should be on air; None while nobody wanted lives."""
        return self._chosen[track]

    def wants(self, track: str, source: str) -> bool:
        """Tell whether a source is wanted on a track, living or not."""
        names = (HOST, FLOOR) if track == AUDIO else (track,)
        return any(source in self._choices[name].chain() for name in names)

    def is_live(self, source: str, kind: str, now: float) -> bool:
        """Tell whether packets of a kind came just now."""
        return self._vitals.is_live(source, kind, now)

    def silence_s(self, source: str, now: float) -> float:
        """Return how long neither picture nor sound came; 1e9 if never."""
        return self._vitals.silence_s(source, now)

    def _heard(self, now: float) -> str | None:
        """Return whom to hear through one loudspeaker: the floor, but the host when he speaks."""
        host, floor = self._chosen[HOST], self._chosen[FLOOR]
        if floor is None or host is None:
            return floor or host
        gate = self._gates.get(host)
        return host if gate is not None and gate.speaks(now) else floor
