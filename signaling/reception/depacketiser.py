"""Payloads in order become frames; holes become notices of lost ones. Pure: no I/O.

    IDLE --packet--> OPEN --marker, next timestamp--> IDLE (Frame)
    any --hole, bad payload--> BROKEN (FrameLost) --next timestamp--> OPEN

A frame that fills its packets with contradictions is lost like one that did not come.
"""

from enum import Enum, auto

from signaling.errors import BadPacket

from .frame import Frame, FrameLost, VideoCodec
from .payload import assembly

Outcome = Frame | FrameLost


class _State(Enum):
    IDLE = auto()
    OPEN = auto()
    BROKEN = auto()


class VideoDepacketiser:
    """The frames of one stream."""

    def __init__(self, codec: VideoCodec) -> None:
        self.keep_deltas = True
        """Whether frames other than key frames are collected; otherwise they are only
        recognised, for a few microseconds a packet. Takes effect with the next frame."""
        self._assembly = assembly(codec)
        self._state = _State.IDLE
        self._timestamp: int | None = None
        self._chain = False
        self._hole = False

    def receive(self, timestamp: int, marker: bool, payload: bytes) -> list[Outcome]:
        """Take the next payload in order; return the frames that ended with it.

        Args:
            timestamp: RTP, 32 bits.
            marker: The sender says that the frame ends here.
            payload: Without RTP header and padding; empty ones (probes) are skipped.

        """
        out: list[Outcome] = []
        if not payload:
            return out
        if timestamp != self._timestamp:
            self._begin(timestamp, payload, out)
        elif self._hole and self._state is _State.OPEN:
            self._break(out)
        self._hole = False
        if self._state is _State.OPEN:
            self._add(payload, marker, out)
        return out

    def receive_gap(self) -> None:
        """Note that packets before the next one are lost."""
        self._hole = True

    def _begin(self, timestamp: int, payload: bytes, out: list[Outcome]) -> None:
        """End the frame before, if its sender set no marker, and open the next one."""
        if self._hole:
            self._lose_before(payload, out)
        else:
            if self._state is _State.OPEN:
                self._finish(out)
            self._state = _State.OPEN
        self._timestamp = timestamp
        self._assembly.start(self.keep_deltas)
        if self._state is _State.BROKEN:
            out.append(FrameLost(timestamp))

    def _lose_before(self, payload: bytes, out: list[Outcome]) -> None:
        """Judge a new frame behind a hole: does it miss its beginning?

        The frame before is lost if it was open; if it had ended, whole frames are.
        """
        self._chain = False
        whole = self._assembly.begins(payload)
        if self._state is _State.OPEN:
            out.append(FrameLost(self._timestamp))
        elif whole and self._state is _State.IDLE and self._timestamp is not None:
            out.append(FrameLost(None))
        self._state = _State.OPEN if whole else _State.BROKEN

    def _add(self, payload: bytes, marker: bool, out: list[Outcome]) -> None:
        try:
            self._assembly.add(payload)
        except BadPacket:
            self._break(out)
            return
        if marker:
            self._finish(out)

    def _finish(self, out: list[Outcome]) -> None:
        assert self._timestamp is not None
        try:
            key, data = self._assembly.finish()
        except BadPacket:
            self._break(out)
            return
        self._chain = self._chain or key
        self._state = _State.IDLE
        out.append(Frame(self._timestamp, key, self._chain, data))

    def _break(self, out: list[Outcome]) -> None:
        self._chain = False
        self._state = _State.BROKEN
        out.append(FrameLost(self._timestamp))
