"""Which codec a session speaks, and the offers and answers that say so.

Pure: descriptions in, descriptions out. One video codec and Opus per answer: the relay
forwards packets as they come, so everybody must speak what the studio speaks. Nobody on
the server decodes, so any H.264 profile is taken.
"""

from collections.abc import Sequence
from dataclasses import replace

from .media_errors import BadSdp
from .sdp import (
    Codec,
    Description,
    Direction,
    Section,
    Setup,
    Track,
    TransportDescription,
    describe,
)

H264 = "H264"
VP8 = "VP8"
OPUS = "OPUS"
VIDEO_CODECS = (H264, VP8)
AUDIO, FLOOR = "audio", "floor"

VIDEO_FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")
# Best first; any decoder of a hall takes 42e01f, the others depend on its hardware.
_PROFILES = ("42e0", "42c0", "4200", "42", "4d", "64")
_OFFERED = {
    H264: Codec(
        payload_type=102,
        name=H264,
        clock_hz=90_000,
        parameters="level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        feedback=VIDEO_FEEDBACK,
        rtx_payload_type=103,
    ),
    VP8: Codec(
        payload_type=96,
        name=VP8,
        clock_hz=90_000,
        feedback=VIDEO_FEEDBACK,
        rtx_payload_type=97,
    ),
    OPUS: Codec(
        payload_type=111,
        name=OPUS,
        clock_hz=48_000,
        channels=2,
        parameters="minptime=10;useinbandfec=1",
    ),
}


def choose(section: Section, name: str) -> Codec | None:
    """Return the best entry for a codec in an offered section, None when there is none."""
    fitting = [codec for codec in section.codecs if codec.name == name]
    if name != H264:
        return fitting[0] if fitting else None
    # packetization-mode 0 cannot carry a slice larger than a packet.
    fitting = [c for c in fitting if c.parameter("packetization-mode") == "1"]
    ranked = [(_profile_rank(codec), index) for index, codec in enumerate(fitting)]
    rank, index = min(ranked, default=(len(_PROFILES), 0))
    return fitting[index] if rank < len(_PROFILES) else None


def offered_video(offer: Description) -> tuple[str, ...]:
    """Return the video codecs of ours that an offer has, in our order."""
    section = offer.section("video")
    if section is None:
        return ()
    return tuple(name for name in VIDEO_CODECS if choose(section, name) is not None)


def section_names(sections: Sequence[Section]) -> list[str]:
    """Return what each section is called: its kind; ``floor`` for a second sound."""
    kinds = [section.kind for section in sections]
    seconds = [kind == AUDIO and AUDIO in kinds[:at] for at, kind in enumerate(kinds)]
    return [FLOOR if second else kind for kind, second in zip(kinds, seconds, strict=True)]


def check_offer(offer: Description, wants: Direction) -> None:
    """See that an offer is one of WHIP (``SENDONLY``) or WHEP (``RECVONLY``).

    A viewer may have two audio sections: the studio's sound and the floor's.

    Raises:
        BadSdp: With a text for the person who reads the log of the client.

    """
    if offer.transport.setup == Setup.PASSIVE and offer.transport.ice_lite:
        raise BadSdp("an ice-lite, passive peer would wait for us for ever")
    kinds = [section.kind for section in offer.sections]
    for kind in kinds:
        if kind not in (AUDIO, "video"):
            raise BadSdp(f"cannot take an m={kind} section")
        if kinds.count(kind) > (2 if kind == AUDIO and wants is Direction.RECVONLY else 1):
            raise BadSdp(f"more than one {kind} section")
    for section in offer.sections:
        if section.direction not in (wants, Direction.SENDRECV):
            raise BadSdp(f"the {section.kind} section is {section.direction}, not {wants}")


def answer(
    offer: Description,
    transport: TransportDescription,
    direction: Direction,
    codecs: dict[str, Codec],
    tracks: dict[str, Track],
) -> str:
    """Write the answer to an offer.

    Args:
        offer: Checked by ``check_offer``.
        transport: Ours, with the setup of ``offer.transport.answer_setup()``.
        direction: ``RECVONLY`` to a publisher, ``SENDONLY`` to a viewer.
        codecs: By name of section, entries of the offer; what is absent is rejected.
        tracks: By name of section, what we send; empty to a publisher.

    """
    sections = []
    for name, section in zip(section_names(offer.sections), offer.sections, strict=True):
        codec = codecs.get(name)
        if codec is None or section.rejected:
            rejected = replace(section, rejected=True, direction=Direction.INACTIVE, track=None)
            sections.append(replace(rejected, codecs=rejected.codecs[:1]))
            continue
        sections.append(
            Section(
                kind=section.kind,
                mid=section.mid,
                direction=direction,
                codecs=(_answered(codec),),
                track=tracks.get(name),
                level_id=section.level_id if direction is Direction.RECVONLY else None,
                simulcast=section.simulcast if direction is Direction.RECVONLY else None,
            )
        )
    return describe(transport, sections)


def offer(
    transport: TransportDescription,
    direction: Direction,
    video: Sequence[str] = VIDEO_CODECS,
    tracks: dict[str, Track] | None = None,
    *,
    sounds: int = 1,
    level_id: int | None = None,
) -> str:
    """Write the offer of a client: ``RECVONLY`` for WHEP, ``SENDONLY`` for WHIP.

    Args:
        transport: Ours, gathered.
        direction: See above.
        video: Names of video codecs, best first; empty to do without picture.
        tracks: By kind, what we will send (WHIP).
        sounds: Audio sections: 2 to hear studio and floor apart (WHEP).
        level_id: Of the header extension that tells the sound's level (WHIP).

    """
    tracks = tracks or {}
    wanted = [(AUDIO, [OPUS])] * sounds + ([("video", list(video))] if video else [])
    sections = [
        Section(
            kind=kind,
            mid=str(index),
            direction=direction,
            codecs=tuple(_OFFERED[name] for name in names),
            track=tracks.get(kind),
            level_id=level_id if kind == AUDIO else None,
        )
        for index, (kind, names) in enumerate(wanted)
    ]
    return describe(transport, sections)


def _profile_rank(codec: Codec) -> int:
    # RFC 6184 §8.1: without the parameter it is plain baseline, level 1.
    profile = (codec.parameter("profile-level-id") or "42000a").lower()
    ranks = [rank for rank, prefix in enumerate(_PROFILES) if profile.startswith(prefix)]
    return min(ranks, default=len(_PROFILES))


def _answered(codec: Codec) -> Codec:
    """Return the entry of an offer as the answer repeats it."""
    wanted = VIDEO_FEEDBACK if codec.name in VIDEO_CODECS else ()
    parameters = codec.parameters
    if codec.name == OPUS:
        parameters = "minptime=10;useinbandfec=1"
    return replace(
        codec,
        parameters=parameters,
        feedback=tuple(kind for kind in wanted if kind in codec.feedback),
    )
