"""How often the judge is right: ``python -m tests.bench.judge [--seconds 40] [--write]``.

Slides, a lectern and a film are encoded in two renditions, some of it lost on the way, decoded,
and reported once a second as halls do. Shown is the right programme, the same camera an hour
ago, or another place. Every answer counts by itself, before any hysteresis.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from coordinator.judge.line import Finding, Sample
from coordinator.judge.picture import PictureWitness
from coordinator.judge.reference import Pictures
from endpoints.studio.encoder import PictureEncoder, PictureFormat
from signaling.reception.decoder import PictureDecoder
from signaling.reception.frame import Frame, VideoCodec
from signaling.thumbnail import Luma
from tests.harness.scene import KINDS, pictures, planar

PAGE = Path(__file__).parents[2] / "docs" / "judge-table.md"
FPS = 10
HIGH, LOW = (360, 640), (180, 320)
RENDITIONS = {
    "high": PictureFormat(width=640, height=360, fps=FPS, bitrate_bps=900_000),
    "low": PictureFormat(width=320, height=180, fps=FPS, bitrate_bps=250_000),
}
LOSSES = (0.0, 0.02)
"Share of frames that never become whole; what builds upon them is not shown either."
LATE = "right, drawn late"
"As on a slow PC: the browser names a frame and draws the one before."
SHOWN = ("right", LATE, "an hour ago", "elsewhere")
PLACES = (1, 2, 3)
AIM = 0.999


@dataclass
class Decoded:
    """A programme as one rendition brings it, and what it cost."""

    frames: list[tuple[bool, Luma]]
    "Whether it is a key frame, and its thumbnail."
    decode_s: float


def decoded(kind: str, place: int, take: int, rendition: str, count: int) -> Decoded:
    """Encode and decode a programme."""
    format = RENDITIONS[rendition]
    encoder, decoder = PictureEncoder(format), PictureDecoder(VideoCodec.H264)
    size = (format.height, format.width)
    frames, spent = [], 0.0
    for number, luma in enumerate(pictures(kind, place, take, size, count, FPS)):
        for data in encoder.encode(planar(luma), number):
            key = b"\x00\x00\x01\x65" in data
            began = time.process_time()
            picture = decoder.decode(Frame(number * 9000, key, True, data), True)
            spent += time.process_time() - began
            if picture is not None and picture.thumbnail is not None:
                frames.append((key, picture.thumbnail))
    return Decoded(frames, spent)


def seen_by_hall(frames: list[tuple[bool, Luma]], loss: float, seed: int) -> Iterator[int]:
    """Yield the number of the frame on the screen at every frame's time."""
    dice, shown, whole = random.Random(seed), 0, True
    for number, (key, _luma) in enumerate(frames):
        if dice.random() < loss:
            whole = False
        elif key:
            whole = True
        if whole:
            shown = number
        yield shown


def answers(
    ours: Decoded, theirs: Decoded, loss: float, seed: int, *, late: int = 0
) -> Iterator[tuple[str, bool]]:
    """Yield the judge's finding for each second's report, and whether the screen really stood.

    ``late``: what is drawn is so many frames older than what is named.
    """
    reference, witness = Pictures(), PictureWitness()
    count = min(len(ours.frames), len(theirs.frames))
    shown_at = list(seen_by_hall(theirs.frames[:count], loss, seed))
    for number in range(count):
        now = 100.0 + number / FPS
        reference.receive(number * 9000, ours.frames[number][1], now)
        if number % FPS == FPS - 1:
            shown = shown_at[number]
            sample = Sample(
                device="d", at=now, timestamp=shown * 9000, shown_at=now,
                thumbnail=theirs.frames[max(0, shown - late)][1].tobytes(),
            )  # fmt: skip
            stood = shown_at[max(0, number - FPS)] == shown
            answer = witness.examine(sample, reference)
            yield answer.finding.value, stood and answer.why == "frozen"


def trial(kind: str, seconds: int, tally: dict[tuple[str, ...], Counter[str]]) -> list[float]:
    """Judge one kind of programme in all ways; return decode milliseconds a frame, high and low."""
    count, cost = seconds * FPS, {name: 0.0 for name in RENDITIONS}
    made = {}
    for place in PLACES:
        for take in (1, 2):
            for name in RENDITIONS:
                made[place, take, name] = decoded(kind, place, take, name, count)
                cost[name] += made[place, take, name].decode_s
    for place in PLACES:
        ours = made[place, 1, "high"]
        others = {
            "right": (place, 1),
            LATE: (place, 1),
            "an hour ago": (place, 2),
            "elsewhere": (place % 3 + 1, 1),
        }
        for shown, name, loss in product(SHOWN, RENDITIONS, LOSSES):
            said = tally.setdefault((shown, kind, name, f"{loss:.0%}"), Counter())
            theirs = made[*others[shown], name]
            seed, late = place * 100 + len(tally), int(shown == LATE)
            for finding, stood in answers(ours, theirs, loss, seed, late=late):
                said["stood" if stood else finding] += 1
    return [1000 * cost[name] / (count * 2 * len(PLACES)) for name in RENDITIONS]


def is_error(shown: str, finding: str) -> bool:
    return finding == (Finding.WRONG if shown.startswith("right") else Finding.RIGHT)


def page(tally: dict[tuple[str, ...], Counter[str]], cost: dict[str, list[float]]) -> str:
    """Return the table as Markdown."""
    lines = [
        "# How often the judge is right",
        "",
        "Generated by `python -m tests.bench.judge --write`: single answers on the picture,",
        "before any hysteresis; the reference is the high rendition (640x360), the other is",
        "320x180. Where frames are lost the screen really stands for a second or more: *stood*",
        "counts how often the judge said so, which is right whatever is shown.",
        "",
        "| shown | programme | rendition | frames lost | right | wrong | stood | cannot tell |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, said in tally.items():
        kinds = (Finding.RIGHT.value, Finding.WRONG.value, "stood", Finding.CANNOT_TELL.value)
        lines.append(f"| {' | '.join(key)} | {' | '.join(str(said[k]) for k in kinds)} |")
    total, answered, errors = sums(tally)
    lines += [
        "",
        f"Of {total} samples it answered {answered} ({answered / total:.1%}), and of those "
        f"{answered - errors} rightly ({(answered - errors) / max(1, answered):.2%}).",
        "",
        "Decoding a frame, thumbnail included, costs "
        + "; ".join(f"{k}: {h:.2f} ms high, {w:.2f} ms low" for k, (h, w) in cost.items())
        + " (CPU, one core of this machine).",
    ]
    return "\n".join(lines) + "\n"


def sums(tally: dict[tuple[str, ...], Counter[str]]) -> tuple[int, int, int]:
    """Return how many samples, how many answered, how many answered falsely."""
    total = answered = errors = 0
    for (shown, *_rest), said in tally.items():
        total += said.total()
        answered += said.total() - said[Finding.CANNOT_TELL.value]
        errors += sum(n for finding, n in said.items() if is_error(shown, finding))
    return total, answered, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=40, help="of each programme")
    parser.add_argument("--write", action="store_true", help="renew docs/judge-table.md")
    args = parser.parse_args()
    tally: dict[tuple[str, ...], Counter[str]] = {}
    cost = {kind: trial(kind, args.seconds, tally) for kind in KINDS}
    text = page(tally, cost)
    print(text)
    if args.write:
        PAGE.write_text(text)
    _total, answered, errors = sums(tally)
    sys.exit(0 if answered - errors >= AIM * answered else 1)


if __name__ == "__main__":
    main()
