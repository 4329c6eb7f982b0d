"""What arrives through bad lines: 1, 5 and 10 % of all packets lost, 150 ms round trip.

    python -m tests.bench.lossy [--seconds 15] [--halls 4]

The studio sends 2.5 Mbps and 0.6 Mbps; a hall asks again for what it lost, as agents do.
Packets are lost both ways by chance. Told for each loss: what is missing for good, what came
more than 400 ms after the studio sent it, sounds that never came, and what the relay sends
in the end. One hall on a good line watches all the while and must miss nothing.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import uvloop

from signaling.media_plane import PlaneEvent, PlaneSample
from signaling.relay.client import RelayPlane
from signaling.relay.launch import drain, ensure_relay
from signaling.relay.settings import RelaySettings
from tests.harness.paper import OPTIONS, PaperHall, Studio, tick_all
from tests.harness.wan import Link, Wan

from .uplink import HIGH, LOW

LOSSES = (0.01, 0.05, 0.10)
ONE_WAY_S = 0.075


@dataclass
class Found:
    """One loss."""

    loss: float
    missing: float
    "Share of the packets of pictures that never came."
    late: float
    "Share that came after more than 400 ms."
    sounds_missing: float
    renditions: Counter[str]
    "What is sent, and why it is not better."
    copies: int


@dataclass
class Load:
    """Everything that runs beside the relay."""

    plane: RelayPlane
    wan: Wan
    halls: list[PaperHall]
    samples: list[PlaneSample]

    async def join(self, name: str, loss: float, delay_s: float) -> PaperHall:
        """Let one hall watch."""
        seed = len(self.halls)
        down = Link(delay_s=delay_s, loss=loss, seed=seed)
        up = Link(delay_s=delay_s, loss=loss, seed=seed + 1000)
        hall = PaperHall(name, self.wan.door(down, up))
        await hall.join(self.plane)
        self.halls.append(hall)
        return hall


async def measure(seconds: float, count: int) -> tuple[list[Found], Found]:
    """Return what came of each loss, and of the good line."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        settings = RelaySettings(run_dir=Path(folder), data_dir=Path(folder), transport=OPTIONS)
        await ensure_relay(settings)
        try:
            return await _measure(settings, seconds, count)
        finally:
            await drain(settings.socket_path)


async def _measure(
    settings: RelaySettings, seconds: float, count: int
) -> tuple[list[Found], Found]:
    samples: list[PlaneSample] = []

    def receive(event: PlaneEvent) -> None:
        if isinstance(event, PlaneSample):
            samples.append(event)

    plane = RelayPlane(settings.socket_path, receive)
    origin = asyncio.get_running_loop().time()
    tasks = [asyncio.create_task(plane.run())]
    await plane.wait_up()
    studios = [Studio(HIGH), Studio(LOW)]
    halls: list[PaperHall] = []
    try:
        async with Wan() as wan:
            load = Load(plane, wan, halls, samples)
            tasks.append(asyncio.create_task(tick_all(halls)))
            for studio, source in zip(studios, ("studio", "studio-low"), strict=True):
                await studio.publish(plane, source)
                tasks.append(asyncio.create_task(studio.play(origin)))
            await asyncio.sleep(2.0)
            good = await load.join("good", 0.0, 0.0)
            bad = [
                (loss, [await load.join(f"{loss}-{n}", loss, ONE_WAY_S) for n in range(count)])
                for loss in LOSSES
            ]
            await asyncio.sleep(4.0)
            for hall in halls:
                hall.begin_count()
            await asyncio.sleep(seconds)
            found = [tally(loss, group, samples[-1]) for loss, group in bad]
            return found, tally(0.0, [good], samples[-1])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        everybody = [hall.transport for hall in halls] + [s.transport for s in studios]
        await asyncio.gather(*(one.close() for one in everybody))


def tally(loss: float, halls: list[PaperHall], sample: PlaneSample) -> Found:
    """Add halls up. What may still come at this moment does not count as missing."""
    names = {hall.name for hall in halls}
    sessions = [s for s in sample.sessions if s.who in names]
    pictures, sounds = ([hall.got[kind] for hall in halls] for kind in ("video", "audio"))
    expected = max(1, sum(got.expected() for got in pictures))
    return Found(
        loss=loss,
        missing=sum(got.missing(but=150) for got in pictures) / expected,
        late=sum(got.late for got in pictures) / expected,
        sounds_missing=sum(got.missing(but=10) for got in sounds)
        / max(1, sum(got.expected() for got in sounds)),
        renditions=Counter(f"{s.rendition} ({s.why})" for s in sessions),
        copies=max(s.sound_copies for s in sessions),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--halls", type=int, default=4)
    args = parser.parse_args()
    found, good = uvloop.run(measure(args.seconds, args.halls))
    print("lost   in 400 ms   never came   sounds missing   copies   sent")
    for one in [good, *found]:
        sent = ", ".join(f"{count} {rendition}" for rendition, count in one.renditions.items())
        print(
            f"{100 * one.loss:3.0f} %  {100 * (1 - one.missing - one.late):8.3f} %"
            f"  {100 * one.missing:9.3f} %  {100 * one.sounds_missing:13.3f} %"
            f"  {one.copies:6}   {sent}"
        )


if __name__ == "__main__":
    main()
