"""What a websocket server has to take and to refuse: name, bytes, and the close code (RFC 6455).

Named after the groups of the Autobahn test suite, which cannot be run any more (it is Python 2).
None: the connection stays. Payloads mean nothing to us, so that the vectors fit any endpoint.
"""

from dataclasses import dataclass

from tests.conformance.frame import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    close,
    frame,
)

SMALLEST_LIMIT = 4096
"The longest message every endpoint takes."
LARGEST_LIMIT = 64 * 1024
BAD_UTF8 = [
    b"\x80", b"\xbf", b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xc3", b"\xc3\x28", b"\xe0\x80\x80",
    b"\xe0\x9f\xbf", b"\xe1\xba", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",    b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff", b"t\xc3\xa2n\xff",
]  # fmt: skip
GOOD_UTF8 = ["", "Nhịp Cầu", "\u0000", "\U0010ffff", "😀", "\ufeff", "\u202e", "ế" * 500]
GOOD_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
BAD_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999]
RESERVED = [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF]
SPLIT = "Cầu".encode()


@dataclass(frozen=True, slots=True)
class Vector:
    """Bytes to send, and what comes of it."""

    name: str
    parts: tuple[bytes, ...]
    code: int | None = None
    also: tuple[int, ...] = ()
    "Other codes that are as right; 1006 is a cut without a word."


def _framing() -> list[Vector]:
    sizes = (0, 1, 125, 126, 127, 128, 1000, SMALLEST_LIMIT - 1)
    found = [Vector(f"1.1 text {n}", (frame(TEXT, b"x" * n),)) for n in sizes]
    found += [Vector(f"1.2 binary {n}", (frame(BINARY, b"\xfe" * n),)) for n in sizes]
    whole = frame(TEXT, b"x" * 200)
    found.append(Vector("1.3 byte by byte", tuple(bytes([byte]) for byte in whole)))
    found.append(Vector("1.4 two in one packet", (frame(TEXT, b"x") + frame(TEXT, b"y"),)))
    found.append(Vector("1.5 mask of zeros", (frame(TEXT, b"x", mask=bytes(4)),)))
    # RFC 6455 asks for 1002. aiohttp takes it: masks protect proxies from pages, not us.
    found.append(Vector("1.6 no mask", (frame(TEXT, b"x", mask=None),)))
    return found


def _pings() -> list[Vector]:
    return [
        *(Vector(f"2.1 ping {n}", (frame(PING, b"p" * n),)) for n in (0, 1, 125)),
        Vector("2.2 ping of bytes that are no text", (frame(PING, b"\x00\xff\xfe"),)),
        Vector("2.3 ping too long", (frame(PING, b"p" * 126),), 1002),
        Vector("2.4 pong too long", (frame(PONG, b"p" * 126),), 1002),
        Vector("2.5 pong nobody asked for", (frame(PONG, b"p"),)),
        Vector("2.6 ten pings", (b"".join(frame(PING, bytes([n])) for n in range(10)),)),
        Vector("2.7 ping byte by byte", tuple(bytes([b]) for b in frame(PING, b"ping"))),
    ]


def _reserved() -> list[Vector]:
    kinds = {"text": TEXT, "ping": PING, "close": CLOSE}
    found = [
        Vector(f"3.{rsv} {name}", (frame(opcode, b"", rsv=rsv),), 1002)
        for rsv in range(1, 8)
        for name, opcode in kinds.items()
    ]
    begun = frame(TEXT, b"x", fin=False)
    found += [
        Vector(f"3.8.{rsv} continuation", (begun, frame(CONTINUATION, b"y", rsv=rsv)), 1002)
        for rsv in (1, 4)
    ]
    found += [Vector(f"4.1 opcode {n:#x}", (frame(n),), 1002) for n in RESERVED]
    found += [Vector(f"4.2 opcode {n:#x} with bytes", (frame(n, b"x"),), 1002) for n in RESERVED]
    return found


