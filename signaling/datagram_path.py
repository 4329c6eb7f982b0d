"""How encrypted packets leave: run by run where the kernel segments, else one by one.

Shell over one socket and one pair of addresses. It never waits: what the kernel does not
take at once is lost and counted. Both ways put the same bytes into the same datagrams; the
plain one is the reference, the fallback, and the only one through TURN.
"""

import errno
import logging
import socket
import struct
import sys
from collections.abc import Callable

from .burst import Layout

logger = logging.getLogger(__name__)

# linux/udp.h; Python's socket module does not name them.
SOL_UDP, UDP_SEGMENT = 17, 103
# What kernels, drivers and tunnels say when they cannot: EINVAL of an old kernel or a
# segment over the path's MTU, EIO of a device without checksums.
_UNABLE = {errno.EINVAL, errno.EIO, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOPROTOOPT}
_SEGMENT_BYTES = struct.Struct("@H")

Address = tuple[str, int]
SendTo = Callable[[memoryview, Address], object]


# What became of a burst: packets, their bytes, and system calls that took something. A bare
# tuple, because naming it costs a tenth of what a sound costs to send.
Sent = tuple[int, int, int]


class DatagramPath:
    """One way to one address.

    Args:
        sendto: Sends one datagram; raises OSError when it is not taken.
        address: Of the peer.
        udp: The socket itself, None through TURN.
        segmentation: Let the kernel cut runs, where it can.

    """

    __slots__ = ("_udp", "address", "segmenting", "sendto")

    def __init__(
        self, sendto: SendTo, address: Address, udp: socket.socket | None, *, segmentation: bool
    ) -> None:
        self.sendto = sendto
        self.address = address
        self._udp = udp
        self.segmenting = segmentation and udp is not None and sys.platform == "linux"
        "Whether runs leave in one call; False for good once the kernel refused."

    def send(self, view: memoryview, layout: Layout, failed: list[int]) -> Sent:
        """Send a burst.

        Args:
            view: Where it lies, encrypted.
            layout: How it lies there.
            failed: Starts of the packets that must not be sent.

        """
        if not self.segmenting or failed:
            return self._send_singly(view, layout, failed, 0, len(layout.places))
        packets = total = calls = 0
        for first, end, segment_bytes in layout.runs:
            if end - first > 1 and self.segmenting:
                sent = self._send_run(view, layout, first, end, segment_bytes)
            else:
                sent = self._send_singly(view, layout, failed, first, end)
            packets += sent[0]
            total += sent[1]
            calls += sent[2]
        return packets, total, calls

    def _send_run(
        self, view: memoryview, layout: Layout, first: int, end: int, segment_bytes: int
    ) -> Sent:
        assert self._udp is not None
        start, stop = layout.places[first].start, layout.places[end - 1].end
        ancillary = [(SOL_UDP, UDP_SEGMENT, _SEGMENT_BYTES.pack(segment_bytes))]
        try:
            self._udp.sendmsg([view[start:stop]], ancillary, 0, self.address)
        except OSError as error:
            if error.errno not in _UNABLE:
                return 0, 0, 0
            self.segmenting = False
            logger.info("no segmentation towards %s: %s", self.address[0], error)
            return self._send_singly(view, layout, [], first, end)
        return end - first, stop - start, 1

    def _send_singly(
        self, view: memoryview, layout: Layout, failed: list[int], first: int, end: int
    ) -> Sent:
        packets = total = 0
        sendto, address = self.sendto, self.address
        for start, _plain_end, stop in layout.places[first:end]:
            if start in failed:
                continue
            try:
                sendto(view[start:stop], address)
            except OSError:
                continue
            packets += 1
            total += stop - start
        return packets, total, packets
