"""Does everybody fit through the line? 92 halls behind one shaped line of 100 Mbps.

    python -m tests.bench.uplink [--viewers 92] [--mbps 100] [--seconds 10]

Studio (2.5 Mbps), its second picture (0.6 Mbps), halls and the line are this process, the
relay is another. The line drops what waits longer than 50 ms. Told: who is sent what, what
arrived, what the line had to drop, how full it was.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import uvloop

from signaling.media_plane import PlaneEvent, PlaneSample, Rendition
from signaling.relay.client import RelayPlane
from signaling.relay.launch import drain, ensure_relay
from signaling.relay.settings import RelaySettings
from tests.harness.paper import OPTIONS, PaperHall, Shape, Studio, tick_all
from tests.harness.wan import Link, Wan

HIGH = Shape()
LOW = Shape(hz=15, packets=4, key_packets=14, sounding=False)
JOINS_AT_ONCE = 8


@dataclass
class Found:
    """What came of it."""

    renditions: Counter[Rendition]
    missing: float
    "Share of the packets of pictures."
    halls_without_sound: int
    "That missed a sound."
    used_mbps: float
    "The most in a second, as the relay tells."
    line_mbps: float
    "As the line saw it, on average."
    overflowed: int
    longest_queue_ms: float
    changes: int
    cpu: float
    queue_delay_ms: float
    "Of pictures in the relay, the longest."


async def measure(viewers: int, mbps: float, seconds: float, settle_s: float = 8.0) -> Found:
    """Run it."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        settings = RelaySettings(
            run_dir=Path(folder),
            data_dir=Path(folder),
            transport=OPTIONS,
            uplink_bps=round(mbps * 1e6),
        )
        await ensure_relay(settings)
        try:
            return await _measure(settings, viewers, seconds, settle_s)
        finally:
            await drain(settings.socket_path)


async def _measure(settings: RelaySettings, viewers: int, seconds: float, settle_s: float) -> Found:
    assert settings.uplink_bps is not None
    samples: list[PlaneSample] = []

    def receive(event: PlaneEvent) -> None:
        if isinstance(event, PlaneSample):
            samples.append(event)

    plane = RelayPlane(settings.socket_path, receive)
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(plane.run())]
    await plane.wait_up()
    halls: list[PaperHall] = []
    studios = [Studio(HIGH), Studio(LOW)]
    try:
        async with Wan(Link(settings.uplink_bps)) as wan:
            tasks.append(asyncio.create_task(tick_all(halls)))
            for studio, source in zip(studios, ("studio", "studio-low"), strict=True):
                await studio.publish(plane, source)
            origin = loop.time()
            tasks += [asyncio.create_task(studio.play(origin)) for studio in studios]
            await asyncio.sleep(2.0)
            gate = asyncio.Semaphore(JOINS_AT_ONCE)

            async def join(number: int) -> None:
                hall = PaperHall(f"h{number}", wan.door())
                async with gate:
                    await hall.join(plane)
                halls.append(hall)

            await asyncio.gather(*(join(n) for n in range(viewers)))
            await asyncio.sleep(settle_s)
            return await _window(halls, wan, samples, seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        everybody = [hall.transport for hall in halls] + [s.transport for s in studios]
        await asyncio.gather(*(one.close() for one in everybody))


async def _window(
    halls: list[PaperHall], wan: Wan, samples: list[PlaneSample], seconds: float
) -> Found:
    for hall in halls:
        hall.begin_count()
    before, overflowed, first = wan.shared.bytes, wan.shared.overflowed, len(samples)
    wan.shared.longest_queue_s = 0.0
    cpu_s = samples[-1].cpu_s
    await asyncio.sleep(seconds)
    window = samples[first:]
    pictures = [hall.got["video"] for hall in halls]
    sent = [[s.rendition for s in one.sessions if s.role == "viewer"] for one in window]
    return Found(
        renditions=Counter(r for r in sent[-1] if r is not None),
        missing=sum(p.missing() for p in pictures) / max(1, sum(p.expected() for p in pictures)),
        halls_without_sound=sum(
            hall.got["audio"].missing() > 0 or hall.got["audio"].expected() < seconds * 40
            for hall in halls
        ),
        used_mbps=max(one.used_bps for one in window) / 1e6,
        line_mbps=(wan.shared.bytes - before) * 8 / seconds / 1e6,
        overflowed=wan.shared.overflowed - overflowed,
        longest_queue_ms=1e3 * wan.shared.longest_queue_s,
        changes=sum(a != b for a, b in zip(sent, sent[1:], strict=False)),
        cpu=(window[-1].cpu_s - cpu_s) / seconds,
        queue_delay_ms=1e3 * max(one.outputs[0].queue_delay_s for one in window),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=92)
    parser.add_argument("--mbps", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    print(f"studio {HIGH.bps() / 1e6:.2f} and {LOW.bps() / 1e6:.2f} Mbps, {args.viewers} halls")
    found = uvloop.run(measure(args.viewers, args.mbps, args.seconds))
    sent = ", ".join(f"{count} {rendition}" for rendition, count in found.renditions.items())
    print(f"sent: {sent}; changes during {args.seconds:.0f} s: {found.changes}")
    print(
        f"missing of the picture {100 * found.missing:.3f} %, "
        f"halls that missed a sound {found.halls_without_sound}"
    )
    print(
        f"line of {args.mbps:.0f} Mbps: {found.line_mbps:.1f} on average, by the relay at most "
        f"{found.used_mbps:.1f} in a second, dropped {found.overflowed}, longest queue "
        f"{found.longest_queue_ms:.1f} ms; in the relay {found.queue_delay_ms:.0f} ms"
    )
    print(f"relay {100 * found.cpu:.0f} % of a core")


if __name__ == "__main__":
    main()
