"""A bad line between a page in Chromium and the relay: its media, and nothing else, goes through.

    async with LossyPath(loss=0.02, round_trip_s=0.15) as path:
        page = await chromium.open(url, script=path.script)
        path.follow(page)

The page is told another port than the relay's: ours. It must hide its addresses (mDNS, as
Chromium does by itself), or the relay would find the way around.
"""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.harness.chromium import Page
from tests.harness.wan import IP_UDP_BYTES, Link

FOLLOW_S = 0.05
Address = tuple[str, int]
Receive = Callable[[bytes, Address], None]

SCRIPT = """
const set = RTCPeerConnection.prototype.setRemoteDescription;
const CANDIDATE = /^(a=candidate:\\S+ \\d+ udp \\d+ )(\\S+) (\\d+)/gim;
RTCPeerConnection.prototype.setRemoteDescription = function (told) {
  const sdp = told.sdp.replace(CANDIDATE, (_, head, host, port) => {
    window.relayAddress = [host, Number(port)];
    return `${head}127.0.0.1 OURS`;
  });
  return set.call(this, { type: told.type, sdp });
};
"""


class LossyPath:
    """One page's way to the relay.

    Args:
        loss: Share of the packets that vanish, each way, 0..1.
        round_trip_s: Half of it each way.

    """

    def __init__(self, *, loss: float, round_trip_s: float) -> None:
        self.down = Link(loss=loss, delay_s=round_trip_s / 2, seed=1)
        self.up = Link(loss=loss, delay_s=round_trip_s / 2, seed=2)
        self._loop = asyncio.get_running_loop()
        self._page: Address | None = None
        self._relay: Address | None = None
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._to_page = await self._open(self._from_page)
        self._to_relay = await self._open(self._from_relay)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        self._to_page.close()
        self._to_relay.close()

    @property
    def script(self) -> str:
        """What the page must run before anything else."""
        port = self._to_page.get_extra_info("sockname")[1]
        return SCRIPT.replace("OURS", str(port))

    def follow(self, page: Page) -> None:
        """Go on asking the page where the relay is: another session has another port."""
        self._following = asyncio.create_task(self._follow(page))

    async def _follow(self, page: Page) -> None:
        while True:
            told = await page.evaluate("window.relayAddress ?? null")
            self._relay = (told[0], told[1]) if told else self._relay
            await asyncio.sleep(FOLLOW_S if self._relay is None else 20 * FOLLOW_S)

    async def _open(self, receive: Receive) -> asyncio.DatagramTransport:
        transport, _protocol = await self._loop.create_datagram_endpoint(
            lambda: _Port(receive), local_addr=("127.0.0.1", 0)
        )
        return transport

    def _from_page(self, data: bytes, sender: Address) -> None:
        self._page = sender
        at = self.up.offer(len(data) + IP_UDP_BYTES, self._loop.time())
        if at is not None and self._relay is not None:
            self._loop.call_at(at, self._send, self._to_relay, data, self._relay)

    def _from_relay(self, data: bytes, _sender: Address) -> None:
        at = self.down.offer(len(data) + IP_UDP_BYTES, self._loop.time())
        if at is not None and self._page is not None:
            self._loop.call_at(at, self._send, self._to_page, data, self._page)

    def _send(self, transport: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
        if not transport.is_closing():
            with contextlib.suppress(OSError):
                transport.sendto(data, to)


class _Port(asyncio.DatagramProtocol):
    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._receive(data, (str(addr[0]), addr[1]))
