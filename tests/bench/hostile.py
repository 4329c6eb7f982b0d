"""What strangers and broken clients can do to the others: nothing that is seen.

    python -m tests.bench.hostile [--seconds 30] [--only NAME]

A relay in a process of its own, a studio on paper and four halls that count every packet;
beside them, one after the other: 10,000 junk datagrams a second at an open port, 500 offers
at once, malformed offers without end, a viewer that asks for everything again and for key
frames all the time, one that never sends RTCP, one that vanishes. Each part says what share
of their packets the halls kept (no repairs asked for), and what it cost the relay.
"""

import argparse
import asyncio
import os
import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvloop

from signaling import negotiation, rtcp, sdp
from signaling.media_errors import MediaError
from signaling.media_plane import SessionEnded
from signaling.packet_transport import PacketTransport
from signaling.relay.client import RelayPlane
from tests.bench.cuts import AUDIO, OPTIONS, VIDEO, Publisher, Viewer, connected, shows, until

HALLS = 4
KEPT = 0.999
JUNK_A_SECOND = 10_000
STAMPEDE = 500
VANISHED_S = 5.0


@dataclass
class Stage:
    """A relay on air with halls that watch."""

    plane: RelayPlane
    studio: Publisher
    halls: list[Viewer]
    events: list[object]

    def cpu_s(self) -> float:
        """Return the CPU the relay's process took so far."""
        assert self.plane.hello is not None
        with open(f"/proc/{self.plane.hello.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Outcome:
    """What one part did to the halls and to the relay."""

    name: str
    kept: float
    "Share of the packets sent to the halls that came, the worst hall's."
    cpu_ratio: float
    "Of one core, the relay's."
    figures: dict[str, float] = field(default_factory=dict)
    broken: str = ""

    def good(self) -> bool:
        """Tell whether the others noticed nothing."""
        return self.kept >= KEPT and not self.broken

    def tell(self) -> str:
        """Return a line for people."""
        more = "  ".join(f"{key} {value:.4g}" for key, value in self.figures.items())
        verdict = "ok  " if self.good() else "FAIL"
        return (
            f"{verdict} {self.name:12} kept {100 * self.kept:8.4f} %  "
            f"relay {100 * self.cpu_ratio:5.1f} % CPU  {more} {self.broken}"
        )


Part = Callable[[Stage, float], Awaitable[dict[str, float]]]


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Put a studio on air and halls before it."""
    events: list[object] = []
    async with connected(events.append) as plane:
        studio = Publisher(plane, "studio", 1)
        halls = [Viewer(plane, f"hall {number}") for number in range(HALLS)]
        try:
            await studio.start()
            for hall in halls:
                await hall.start()
            await until(lambda: all(shows(hall, 1) for hall in halls))
            yield Stage(plane, studio, halls, events)
        finally:
            await studio.kill()
            for hall in halls:
                await hall.transport.close()


async def play(on: Stage, name: str, part: Part, seconds: float) -> Outcome:
    """Run one part and see what the halls had of it."""
    for hall in on.halls:
        hall.begin_count()
    began, cpu_s = time.monotonic(), on.cpu_s()
    figures, broken = {}, ""
    try:
        figures = await part(on, seconds)
    except (AssertionError, TimeoutError) as error:
        broken = repr(error)
    took_s, cpu_s = time.monotonic() - began, on.cpu_s() - cpu_s
    # What is on its way has the time to come.
    await asyncio.sleep(0.3)
    kept = min(hall.kept_ratio() for hall in on.halls)
    return Outcome(name, kept, cpu_s / took_s, figures, broken)


async def nothing(on: Stage, seconds: float) -> dict[str, float]:
    """Leave everybody alone, for comparison."""
    await asyncio.sleep(seconds)
    return {}


async def junk(on: Stage, seconds: float) -> dict[str, float]:
    """Spray a hall's port at the relay: noise, and what looks like SRTP, DTLS and STUN."""
    pair = on.halls[0].transport._ice.pair()
    assert pair is not None
    target = pair.remote_addr
    noise = random.Random(1)
    kinds = [bytes([first]) + noise.randbytes(200) for first in (0x80, 0x90, 20, 22, 0, 1, 99, 255)]
    # Looks like a binding request of nobody we know.
    kinds.append(b"\x00\x01\x00\x00\x21\x12\xa4\x42" + noise.randbytes(12))
    sent, began = 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        while (elapsed := time.monotonic() - began) < seconds:
            while sent < elapsed * JUNK_A_SECOND:
                try:
                    stranger.sendto(kinds[sent % len(kinds)], target)
                except BlockingIOError:
                    break
                sent += 1
            await asyncio.sleep(0.001)
    return {"datagrams/s": sent / seconds}


async def stampede(on: Stage, seconds: float) -> dict[str, float]:
    """Post 500 offers at once, of viewers that never come."""
    offer = await an_offer()
    began = time.monotonic()
    answers = await asyncio.gather(*(ask(on.plane, offer) for _ in range(STAMPEDE)))
    took_s = time.monotonic() - began
    opened = [name for name in answers if name is not None]
    assert opened, "nobody was let in"
    for name in opened:
        await on.plane.end(name)
    return {"opened": len(opened), "refused": STAMPEDE - len(opened), "took_s": took_s}


async def malformed(on: Stage, seconds: float) -> dict[str, float]:
    """Post offers with a line lost, doubled, cut or spoilt, as fast as they are answered."""
    good = (await an_offer()).split("\r\n")
    chance, ends = random.Random(2), time.monotonic() + seconds
    taken = refused = 0
    while time.monotonic() < ends:
        name = await ask(on.plane, spoil(good, chance))
        taken, refused = taken + (name is not None), refused + (name is None)
        if name is not None:
            await on.plane.end(name)
    return {"refused": refused, "taken": taken}


async def greedy(on: Stage, seconds: float) -> dict[str, float]:
    """Ask for every packet again and for a key frame, a thousand times a second."""
    viewer = Viewer(on.plane, "greedy")
    await viewer.start()
    await until(lambda: shows(viewer, 1))
    [video] = [ssrc for ssrc, kind in viewer.ssrcs.items() if kind == VIDEO]
    asked, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        last = viewer.kept[VIDEO].last or (0, 0)
        lost = [(last[0] - back) & 0xFFFF for back in range(16)]
        viewer.transport.send_rtcp(rtcp.build_nack(1, video, lost))
        viewer.transport.send_rtcp(rtcp.build_pli(1, video))
        asked += 1
        await asyncio.sleep(0.001)
    received = viewer.transport.packets_received
    await viewer.transport.close()
    return {"asked/s": asked / seconds, "it got packets/s": received / seconds}


async def mute(on: Stage, seconds: float) -> dict[str, float]:
    """Watch without ever sending RTCP: it is served like the others."""
    viewer = Viewer(on.plane, "mute")
    await viewer.start()
    await until(lambda: shows(viewer, 1))
    viewer.begin_count()
    await asyncio.sleep(seconds)
    kept = viewer.kept_ratio()
    await viewer.transport.close()
    assert kept >= KEPT, f"it kept {kept}"
    return {"it kept": kept}


async def vanish(on: Stage, seconds: float) -> dict[str, float]:
    """Pull the plug of a viewer; the relay must notice within five seconds."""
    viewer = Viewer(on.plane, "vanishing")
    await viewer.start()
    await until(lambda: shows(viewer, 1))
    on.events.clear()
    began = time.monotonic()
    await viewer.transport.close(silent=True)
    await until(lambda: any(isinstance(e, SessionEnded) for e in on.events), 2 * VANISHED_S)
    noticed_s = time.monotonic() - began
    assert noticed_s <= VANISHED_S, f"noticed after {noticed_s:.2f} s"
    return {"noticed_s": noticed_s}


PARTS: dict[str, Part] = {
    "nothing": nothing,
    "junk": junk,
    "stampede": stampede,
    "malformed": malformed,
    "greedy": greedy,
    "mute": mute,
    "vanish": vanish,
}


async def an_offer() -> str:
    """Return the offer of a viewer that will never come."""
    transport = PacketTransport(
        controlling=True,
        on_rtp=lambda data, at: None,
        on_rtcp=lambda data, at: None,
        options=OPTIONS,
    )
    await transport.gather()
    offer = negotiation.offer(transport.local(), sdp.Direction.RECVONLY)
    await transport.close()
    return offer


async def ask(plane: RelayPlane, offer: str) -> str | None:
    """Post an offer; return the session's name, None when it was refused."""
    try:
        return (await plane.subscribe("programme", offer, "stranger")).session.session
    except MediaError:
        return None


def spoil(lines: list[str], chance: random.Random) -> str:
    """Return an offer with up to three faults."""
    spoilt = list(lines)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(spoilt))
        line = spoilt[at]
        spoilt[at : at + 1] = chance.choice(
            (
                [],
                [line, line],
                [line[: chance.randint(0, len(line))]],
                [line + chance.choice((" ", ":", "\x00", "9" * 40, "é", ";a=b"))],
                [line.replace(chance.choice("0123456789:= "), chance.choice("9-xé "), 1)],
                [chance.choice(lines)],
            )
        )
    return "\r\n".join(spoilt)


async def run(seconds: float, names: list[str]) -> bool:
    """Play the parts and print; tell whether all went well."""
    good = True
    async with stage() as on:
        for name in names:
            outcome = await play(on, name, PARTS[name], seconds)
            print(outcome.tell(), flush=True)
            good = good and outcome.good()
            on.events.clear()
        audio = sum(len(hall.kept[AUDIO].arrivals) for hall in on.halls)
        print(f"     {audio} sounds heard in {len(on.halls)} halls")
    return good


def main() -> None:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each part")
    parser.add_argument("--only", choices=sorted(PARTS))
    args = parser.parse_args()
    names = [name for name in PARTS if args.only in (None, name)]
    sys.exit(0 if uvloop.run(run(args.seconds, names)) else 1)


if __name__ == "__main__":
    main()
