"""The programme that every server forwards: 720p at 2.5 Mbps, as bytes and times.

Thirty pictures a second in packets of 1200 bytes, the last of a picture shorter; a key
frame of 40 packets every two seconds; fifty sounds a second. Every packet carries the wall
clock of its sending after the first payload byte.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Iterator

PICTURES_HZ, SOUNDS_HZ, GROUP = 30, 50, 60
KEY_PACKETS = 40
VIDEO_BYTES, LAST_BYTES, SOUND_BYTES = 1200, 600, 160
VIDEO_TYPE, SOUND_TYPE = 102, 111
VIDEO_SSRC, SOUND_SSRC = 2, 1
KEY, DELTA = b"\x65", b"\x41"
STAMP = struct.Struct("!d")
_HEADER = struct.Struct("!BBHII")
_PADDING = b"v" * VIDEO_BYTES

Send = Callable[[str, bytes], None]


def packets_of(picture: int) -> int:
    """Return how many packets a picture has."""
    return KEY_PACKETS if picture % GROUP == 0 else 8 + picture % 2


def packets_per_s() -> float:
    """Return how many packets a viewer gets."""
    return sum(packets_of(n) for n in range(GROUP)) * PICTURES_HZ / GROUP + SOUNDS_HZ


def bits_per_s() -> float:
    """Return the rate of the payloads."""
    packets = sum(packets_of(n) for n in range(GROUP))
    shorter = GROUP * (VIDEO_BYTES - LAST_BYTES)
    video = (packets * VIDEO_BYTES - shorter) * PICTURES_HZ / GROUP
    return 8 * (video + SOUNDS_HZ * SOUND_BYTES)


async def play(send: Send, sent: list[int], stop: asyncio.Event) -> None:
    """Send in real time, counting packets, until told to stop."""
    loop = asyncio.get_running_loop()
    begin, picture, sound = loop.time(), 0, 0
    numbers = {"video": 0, "audio": 0}
    while not stop.is_set():
        now = loop.time() - begin
        while picture / PICTURES_HZ <= now:
            for packet in _picture(picture, numbers):
                send("video", packet)
                sent[0] += 1
            picture += 1
        while sound / SOUNDS_HZ <= now:
            send("audio", _sound(sound, numbers))
            sent[0] += 1
            sound += 1
        due = begin + min(picture / PICTURES_HZ, sound / SOUNDS_HZ)
        await asyncio.sleep(max(0.0, due - loop.time()))


def _picture(picture: int, numbers: dict[str, int]) -> Iterator[bytes]:
    count = packets_of(picture)
    kind = KEY if picture % GROUP == 0 else DELTA
    for part in range(count):
        last = part == count - 1
        size = LAST_BYTES if last else VIDEO_BYTES
        yield (
            _HEADER.pack(
                128, VIDEO_TYPE | last << 7, numbers["video"] & 0xFFFF,
                picture * 3000 & 0xFFFF_FFFF, VIDEO_SSRC,
            )
            + kind + STAMP.pack(time.time()) + _PADDING[: size - 9]
        )  # fmt: skip
        numbers["video"] += 1


def _sound(sound: int, numbers: dict[str, int]) -> bytes:
    numbers["audio"] += 1
    head = _HEADER.pack(128, SOUND_TYPE, sound & 0xFFFF, sound * 960 & 0xFFFF_FFFF, SOUND_SSRC)
    return head + b"\xf8" + STAMP.pack(time.time()) + _PADDING[: SOUND_BYTES - 9]


def sent_at(packet: bytes) -> float | None:
    """Return the stamp of a decrypted packet, None when it is not of this studio."""
    if len(packet) - 12 not in (VIDEO_BYTES, LAST_BYTES, SOUND_BYTES):
        return None
    stamp: float = STAMP.unpack_from(packet, 13)[0]
    return stamp
