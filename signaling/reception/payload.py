"""The insides of video payloads: H.264 (RFC 6184) and VP8 (RFC 7741). Pure: no I/O.

An assembly takes the payloads of one frame in order and says as early as possible
whether it is a key frame, so that unwanted frames cost no copying.
"""

from struct import Struct, error
from typing import Protocol

from signaling.errors import BadPacket

from .frame import VideoCodec

START_CODE = b"\0\0\0\1"
SLICE, IDR, SEI, SPS, PPS, AUD, STAP_A, FU_A = 1, 5, 6, 7, 8, 9, 24, 28
_SIZE = Struct("!H")


class Assembly(Protocol):
    """One frame under construction."""

    def begins(self, payload: bytes) -> bool:
        """Tell whether this is surely the first payload of a frame. Never raises."""

    def start(self, keep_deltas: bool) -> None:
        """Begin the next frame; without ``keep_deltas`` only key frames are collected."""

    def add(self, payload: bytes) -> None:
        """Take the next payload, at least one byte. Raises BadPacket."""

    def finish(self) -> tuple[bool, bytes | None]:
        """Return whether it is a key frame, and its bytes if kept. Raises BadPacket."""


def assembly(codec: VideoCodec) -> Assembly:
    """Return the assembly of a codec."""
    return H264Assembly() if codec is VideoCodec.H264 else Vp8Assembly()


class H264Assembly:
    """An access unit of single NAL units, STAP-A and FU-A (packetization modes 0 and 1)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._key: bool | None = None
        self._keep = True
        self._fragment = False

    def begins(self, payload: bytes) -> bool:
        """See ``Assembly``. A slice tells by first_mb_in_slice, whose code for 0 is a 1."""
        kind = payload[0] & 0x1F
        at = 0
        if kind == FU_A and len(payload) > 1 and payload[1] & 0x80:
            kind, at = payload[1] & 0x1F, 1
        elif kind == STAP_A and len(payload) > 3:
            kind, at = payload[3] & 0x1F, 3
        if kind in (SLICE, IDR):
            return len(payload) > at + 1 and payload[at + 1] > 127
        return kind in (SEI, SPS, AUD)

    def start(self, keep_deltas: bool) -> None:
        """See ``Assembly``."""
        self._parts = []
        self._key = None
        self._keep = keep_deltas
        self._fragment = False

    def add(self, payload: bytes) -> None:
        """See ``Assembly``."""
        kind = payload[0] & 0x1F
        if kind == FU_A:
            self._add_fragment(payload)
        elif self._fragment:
            raise BadPacket("a fragmented NAL unit was not finished")
        elif kind == STAP_A:
            self._add_aggregate(payload)
        elif 0 < kind < STAP_A:
            self._add_unit(payload)
        else:
            raise BadPacket(f"NAL unit type {kind} is not of packetization mode 1")

    def finish(self) -> tuple[bool, bytes | None]:
        """See ``Assembly``. Parameter sets without a slice are no frame."""
        if self._fragment or self._key is None:
            raise BadPacket("the access unit is not whole")
        wanted = self._keep or self._key
        return self._key, b"".join(self._parts) if wanted else None

    def _note(self, kind: int) -> bool:
        """Learn from a NAL unit's type; tell whether its bytes are wanted."""
        if kind == IDR:
            self._key = True
        elif kind < IDR and self._key is None:
            self._key = False
        return self._keep or self._key is not False

    def _add_unit(self, unit: bytes) -> None:
        if self._note(unit[0] & 0x1F):
            self._parts += (START_CODE, unit)

    def _add_fragment(self, payload: bytes) -> None:
        if len(payload) < 3:
            raise BadPacket("an empty fragment")
        first = payload[1] & 0x80 != 0
        if first is self._fragment:
            raise BadPacket("fragments do not follow each other")
        kind = payload[1] & 0x1F
        if self._note(kind):
            if first:
                self._parts += (START_CODE, bytes([payload[0] & 0xE0 | kind]))
            self._parts.append(payload[2:])
        self._fragment = payload[1] & 0x40 == 0

    def _add_aggregate(self, payload: bytes) -> None:
        at = 1
        while at < len(payload):
            try:
                end = at + 2 + _SIZE.unpack_from(payload, at)[0]
            except error as cause:
                raise BadPacket("an aggregate is cut off") from cause
            unit = payload[at + 2 : end]
            if not unit or end > len(payload):
                raise BadPacket("an aggregate is cut off")
            self._add_unit(unit)
            at = end


class Vp8Assembly:
    """A VP8 frame: payloads without their descriptors, one after another."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._key: bool | None = None
        self._keep = True

    def begins(self, payload: bytes) -> bool:
        """See ``Assembly``. Start of partition 0."""
        return payload[0] & 0x17 == 0x10

    def start(self, keep_deltas: bool) -> None:
        """See ``Assembly``."""
        self._parts = []
        self._key = None
        self._keep = keep_deltas

    def add(self, payload: bytes) -> None:
        """See ``Assembly``."""
        start = _vp8_header_length(payload)
        if start >= len(payload):
            raise BadPacket("a VP8 descriptor without payload")
        if self._key is None:
            if not self.begins(payload):
                raise BadPacket("the first packet of a VP8 frame is missing")
            self._key = payload[start] & 1 == 0
        if self._keep or self._key:
            self._parts.append(payload[start:])

    def finish(self) -> tuple[bool, bytes | None]:
        """See ``Assembly``."""
        if self._key is None:
            raise BadPacket("a VP8 frame without payload")
        return self._key, b"".join(self._parts) if self._keep or self._key else None


def _vp8_header_length(payload: bytes) -> int:
    """Return the length of the payload descriptor (RFC 7741 §4.2)."""
    if not payload[0] & 0x80:
        return 1
    if len(payload) < 3:
        raise BadPacket("a VP8 descriptor is cut off")
    extension, length = payload[1], 2
    if extension & 0x80:
        length += 2 if payload[2] & 0x80 else 1
    if extension & 0x40:
        length += 1
    if extension & 0x30:
        length += 1
    return length
