"""From the programme to its viewers: one history for all, one header for each.

Pure: ``Out`` packets in, bursts out through an injected ``send_burst``. A burst is laid out
once for all; a viewer adds its headers and its keys. When bursts leave is the business of
``departure``. What a viewer lost is sent again from the history all viewers share, and a
viewer changes from one rendition to another on a key frame without a jump back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling.burst import WIRE_OVERHEAD_BYTES, Burst, Plain, Stream
from signaling.rtp import HEADER, VIDEO_CLOCK_HZ, extend

from .departure import Departures
from .line import Bucket, Line
from .splice import Out

# 2 s of 1080p at 4.5 Mbps, and 5 s of Opus. Powers of two.
HISTORY_PACKETS = {"video": 1024, "audio": 256}
# A viewer asks twice for one packet within a round trip; the first answer is on its way.
RESEND_INTERVAL_S = 0.02
MAX_REMEMBERED_RESENDS = 512
# A tenth of 2.5 Mbps, asked for three times; who loses more needs another rendition.
REPAIR_BYTES_PER_S, REPAIR_BURST_BYTES = 750_000 / 8, 96_000
# How far another rendition may be behind on the timeline for a viewer to go over to it.
MAX_OVERLAP = VIDEO_CLOCK_HZ
# 40 and 80 ms: what follows at once is lost in the same burst, later is too late to be heard.
COPY_DISTANCES = (2, 4)

Send = Callable[[bytes, bytes], None]
SendBurst = Callable[[Burst, Stream], None]


class History:
    """The last packets of one kind.

    Args:
        packets: How many, a power of two.

    """

    def __init__(self, packets: int) -> None:
        self._mask = packets - 1
        self._slots: list[Out | None] = [None] * packets

    def put(self, out: Out) -> None:
        """Remember a packet in place of the one ``packets`` numbers before it."""
        self._slots[out.sequence & self._mask] = out

    def get(self, sequence: int) -> Out | None:
        """Return a packet by its extended number, None when it is gone or never came."""
        out = self._slots[sequence & self._mask]
        return out if out is not None and out.sequence == sequence else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How one viewer knows one kind of packets."""

    ssrc: int
    payload_type: int
    rtx_ssrc: int | None = None
    rtx_payload_type: int | None = None
    first_sequence: int = 0
    "16 bits, random (RFC 3550 §5.1)."


