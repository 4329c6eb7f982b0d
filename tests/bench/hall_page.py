"""What the projector's page makes of a bad line, and what its proofs cost:

    python -m tests.bench.hall_page [--seconds 60] [--loss 0 0.02 0.05] [--patience MS …]

A real Chromium plays the demo's film, its media over a line that loses packets both ways and has
a round trip of 150 ms. A frame is late when none was presented for 200 ms (at 15 a second);
*frozen* and *made up* are the browser's own figures. Beside it the CPU of all its processes: as
it is, and without what the coordinator is told of it.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.process import tree_cpu_s
from tests.harness.chromium import SHELF, Chromium, Page
from tests.harness.demo import RunningDemo, running_demo
from tests.harness.lossy_path import LossyPath
from tests.harness.projector import HALL, LOOPBACK, enter_roster, open_screen

ROUND_TRIP_S = 0.15
LATE_MS = 200

# The page's own callback stays as it is; each frame is noted beside it.
GAPS = """
window.gaps = []; let before = 0;
const noted = (now) => {
  if (before) window.gaps.push(now - before);
  before = now;
  document.querySelector("video").requestVideoFrameCallback(noted);
};
document.querySelector("video").requestVideoFrameCallback(noted);
"""
CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
PATIENCE = """
const before_ = Object.getOwnPropertyDescriptor(RTCRtpReceiver.prototype, "jitterBufferTarget");
Object.defineProperty(RTCRtpReceiver.prototype, "jitterBufferTarget", {
  get: before_.get, set() { before_.set.call(this, MS); }
});
"""
# Nothing is measured: frames are played, and that is all.
DEAF = """
delete HTMLVideoElement.prototype.requestVideoFrameCallback;
const real = RTCPeerConnection.prototype.getStats;
RTCPeerConnection.prototype.getStats = async () => new Map([["x",
  {type: "inbound-rtp", packetsReceived: performance.now(), framesDecoded: performance.now()}]]);
"""
STATS = """(async () => {
  const told = {};
  for (const entry of (await window.connections.at(-1).getStats()).values())
    if (entry.type === "inbound-rtp") told[entry.kind] = { ...entry };
  return told;
})()"""


async def stats(page: Page) -> dict[str, dict[str, Any]]:
    """Return what the browser says of the present connection's picture and sound."""
    found: dict[str, dict[str, Any]] = await page.evaluate(STATS)
    return found


async def playing(demo: RunningDemo, page: Page) -> None:
    """Wait until the page plays, and has settled."""
    await page.until("document.querySelector('video')?.videoWidth > 0", 60)
    await asyncio.sleep(8.0)


async def through(demo: RunningDemo, loss: float, patience_ms: int | None, seconds: float) -> str:
    """Watch through a line; return a row."""
    async with (
        LossyPath(loss=loss, round_trip_s=ROUND_TRIP_S) as path,
        Chromium(LOOPBACK) as chromium,
    ):
        script = path.script + CONNECTIONS
        if patience_ms is not None:
            script += PATIENCE.replace("MS", str(patience_ms))
        page = await open_screen(chromium, demo, script)
        path.follow(page)
        await playing(demo, page)
        sessions = await page.evaluate("window.connections.length")
        before = await stats(page)
        await page.evaluate(GAPS)
        words: dict[str, int] = {}
        for _ in range(round(seconds)):
            point = (await demo.points())[HALL]
            word = " ".join([point["reception"], *sorted(set(point["reasons"]))])
            words[word] = words.get(word, 0) + 1
            await asyncio.sleep(1.0)
        gaps = sorted(await page.evaluate("window.gaps"))
        after = await stats(page)
        again = await page.evaluate("window.connections.length") - sessions
    late = [gap for gap in gaps if gap > LATE_MS]
    video, sound = (
        {k: after[kind].get(k, 0) - before[kind].get(k, 0) for k in names}
        for kind, names in (
            ("video", ("totalFreezesDuration", "freezeCount", "framesDecoded")),
            ("audio", ("concealedSamples", "totalSamplesReceived")),
        )
    )
    made_up = sound["concealedSamples"] / max(1, sound["totalSamplesReceived"])
    said = ", ".join(f"{word} {n / sum(words.values()):.0%}" for word, n in words.items())
    asked = "as shipped" if patience_ms is None else f"{patience_ms} ms"
    return (
        f"| {loss:.0%} | {asked} | {len(gaps) / seconds:.1f} | {len(late)} | {max(gaps):.0f} ms "
        f"| {video['totalFreezesDuration'] / seconds:.1%} ({video['freezeCount']}) "
        f"| {made_up:.2%} | {again} | {said} |"
    )


async def cost(demo: RunningDemo, script: str, seconds: float) -> float:
    """Return what Chromium takes of a core while it plays."""
    async with Chromium(LOOPBACK) as chromium:
        page = await open_screen(chromium, demo, script)
        await playing(demo, page)
        assert chromium.pid is not None
        before = tree_cpu_s(chromium.pid)
        await asyncio.sleep(seconds)
        return (tree_cpu_s(chromium.pid) - before) / seconds


async def measure(args: argparse.Namespace) -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory(prefix="nc-page-", dir=None) as folder:
        async with running_demo(Path(folder), "--lab", "--points", "1") as demo:
            await enter_roster(demo)
            await demo.enter("rehearsal")
            print(
                "| loss | patience | frames/s | late | longest | frozen | made up | anew | said |"
            )
            print("|---|---|---|---|---|---|---|---|---|")
            for loss in args.loss:
                for patience in args.patience or [None]:
                    print(await through(demo, loss, patience, args.seconds), flush=True)
            for _ in range(args.rounds):
                for name, script in (("as it is", ""), ("telling nothing", DEAF)):
                    share = await cost(demo, script, args.seconds)
                    print(f"{name}: {share:.1%} of a core", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--loss", type=float, nargs="*", default=[0.0, 0.02, 0.05])
    parser.add_argument("--patience", type=int, nargs="*", help="instead of the page's own, ms")
    parser.add_argument("--rounds", type=int, default=2, help="of the cost")
    try:
        asyncio.run(measure(parser.parse_args()))
    finally:
        SHELF.clear()


if __name__ == "__main__":
    main()
