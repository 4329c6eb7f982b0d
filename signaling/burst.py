"""Packets that leave together: laid out once for all who get them. Pure: no I/O.

UDP segmentation offload cuts a buffer by byte count: every segment has the size of the
first, only the last may be shorter. A longer one would be cut in two and its tail glued to
nothing (three packets of 1192, 1191, 1192 bytes arrive as 1192, 1192, 1191). So a burst is
divided into runs, in the order of its packets; nothing is sorted, padded or merged.

Encryption makes each packet longer by the same count, so the layout is one per cipher and
not one per viewer.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from .rtp import HEADER

# Linux since 4.18 takes 64 segments (UDP_MAX_SEGMENTS) and no more than one IP packet.
MAX_RUN_PACKETS = 64
MAX_RUN_BYTES = 65_000
# What a payload grows by on the line: RTP 12, the tag of AES-GCM 16, UDP 8, IPv4 20.
WIRE_OVERHEAD_BYTES = 56


class Plain(Protocol):
    """A packet before it is addressed to anybody."""

    @property
    def sequence(self) -> int:
        """Extended number; what goes out has a viewer's offset and 16 bits."""

    @property
    def timestamp(self) -> int:
        """32 bits."""

    @property
    def marker(self) -> bool:
        """The last packet of its frame."""

    @property
    def key(self) -> bool:
        """A decoder can begin here."""

    @property
    def payload(self) -> bytes:
        """Everything after the fixed header."""


class Stream(NamedTuple):
    """How one viewer knows the packets of a burst."""

    payload_type: int
    ssrc: int
    offset: int
    "Added to every sequence number."


class Run(NamedTuple):
    """Neighbours that one system call may send."""

    first: int
    "Index of the first packet."
    end: int
    "Index after the last."
    segment_bytes: int
    "Size of every packet but the last, which may be shorter."


class Place(NamedTuple):
    """Where one packet lies in a layout."""

    start: int
    plain_end: int
    "Where the ciphertext's tag begins."
    end: int


class Layout:
    """One burst as it lies in memory when every packet grows by ``growth`` bytes.

    Args:
        packets: At least one.
        growth: Bytes that encryption adds to each.

    """

    def __init__(self, packets: Sequence[Plain], growth: int) -> None:
        gap, space = bytes(HEADER.size), bytes(growth)
        self.template = b"".join([part for p in packets for part in (gap, p.payload, space)])
        "Payloads in place; headers and tags are zero."
        self.places = tuple(_places(packets, growth))
        self.runs = tuple(runs([place.end - place.start for place in self.places]))


class Burst:
    """Packets of one kind that leave together.

    Args:
        packets: At least one, in the order they leave in.

    """

    def __init__(self, packets: Sequence[Plain]) -> None:
        self.packets = packets
        self.payload_bytes = sum(len(packet.payload) for packet in packets)
        self.wire_bytes = self.payload_bytes + WIRE_OVERHEAD_BYTES * len(packets)
        "On the line, to one viewer."
        self.longest = HEADER.size + max(len(packet.payload) for packet in packets)
        "Bytes of the longest packet, before encryption."
        self._layouts: dict[int, Layout] = {}

    def layout(self, growth: int) -> Layout:
        """Return the layout for a cipher, made once for all viewers."""
        layout = self._layouts.get(growth)
        if layout is None:
            layout = self._layouts[growth] = Layout(self.packets, growth)
        return layout

    def headed(self, stream: Stream) -> Iterator[tuple[bytes, bytes]]:
        """Return header and payload of each packet, for those who send them singly."""
        for packet in self.packets:
            header = HEADER.pack(
                0x80,
                stream.payload_type | packet.marker << 7,
                (packet.sequence + stream.offset) & 0xFFFF,
                packet.timestamp,
                stream.ssrc,
            )
            yield header, packet.payload


def runs(
    sizes: Sequence[int], most_packets: int = MAX_RUN_PACKETS, most_bytes: int = MAX_RUN_BYTES
) -> list[Run]:
    """Divide packets into the fewest runs that segmentation sends unharmed, in order.

    Args:
        sizes: Of the packets in bytes, as they are on the wire.
        most_packets: Of a run.
        most_bytes: Of a run; a packet longer than this is a run of its own.

    """
    found: list[Run] = []
    first, total = 0, 0
    for index, size in enumerate(sizes):
        full = index - first >= most_packets or total + size > most_bytes
        # After a shorter packet nothing may follow; a longer one never joins.
        unequal = size > sizes[first] or (index > first and sizes[index - 1] < sizes[first])
        if index > first and (full or unequal):
            found.append(Run(first, index, sizes[first]))
            first, total = index, 0
        total += size
    if sizes:
        found.append(Run(first, len(sizes), sizes[first]))
    return found


def _places(packets: Sequence[Plain], growth: int) -> Iterator[Place]:
    start = 0
    for packet in packets:
        plain_end = start + HEADER.size + len(packet.payload)
        yield Place(start, plain_end, plain_end + growth)
        start = plain_end + growth