class Egress:
    """One kind of packets to one viewer.

    Args:
        address: See there.
        send: Takes header and payload; must neither raise nor block.
        waits_for_key: True for picture: a decoder can begin nowhere else.
        send_burst: Takes packets that belong together; None: each is given to ``send``.
        line: Asked before a repair; by default without a limit.

    """

    __slots__ = (
        "_after", "_first", "_line", "_moved", "_newest", "_next_number", "_offset", "_repairs",
        "_resent", "_rtx_sequence", "_send_burst", "_stream", "_waits_for_key", "address", "bytes",
        "mid_frame", "missed", "packets", "resent", "send", "waiting",
    )  # fmt: skip

    def __init__(
        self,
        address: Address,
        send: Send,
        *,
        waits_for_key: bool,
        send_burst: SendBurst | None = None,
        line: Line | None = None,
    ) -> None:
        self.address = address
        self.send = send
        self._send_burst = send_burst or self._send_singly
        self._line = line or Line()
        self._repairs = Bucket(REPAIR_BYTES_PER_S, REPAIR_BURST_BYTES)
        self.waiting = self._waits_for_key = waits_for_key
        self._offset: int | None = None
        self._stream = Stream(address.payload_type, address.ssrc, 0)
        self._first = 0
        self._newest: Plain | None = None
        self._next_number = address.first_sequence
        self._after: int | None = None
        self._moved: dict[int, int] = {}
        self._rtx_sequence = address.first_sequence
        self._resent: dict[int, float] = {}
        self.mid_frame = False
        "The last packet sent was not the end of its frame."
        self.packets = 0
        self.bytes = 0
        "Payloads only, as sender reports count."
        self.resent = 0
        self.missed = 0
        "Packets that were asked for again, each once."

    def forward(self, out: Out) -> None:
        """Send one packet of the programme, once this viewer has begun."""
        self.forward_burst(Burst([out]))

    def forward_burst(self, burst: Burst) -> None:
        """Send packets of the programme, from the first this viewer can begin with."""
        if self._offset is None:
            begun = self._begin(burst)
            if begun is None:
                return
            burst = begun
        if self._after is not None:
            burst = self._catch_up(burst, self._after)
        self._send_burst(burst, self._stream)
        self.packets += len(burst.packets)
        self.bytes += burst.payload_bytes
        last = burst.packets[-1]
        self.mid_frame = not last.marker
        if self._newest is None or last.sequence > self._newest.sequence:
            self._newest = last

    def _begin(self, burst: Burst) -> Burst | None:
        """Return the part of a burst to begin with, None when there is none yet."""
        packets = burst.packets
        first = next((n for n, packet in enumerate(packets) if self._can_begin(packet)), None)
        if first is None:
            return None
        burst = Burst(packets[first:]) if first else burst
        self.waiting = False
        self._first = burst.packets[0].sequence
        self._offset = self._next_number - self._first
        self._stream = self._stream._replace(offset=self._offset)
        return burst

    def _can_begin(self, packet: Plain) -> bool:
        if self.waiting and not packet.key:
            return False
        if self._after is None:
            return True
        later = extend(packet.timestamp, self._after, 32) - self._after
        return later > (-MAX_OVERLAP if self.waiting else 0)

    def _catch_up(self, burst: Burst, after: int) -> Burst:
        """Return a burst whose timestamps follow the last before the change of rendition.

        The other rendition may be some frames behind on the timeline. They are shown in a
        wink, a tick apart: nothing jumps back, and no key frame has to be waited for.
        """
        packets: list[Plain] = []
        for packet in burst.packets:
            stamp = self._moved.get(packet.timestamp)
            if stamp is None and extend(packet.timestamp, after, 32) <= after + len(self._moved):
                stamp = self._moved[packet.timestamp] = after + len(self._moved) + 1 & 0xFFFF_FFFF
            packets.append(packet if stamp is None else _stamped(packet, stamp))
        if packets[-1] is burst.packets[-1]:
            self._after = None
        return Burst(packets)

    def _send_singly(self, burst: Burst, stream: Stream) -> None:
        for header, payload in burst.headed(stream):
            self.send(header, payload)

    def leave(self) -> None:
        """Go on elsewhere: the next packet continues the numbers, and is later than the last."""
        if self._offset is None or self._newest is None:
            return
        self._next_number = self._newest.sequence + self._offset + 1
        self._after = self._newest.timestamp
        self._offset = self._newest = None
        self.waiting = self._waits_for_key
        self._moved.clear()

    def resend(self, wanted: Iterable[int], history: History, newest: int, now: float) -> None:
        """Answer a NACK, as far as this viewer's share and the line's allow.

        Args:
            wanted: 16-bit numbers as this viewer knows them.
            history: Of this kind.
            newest: The programme's newest number, which tells what 16 bits mean.
            now: See ``RESEND_INTERVAL_S``.

        """
        if self._offset is None:
            return
        for number in wanted:
            sequence = newest - ((newest + self._offset - number) & 0xFFFF)
            out = history.get(sequence)
            if sequence < self._first:
                continue
            if out is None or now - self._resent.get(sequence, -1.0) < RESEND_INTERVAL_S:
                continue
            if not self._may_repair(len(out.payload) + WIRE_OVERHEAD_BYTES, now):
                return
            if len(self._resent) >= MAX_REMEMBERED_RESENDS:
                self._resent.clear()
            self.missed += sequence not in self._resent
            self._resent[sequence] = now
            self._send_again(out, number)

    def send_copies(self, count: int, history: History, newest: int, now: float) -> None:
        """Send sounds of a moment ago once more: on a bad line one of the copies arrives."""
        if self._offset is None:
            return
        for back in COPY_DISTANCES[:count]:
            out = history.get(newest - back)
            if out is not None and out.sequence >= self._first:
                self._line.spend(len(out.payload) + WIRE_OVERHEAD_BYTES, now)
                self.resent += 1
                self.send(self._header(out, out.sequence + self._offset), out.payload)

    def _may_repair(self, size: int, now: float) -> bool:
        if self._repairs.level(now) < size or not self._line.may_repair(size, now):
            return False
        self._repairs.spend(size, now)
        return True

    def _header(self, out: Out, number: int) -> bytes:
        address = self.address
        stamp = self._moved.get(out.timestamp, out.timestamp)
        kind = address.payload_type | out.marker << 7
        return HEADER.pack(0x80, kind, number & 0xFFFF, stamp, address.ssrc)

    def _send_again(self, out: Out, number: int) -> None:
        address = self.address
        self.resent += 1
        if address.rtx_payload_type is None or address.rtx_ssrc is None:
            self.send(self._header(out, number), out.payload)
            return
        header = HEADER.pack(
            0x80,
            address.rtx_payload_type | out.marker << 7,
            self._rtx_sequence,
            self._moved.get(out.timestamp, out.timestamp),
            address.rtx_ssrc,
        )
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self.send(header, (number & 0xFFFF).to_bytes(2, "big") + out.payload)