def _fragments() -> list[Vector]:
    begun, more = frame(TEXT, b"x", fin=False), frame(CONTINUATION, b"y", fin=False)
    end = frame(CONTINUATION, b"z")
    endless = frame(CONTINUATION, b"y" * 1000, fin=False)
    return [
        Vector("5.1 ping in fragments", (frame(PING, b"x", fin=False), end), 1002),
        Vector("5.2 pong in fragments", (frame(PONG, b"x", fin=False), end), 1002),
        Vector("5.3 close in fragments", (frame(CLOSE, b"", fin=False), end), 1002),
        Vector("5.4 text in two", (begun, end)),
        Vector("5.5 text in five", (begun, more, more, more, end)),
        Vector("5.6 ping between", (begun, frame(PING, b"p"), end)),
        Vector("5.7 binary in two", (frame(BINARY, b"x", fin=False), end)),
        Vector("5.8 continuation of nothing", (end,), 1002),
        Vector("5.9 continuation of nothing, unfinished", (more,), 1002),
        Vector("5.10 text within a text", (begun, frame(TEXT, b"x")), 1002),
        Vector("5.11 binary within a text", (begun, frame(BINARY, b"x")), 1002),
        Vector("5.12 continuation after the end", (begun, end, end), 1002),
        Vector("5.13 empty fragments", (frame(TEXT, fin=False), frame(CONTINUATION))),
        Vector("5.14 a thousand of one byte", (begun, more * 1000, end)),
        Vector("5.15 fragments without end", (begun, *[endless] * 70), 1009, (1006,)),
    ]


def _text() -> list[Vector]:
    found = [Vector(f"6.1 {ascii(text[:8])}", (frame(TEXT, text.encode()),)) for text in GOOD_UTF8]
    found += [Vector(f"6.2 {bad.hex()}", (frame(TEXT, bad),), 1007) for bad in BAD_UTF8]
    found += [
        Vector(
            f"6.3 a letter cut at {at}",
            (frame(TEXT, SPLIT[:at], fin=False), frame(CONTINUATION, SPLIT[at:])),
        )
        for at in range(1, len(SPLIT))
    ]
    found += [
        Vector(
            f"6.4 {bad.hex()} in the second half",
            (frame(TEXT, b"x", fin=False), frame(CONTINUATION, bad)),
            1007,
        )
        for bad in BAD_UTF8[:4]
    ]
    return found


def _closing() -> list[Vector]:
    found = [Vector(f"7.1 {code}", (close(code),), code, (1000,)) for code in GOOD_CODES]
    # aiohttp says 1000 to a 1006 that stands in a frame; what counts is that it closes.
    found += [Vector(f"7.2 {n}", (close(n),), 1002, (1000,)[: n == 1006]) for n in BAD_CODES]
    return [
        *found,
        Vector("7.3 without a code", (close(None),), 1000, (1005,)),
        Vector("7.4 one byte", (frame(CLOSE, b"\x03"),), 1002),
        Vector("7.5 a reason", (close(1000, "tạm biệt".encode()),), 1000),
        Vector("7.6 the longest reason", (close(1000, b"r" * 123),), 1000),
        Vector("7.7 a reason too long", (close(1000, b"r" * 124),), 1002),
        Vector("7.8 a reason that is no text", (close(1000, b"\xff"),), 1007),
        Vector("7.9 words after it", (close(1000) + frame(TEXT, b"x"),), 1000),
        Vector("7.10 twice", (close(1000) + close(1001),), 1000),
    ]


def _limits() -> list[Vector]:
    def header(length: bytes, opcode: int = TEXT) -> tuple[bytes, ...]:
        return (frame(opcode, b"xxxx", length=length),)

    return [
        Vector("9.1 a byte too many", (frame(TEXT, b"x" * (LARGEST_LIMIT + 1)),), 1009, (1006,)),
        Vector("9.2 a megabyte", (frame(BINARY, b"x" * 2**20),), 1009, (1006,)),
        Vector("9.3 2^62 bytes announced", header(b"\x7f" + b"\x40" + bytes(7)), 1009),
        Vector("9.4 2^63 bytes announced", header(b"\x7f" + b"\x80" + bytes(7)), 1002, (1009,)),
        Vector("9.5 2^64-1 bytes announced", header(b"\x7f" + b"\xff" * 8), 1002, (1009,)),
        Vector("9.6 a ping of 64 KiB announced", header(b"\x7e\xff\xff", PING), 1002),
        Vector("9.7 a ping of 2^63 announced", header(b"\x7f\x80" + bytes(7), PING), 1002),
    ]


VECTORS = (
    *_framing(),
    *_pings(),
    *_reserved(),
    *_fragments(),
    *_text(),
    *_closing(),
    *_limits(),
)
