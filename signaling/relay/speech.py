"""Does somebody speak into this sound? Told from outside the encoded packets.

Pure: levels, sizes and times in. With the publisher's own level (RFC 6464) a packet is
loud above a fixed one. Without it, a packet of a variable-rate Opus stream is loud when it
is much larger than the quietest of the last seconds; at constant rate nothing ever is.
"""

LOUD_DBOV = 40
"Levels are minus dBov: speech lies around 20 to 35, a quiet room above 50."
GROWTH, GROWTH_BYTES = 1.4, 12
REFERENCE_S = 10.0
# Three loud packets of 20 ms: a cough passes, a word does not wait.
ATTACK, CEILING = 3, 5
HOLD_S = 0.8
"Pauses within speech are shorter."


class SpeechGate:
    """The sound of one source."""

    def __init__(self) -> None:
        self._score = 0
        self._until = -1e9
        self._quietest = [1 << 30, 1 << 30]
        self._window_at = -1e9

    def receive(self, level: int | None, size: int, now: float) -> None:
        """Take one packet of sound.

        Args:
            level: 0 (loudest) to 127 (silence), None when the publisher tells none.
            size: Of its payload, bytes.
            now: Seconds, monotonic.

        """
        loud = level <= LOUD_DBOV if level is not None else self._stands_out(size, now)
        self._score = min(CEILING, self._score + 1) if loud else max(0, self._score - 1)
        if self._score >= ATTACK:
            self._until = now + HOLD_S

    def speaks(self, now: float) -> bool:
        """Tell whether somebody speaks, or did until just now."""
        return now < self._until

    def _stands_out(self, size: int, now: float) -> bool:
        if now - self._window_at >= REFERENCE_S:
            self._window_at = now
            self._quietest = [1 << 30, self._quietest[0]]
        self._quietest[0] = min(self._quietest[0], size)
        return size > min(self._quietest) * GROWTH + GROWTH_BYTES
