"""Does the studio send a picture, and a sound? Pure: no I/O.

An encoder that is connected and sends nothing looks well to itself. Of the picture it counts
that packets arrived since the last sample and that it has had a key frame, without which nobody
could show it. Packets of sound prove nothing, because silence is packed as well: what counts is
what the judge heard while the studio was on air. Before it was, nobody can tell.

    nothing sent --packets--> CANNOT TELL --heard on air--> SOUNDS --15 s silent on air--> SILENT
    SOUNDS --off air, the same session--> SOUNDS for an hour    SILENT --off air--> CANNOT TELL

The main studio and its backup stand in for each other.
"""

from signaling.media_plane import PROGRAMME, STUDIO, STUDIO_BACKUP, PlaneSample, SessionSample

from ..judge.line import AUDIBLE_DB

STUDIOS = (STUDIO, STUDIO_BACKUP)
QUIET = 15
"So many seconds of silence on air are more than a speaker's pause."
FRESH_S = 3600.0
"What was heard longer ago proves nothing any more, as a preflight."


class StudioMeter:
    """Compares one sample of the plane with the one before, and hears the judge."""

    def __init__(self) -> None:
        self.picture = False
        self._received: dict[tuple[str, str], int] = {}
        self._sends_sound = False
        self._heard: dict[str, float] = {}
        "When a session that is still there was last heard."
        self._on_air: str | None = None
        "The session whose sound the halls hear now."
        self._quiet = 0
        "Seconds for which it has been silent."

    def receive(self, sample: PlaneSample) -> None:
        """Take what the plane measured; comes once a second."""
        studios = [s for s in sample.sessions if s.role == "publisher" and s.name in STUDIOS]
        before, self._received = self._received, {}
        whole: set[tuple[str, str]] = set()
        for session in studios:
            for stream in session.streams:
                # A picture may come several times; any of them shows it.
                key = (session.session, stream.kind)
                self._received[key] = self._received.get(key, 0) + stream.packets_received
                if stream.kind == "audio" or stream.key_frames > 0:
                    whole.add(key)
        grown = {key[1] for key in whole if self._received[key] > before.get(key, 0)}
        self.picture, self._sends_sound = "video" in grown, "audio" in grown
        self._follow(sample, studios)

    def receive_level(self, level_db: float | None, now: float) -> None:
        """Take how loud the judge hears the programme; comes once a second, None for not at all.

        Args:
            level_db: In the last second, dB of full scale.
            now: Seconds of one monotonic clock.

        """
        if self._on_air is None or level_db is None:
            return
        if level_db >= AUDIBLE_DB:
            self._heard[self._on_air], self._quiet = now, 0
            return
        self._quiet += 1
        if self._quiet >= QUIET:
            self._heard.pop(self._on_air, None)

    def sound(self, now: float) -> bool | None:
        """Tell whether the studio has sound; None: cannot tell."""
        if not self._sends_sound or self._quiet >= QUIET:
            return False
        heard = any(now < at + FRESH_S for at in self._heard.values())
        return True if heard else None

    def _follow(self, sample: PlaneSample, studios: list[SessionSample]) -> None:
        """See which of the studio's sessions is on air, and forget those that are gone."""
        sounds = {output.audio for output in sample.outputs if output.output == PROGRAMME}
        on_air = next((s.session for s in studios if s.name in sounds), None)
        if on_air != self._on_air:
            self._on_air, self._quiet = on_air, 0
        there = {session.session for session in studios}
        self._heard = {session: at for session, at in self._heard.items() if session in there}