def _stamped(packet: Plain, timestamp: int) -> Out:
    return Out(packet.sequence, timestamp, packet.marker, packet.payload, packet.key)


class Outlet:
    """One track of a programme: its history and everybody it goes to.

    Args:
        kind: ``video`` or ``audio``.
        departures: When packets leave; by default at once.

    """

    def __init__(self, kind: str, departures: Departures | None = None) -> None:
        self.history = History(HISTORY_PACKETS[kind])
        self.newest = -1
        self.packets = 0
        "Forwarded in all, repairs excluded."
        self.bytes = 0
        "On the line, as one viewer would get it all."
        self.departures = departures or Departures()
        self._egresses: list[Egress] = []
        self._crossings: list[Crossing] = []
        self._copies: dict[Egress, int] = {}

    def add(self, egress: Egress) -> None:
        """Let one more viewer have it, from the next packet that suits."""
        self._egresses = [*self._egresses, egress]
        self.departures.join(egress)

    def remove(self, egress: Egress) -> None:
        """Let a viewer go. Unknown ones are ignored."""
        self._egresses = [other for other in self._egresses if other is not egress]
        self._copies.pop(egress, None)
        self.departures.leave(egress)

    def expect(self, crossing: "Crossing") -> None:
        """Let a viewer come over with the next key frame."""
        self._crossings = [*self._crossings, crossing]
        self.departures.join(crossing)

    def forget(self, crossing: "Crossing") -> None:
        """Do not let it come. Unknown ones are ignored."""
        self._crossings = [other for other in self._crossings if other is not crossing]
        self.departures.leave(crossing)

    def welcome(self, crossing: "Crossing") -> None:
        """Serve a viewer that came over; what is queued goes to it through the crossing."""
        self._crossings = [other for other in self._crossings if other is not crossing]
        self._egresses = [*self._egresses, crossing.egress]
        self.departures.replace(crossing, crossing.egress)

    def set_copies(self, egress: Egress, count: int) -> None:
        """Send every packet to this viewer so many times more."""
        self._copies.pop(egress, None)
        if count:
            self._copies[egress] = count

    def forward(self, out: Out, now: float = 0.0) -> None:
        """Send one packet to all, when its burst leaves."""
        self.history.put(out)
        self.newest = max(self.newest, out.sequence)
        self.departures.add(out, now)
        self.packets += len(self._egresses)
        self.bytes += len(out.payload) + WIRE_OVERHEAD_BYTES
        for egress, count in self._copies.items():
            egress.send_copies(count, self.history, out.sequence, now)

    def anybody_waits(self) -> bool:
        """Tell whether a viewer is without this picture for want of a key frame."""
        return bool(self._crossings) or any(egress.waiting for egress in self._egresses)


class Crossing:
    """A viewer on its way from one rendition to another: it goes over with a key frame.

    Until then it is served where it was. It stands in the new queue in the viewer's place,
    and hands on what is in that queue when the viewer is over.

    Args:
        egress: The viewer's.
        origin: Where it is served now.
        target: Where it will be.
        over: Called when it is there.

    """

    def __init__(
        self, egress: Egress, origin: Outlet, target: Outlet, over: Callable[[], None]
    ) -> None:
        self.egress = egress
        self.target = target
        self._origin = origin
        self._over = over
        self._is_over = False
        target.expect(self)

    def forward_burst(self, burst: Burst) -> None:
        """Take what goes to the new place."""
        if not self._is_over:
            if not any(packet.key for packet in burst.packets):
                return
            self._go()
        self.egress.forward_burst(burst)

    def stop(self) -> None:
        """Hand on nothing more. Calling it twice is safe."""
        self.target.forget(self)

    def _go(self) -> None:
        self._is_over = True
        if self.egress.mid_frame:
            self._origin.departures.finish(self.egress)
        self._origin.remove(self.egress)
        self.egress.leave()
        self.target.welcome(self)
        self._over()
