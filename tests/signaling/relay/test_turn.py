"""Halls that reach the relay through a real coturn only, by UDP, TCP and TLS."""

import asyncio
import random
import time
from dataclasses import replace

import pytest

from endpoints.media.exchange import Exchange
from signaling.backoff import Backoff, BackoffLimits
from signaling.ice_server import surest_turn
from signaling.media_errors import TransportFailed
from signaling.reception.receiver import ProgrammeReceiver
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding
from tests.harness.coturn import coturn
from tests.signaling.peers import make_peer, until
from tests.signaling.relay.rig import LOOPBACK, rig

pytestmark = pytest.mark.real_io
# No address of this machine (RFC 5737): nothing can be bound, so there is no straight way.
SHUT_IN = replace(LOOPBACK, addresses=("192.0.2.1",))
SOON = BackoffLimits(base_s=0.1, cap_s=0.2, stable_s=1.0)


@pytest.mark.parametrize("kind", ["udp", "tcp", "tls"])
async def test_an_agent_without_a_straight_way_finds_the_detour_by_itself(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with coturn() as turn:
        monkeypatch.setenv("SSL_CERT_FILE", str(turn.certificate))
        async with rig(turn=turn.access(kind)) as it:
            ticker = Ticker()

            def make(decoding: Decoding) -> MediaSession:
                exchange = Exchange(it.http, it.url + "/whep/programme")
                return MediaSession(exchange, ticker, decoding=decoding, options=SHUT_IN)

            receiver = ProgrammeReceiver(make, Backoff(random.random, SOON), Decoding.ALL)
            task = asyncio.create_task(receiver.run())
            try:
                now = asyncio.get_running_loop().time
                await until(lambda: (v := receiver.stats(now()).video) and v.frames_decoded > 5, 20)
                # The slate is five pictures a second: the line holds.
                await until(lambda: (v := receiver.stats(now()).video) and v.frames_decoded > 15)
                assert receiver.sessions == 2
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def test_coturn_as_we_ship_it_carries_to_the_relay_and_to_nobody_else() -> None:
    async with coturn(allowed_peer="203.0.113.10") as turn:
        server = surest_turn(turn.access("udp").servers("MH-001", time.time()))
        shut_in, peer = make_peer(True, replace(SHUT_IN, connect_timeout_s=2)), make_peer(False)
        await shut_in.transport.gather(server)
        await peer.transport.gather()
        with pytest.raises(TransportFailed):
            await shut_in.transport.connect(peer.transport.local())
        await peer.transport.close()
        assert "403" in turn.log.read_text()


async def test_a_credential_that_ended_opens_nothing() -> None:
    async with coturn() as turn:
        server = surest_turn(turn.access("udp").servers("MH-001", -7200.0))
        shut_in = make_peer(True, SHUT_IN)
        with pytest.raises(TransportFailed, match="no local address"):
            await shut_in.transport.gather(server)
        await shut_in.transport.close()
