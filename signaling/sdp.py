"""SDP as far as WHIP and WHEP need it: sections of audio and video, bundled.

Pure: text in, dataclasses out, and back. Written by hand because everything an offer
holds comes from strangers: here junk raises ``BadSdp`` and nothing else, sizes are
bounded, and H.264 profiles we never decode are not refused.

Sources: RFC 8866 (grammar), RFC 8843 (BUNDLE), RFC 8839 (ICE), RFC 9725 §4.2, §4.4.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .media_errors import BadSdp
from .simulcast import Simulcast, read_simulcast, simulcast_lines

MAX_SDP_CHARS = 64 * 1024
MAX_SECTIONS = 8
MAX_LINE_CHARS = 4096
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_EXTENSION_IDS = {str(number): number for number in range(1, 15)}
# Payload types whose RTP would look like RTCP (RFC 5761 §4).
_FORBIDDEN_TYPES = range(64, 96)
_TOKEN = re.compile(r"[!-~]{1,256}")
_LINE_END = re.compile(r"\r\n|\n|\r")
_M_LINE = re.compile(r"(audio|video|application|[a-z]+) (\d{1,5})(?:/\d+)? (\S+) (.+)")


class Setup(StrEnum):
    """Who says hello first in DTLS (RFC 8842)."""

    ACTPASS = "actpass"
    ACTIVE = "active"
    PASSIVE = "passive"


class Direction(StrEnum):
    """Which way media of a section flows, seen from who wrote it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportDescription:
    """How to reach one end of a bundle, and how to know that it is the one."""

    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    "Pairs of hash name and value, of the certificate in the DTLS handshake."
    setup: Setup = Setup.ACTPASS
    candidates: tuple[str, ...] = ()
    "As SDP writes them, without ``a=candidate:``."
    ice_lite: bool = False

    def answer_setup(self) -> Setup:
        """Return what the answer to this description says: we let the peer begin.

        A peer behind a NAT finishes ICE first, so its hello comes half a round trip
        earlier than ours would.
        """
        return Setup.ACTIVE if self.setup == Setup.PASSIVE else Setup.PASSIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One format of a section."""

    payload_type: int
    name: str
    "Upper case: ``H264``, ``VP8``, ``OPUS``."
    clock_hz: int
    channels: int = 1
    parameters: str = ""
    "The whole fmtp line after the payload type."
    feedback: tuple[str, ...] = ()
    "``nack``, ``nack pli``, ``goog-remb``, …"
    rtx_payload_type: int | None = None
    "Where repairs of this codec travel (RFC 4588), None to repeat the packet itself."

    def parameter(self, name: str) -> str | None:
        """Return one fmtp parameter, None when it is not given."""
        for part in self.parameters.split(";"):
            key, _, value = part.strip().partition("=")
            if key.lower() == name:
                return value
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What a section says of the packets its writer sends."""

    ssrc: int
    rtx_ssrc: int | None = None
    cname: str = ""
    stream: str = "-"
    "Tracks of one stream are played in sync."
    label: str = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One ``m=`` section."""

    kind: str
    "``audio`` or ``video``; others are read but nobody takes them."
    mid: str
    direction: Direction
    codecs: tuple[Codec, ...]
    track: Track | None = None
    rejected: bool = False
    "Port 0 and not bundle-only."
    level_id: int | None = None
    "Of the header extension that tells the sound's level (RFC 6464); None without it."
    simulcast: Simulcast | None = None
    "Of a picture: that it comes several times; None for once."


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A whole offer or answer."""

    transport: TransportDescription
    sections: tuple[Section, ...]

    def section(self, kind: str) -> Section | None:
        """Return the first section of a kind that is not rejected."""
        return next((s for s in self.sections if s.kind == kind and not s.rejected), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A trickle fragment (RFC 8840)."""

    ufrag: str | None
    password: str | None
    candidates: tuple[str, ...]
    ended: bool


def parse(text: str) -> Description:
    """Read an offer or an answer.

    Raises:
        BadSdp: If it is not SDP, or lacks what a bundled WebRTC session must have.

    """
    head, *groups = _groups(text)
    if not groups:
        raise BadSdp("no media section")
    if len(groups) > MAX_SECTIONS:
        raise BadSdp(f"{len(groups)} media sections, the limit is {MAX_SECTIONS}")
    sections = tuple(_section(group, index) for index, group in enumerate(groups))
    return Description(transport=_transport(head, groups), sections=sections)


def parse_fragment(text: str) -> Fragment:
    """Read the body of a trickle PATCH.

    Raises:
        BadSdp: If it is too long or has nothing of a fragment.

    """
    lines = _attributes([line for group in _groups(text, strict=False) for line in group])
    found = Fragment(
        ufrag=_first(lines, "ice-ufrag"),
        password=_first(lines, "ice-pwd"),
        candidates=tuple(value for key, value in lines if key == "candidate"),
        ended=any(key == "end-of-candidates" for key, _ in lines),
    )
    if not (found.candidates or found.ended or found.ufrag):
        raise BadSdp("neither a candidate nor ice-ufrag nor end-of-candidates")
    return found


def describe(transport: TransportDescription, sections: Sequence[Section]) -> str:
    """Write an offer or an answer: bundled, rtcp-mux, all candidates in place."""
    mids = " ".join(s.mid for s in sections if not s.rejected)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
    lines += ["a=msid-semantic: WMS *", *(["a=ice-lite"] if transport.ice_lite else [])]
    for section in sections:
        lines += _section_lines(section, transport)
    return "\r\n".join(lines) + "\r\n"


def _groups(text: str, strict: bool = True) -> list[list[str]]:
    """Split into the session's lines and those of each section, ``m=`` line first."""
    if len(text) > MAX_SDP_CHARS:
        raise BadSdp(f"{len(text)} characters, the limit is {MAX_SDP_CHARS}")
    lines = [line.strip() for line in _LINE_END.split(text) if line.strip()]
    if strict and (not lines or lines[0] != "v=0"):
        raise BadSdp("does not begin with v=0")
    groups: list[list[str]] = [[]]
    for line in lines:
        if len(line) > MAX_LINE_CHARS or line[1:2] != "=":
            raise BadSdp(f"not a line of SDP: {line[:40]!r}")
        if line.startswith("m="):
            groups.append([])
        groups[-1].append(line)
    return groups


def _attributes(lines: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for line in lines:
        if line.startswith("a="):
            key, _, value = line[2:].partition(":")
            found.append((key, value.strip()))
    return found


def _first(attributes: Sequence[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in attributes if key == name), None)


def _transport(head: list[str], groups: list[list[str]]) -> TransportDescription:
    """Read the bundle's transport: that of the first section, else the session's."""
    session = _attributes(head)
    own = next((g for g in map(_attributes, groups) if _first(g, "ice-ufrag")), [])
    both = own + session
    setup = _first(both, "setup") or ""
    if setup not in tuple(Setup):
        raise BadSdp(f"a=setup:{setup[:20]}")
    return TransportDescription(
        ufrag=_token(both, "ice-ufrag", 4),
        password=_token(both, "ice-pwd", 22),
        fingerprints=tuple(_fingerprints(both)),
        setup=Setup(setup),
        candidates=tuple(value for key, value in both if key == "candidate"),
        ice_lite=_first(session, "ice-lite") is not None,
    )


def _token(attributes: Sequence[tuple[str, str]], name: str, shortest: int) -> str:
    value = _first(attributes, name)
    if value is None or len(value) < shortest or not _TOKEN.fullmatch(value):
        raise BadSdp(f"a={name} is missing or malformed")
    return value


def _fingerprints(attributes: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    values = list(dict.fromkeys(value for key, value in attributes if key == "fingerprint"))
    if not values:
        raise BadSdp("no a=fingerprint")
    for value in values:
        match value.split():
            case [algorithm, digest]:
                yield algorithm.lower(), digest
            case _:
                raise BadSdp("a=fingerprint is malformed")


def _section(lines: list[str], index: int) -> Section:
    match = _M_LINE.fullmatch(lines[0][2:])
    if match is None:
        raise BadSdp(f"malformed: {lines[0][:80]!r}")
    kind, port, _profile, formats = match.groups()
    attributes = _attributes(lines[1:])
    mid = _first(attributes, "mid") or str(index)
    if not _TOKEN.fullmatch(mid):
        raise BadSdp("a=mid is malformed")
    extensions = _extensions(attributes)
    return Section(
        kind=kind,
        mid=mid,
        direction=next(
            (Direction(key) for key, _ in attributes if key in tuple(Direction)),
            Direction.SENDRECV,
        ),
        codecs=tuple(_codecs(formats.split(), attributes)) if kind != "application" else (),
        track=_track(attributes),
        rejected=port == "0" and _first(attributes, "bundle-only") is None,
        level_id=extensions.get(LEVEL_URI) if kind == "audio" else None,
        simulcast=read_simulcast(attributes, extensions) if kind == "video" else None,
    )


def _extensions(attributes: list[tuple[str, str]]) -> dict[str, int]:
    """Return the numbers of the header extensions of one byte (RFC 8285), by URI."""
    found: dict[str, int] = {}
    for number, text in _by_type(attributes, "extmap"):
        identity = _EXTENSION_IDS.get(number.partition("/")[0])
        uri = next(iter(text.split()), "")
        if identity is not None:
            found.setdefault(uri, identity)
    return found


def _codecs(formats: list[str], attributes: list[tuple[str, str]]) -> list[Codec]:
    """Read the codecs in the order of preference, repairs folded into what they repair."""
    maps = dict(_by_type(attributes, "rtpmap"))
    parameters = dict(_by_type(attributes, "fmtp"))
    feedback = _by_type(attributes, "rtcp-fb")
    found: list[Codec] = []
    repairs: dict[str, int] = {}
    for payload_type in formats:
        codec = _codec(payload_type, maps.get(payload_type, ""))
        if codec is None:
            continue
        text = parameters.get(payload_type, "")
        codec = replace(
            codec,
            parameters=text,
            feedback=tuple(v for t, v in feedback if t in (payload_type, "*")),
        )
        if codec.name == "RTX":
            repairs[codec.parameter("apt") or ""] = codec.payload_type
        else:
            found.append(codec)
    return [replace(c, rtx_payload_type=repairs.get(str(c.payload_type))) for c in found]


def _by_type(attributes: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    pairs = [value.partition(" ") for key, value in attributes if key == name]
    return [(payload_type, text.strip()) for payload_type, _, text in pairs]


def _codec(payload_type: str, text: str) -> Codec | None:
    """Read one rtpmap; formats without one (static types) are none of ours."""
    name, _, rest = text.partition("/")
    clock, _, channels = rest.partition("/")
    if not name or not payload_type.isascii() or not payload_type.isdigit():
        return None
    number = int(payload_type[:4])
    if number > 127 or number in _FORBIDDEN_TYPES:
        raise BadSdp(f"payload type {payload_type[:4]}")
    if not (clock.isascii() and clock.isdigit() and 0 < len(clock) < 8):
        raise BadSdp(f"a=rtpmap:{payload_type} is malformed")
    return Codec(
        payload_type=number,
        name=name.upper(),
        clock_hz=int(clock),
        channels=2 if channels == "2" else 1,
    )


def _track(attributes: list[tuple[str, str]]) -> Track | None:
    sources = [value.partition(" ") for key, value in attributes if key == "ssrc"]
    numbers = [s for s, _, _ in sources if s.isascii() and s.isdigit() and int(s[:11]) < 2**32]
    if not numbers:
        return None
    group = (_first(attributes, "ssrc-group") or "").split()
    rtx = group[2] if len(group) == 3 and group[0] == "FID" and group[2] in numbers else None
    first = group[1] if rtx is not None and group[1] in numbers else numbers[0]
    stream, _, label = (_first(attributes, "msid") or "- -").partition(" ")
    about = [text for s, _, text in sources if s == first and text.startswith("cname:")]
    return Track(
        ssrc=int(first),
        rtx_ssrc=int(rtx) if rtx else None,
        cname=about[0][6:] if about else "",
        stream=stream,
        label=label or "-",
    )


def _section_lines(section: Section, transport: TransportDescription) -> Iterator[str]:
    types = [
        str(number)
        for codec in section.codecs
        for number in (codec.payload_type, codec.rtx_payload_type)
        if number is not None
    ]
    port = 0 if section.rejected else 9
    yield f"m={section.kind} {port} UDP/TLS/RTP/SAVPF {' '.join(types) or '0'}"
    yield "c=IN IP4 0.0.0.0"
    yield "a=rtcp:9 IN IP4 0.0.0.0"
    yield f"a=mid:{section.mid}"
    yield f"a={section.direction}"
    yield "a=rtcp-mux"
    yield "a=rtcp-rsize"
    for codec in section.codecs:
        yield from _codec_lines(codec)
    if section.level_id is not None:
        yield f"a=extmap:{section.level_id} {LEVEL_URI}"
    if section.simulcast is not None:
        verb = "recv" if section.direction is Direction.RECVONLY else "send"
        yield from simulcast_lines(section.simulcast, verb)
    if section.track is not None:
        yield from _track_lines(section.track)
    yield f"a=ice-ufrag:{transport.ufrag}"
    yield f"a=ice-pwd:{transport.password}"
    yield "a=ice-options:trickle"
    for algorithm, value in transport.fingerprints:
        yield f"a=fingerprint:{algorithm} {value}"
    yield f"a=setup:{transport.setup}"
    for candidate in transport.candidates:
        yield f"a=candidate:{candidate}"
    yield "a=end-of-candidates"


def _codec_lines(codec: Codec) -> Iterator[str]:
    name = "opus" if codec.name == "OPUS" else codec.name
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    yield f"a=rtpmap:{codec.payload_type} {name}/{codec.clock_hz}{channels}"
    if codec.parameters:
        yield f"a=fmtp:{codec.payload_type} {codec.parameters}"
    for kind in codec.feedback:
        yield f"a=rtcp-fb:{codec.payload_type} {kind}"
    if codec.rtx_payload_type is not None:
        yield f"a=rtpmap:{codec.rtx_payload_type} rtx/{codec.clock_hz}"
        yield f"a=fmtp:{codec.rtx_payload_type} apt={codec.payload_type}"


def _track_lines(track: Track) -> Iterator[str]:
    yield f"a=msid:{track.stream} {track.label}"
    if track.rtx_ssrc is not None:
        yield f"a=ssrc-group:FID {track.ssrc} {track.rtx_ssrc}"
    for ssrc in (track.ssrc, track.rtx_ssrc):
        if ssrc is not None:
            yield f"a=ssrc:{ssrc} cname:{track.cname}"
            yield f"a=ssrc:{ssrc} msid:{track.stream} {track.label}"
