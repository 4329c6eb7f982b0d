"""The number of a frame as people and as programs read it off the picture. Pure: no I/O.

For programs: 32 cells in the lowest row of the 32 x 18 thumbnail, white for 1: 24 bits of
the number, most significant first, then their CRC-8. So whoever has a thumbnail (the
judge, a test) knows the frame, at every resolution.
"""

from collections.abc import Sequence

CELLS = 32
_NUMBER_BITS = 24
_POLYNOMIAL = 0x07
WHITE_FROM = 128


def text(number: int, fps: int) -> str:
    """Return HH:MM:SS:FF; hours start anew after 99."""
    seconds, frame = divmod(number, fps)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours % 100:02}:{minute:02}:{second:02}:{frame:02}"


def cells(number: int) -> list[bool]:
    """Return the strip of a number, modulo 2**24."""
    number &= (1 << _NUMBER_BITS) - 1
    word = number << 8 | _crc(number.to_bytes(3, "big"))
    return [bool(word >> bit & 1) for bit in reversed(range(CELLS))]


def read(luma: Sequence[int]) -> int | None:
    """Return the number in a row of 32 cell lumas, None when there is none."""
    word = 0
    for value in luma:
        word = word << 1 | (value >= WHITE_FROM)
    number = word >> 8
    return number if word & 0xFF == _crc(number.to_bytes(3, "big")) else None


def _crc(data: bytes) -> int:
    # Not 0: an all-black strip must not be frame 0.
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _bit in range(8):
            crc = (crc << 1 ^ (_POLYNOMIAL if crc & 0x80 else 0)) & 0xFF
    return crc
