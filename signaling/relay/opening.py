"""From an offer to the core of a session: which codec, which numbers, which answer.

Pure: descriptions in, cores and answers out; random numbers are passed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from signaling.media_errors import BadSdp
from signaling.negotiation import OPUS, answer, check_offer, choose, offered_video, section_names
from signaling.sdp import (
    Codec,
    Description,
    Direction,
    Section,
    Track,
    TransportDescription,
    parse,
)

from .forward import Address
from .intake import Feed, LayerName


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOffer:
    """A publisher's offer, read."""

    offer: Description
    codecs: dict[str, Codec]
    "By kind."
    video: str | None
    "Codec of the picture, None when there is none."

    def feeds(self, picture: str = "video") -> list[Feed]:
        """Return what will come; the picture under a name of ``plan.FEEDS``."""
        taken = [s for s in self.offer.sections if s.kind in self.codecs and not s.rejected]
        return [feed for section in taken for feed in self._feeds(section, picture)]

    def answer(self, transport: TransportDescription) -> str:
        """Write the answer."""
        return answer(self.offer, transport, Direction.RECVONLY, self.codecs, {})

    def _feeds(self, section: Section, picture: str) -> Iterator[Feed]:
        codec = self.codecs[section.kind]
        called = picture if section.kind == "video" else section.kind
        several = section.simulcast
        if several is None:
            ssrc = section.track.ssrc if section.track is not None else None
            yield Feed(kind=called, codec=codec, ssrc=ssrc, level_id=section.level_id)
            return
        for rid in several.rids:
            layer = LayerName(rid.encode(), several.rid_id, several.repaired_id)
            yield Feed(kind=called, codec=codec, layer=layer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOffer:
    """A viewer's offer, read, and the numbers it will know our packets by."""

    offer: Description
    codecs: dict[str, Codec]
    "By name of section: ``video``, ``audio``, ``floor``."
    addresses: dict[str, Address]
    cname: str

    def answer(self, transport: TransportDescription) -> str:
        """Write the answer."""
        tracks = {
            kind: Track(
                ssrc=address.ssrc,
                rtx_ssrc=address.rtx_ssrc,
                cname=self.cname,
                stream="nhipcau",
                label=kind,
            )
            for kind, address in self.addresses.items()
        }
        return answer(self.offer, transport, Direction.SENDONLY, self.codecs, tracks)


def read_publish_offer(text: str, preferred: str, *, several: bool = True) -> PublishOffer:
    """Read a WHIP offer.

    Args:
        text: SDP.
        preferred: The session's codec: taken when it is offered.
        several: Take simulcast where it is offered.

    Raises:
        BadSdp: If we cannot take it.

    """
    offer = parse(text)
    if not several:
        sections = tuple(replace(section, simulcast=None) for section in offer.sections)
        offer = replace(offer, sections=sections)
    check_offer(offer, Direction.SENDONLY)
    offered = offered_video(offer)
    if offer.section("video") is not None and not offered:
        raise BadSdp("no H.264 (packetization-mode=1) and no VP8 is offered")
    video = (preferred if preferred in offered else offered[0]) if offered else None
    return PublishOffer(offer=offer, codecs=_codecs(offer, video), video=video)


def read_view_offer(text: str, codec: str, number: Callable[[int], int]) -> ViewOffer:
    """Read a WHEP offer.

    Args:
        text: SDP.
        codec: The session's.
        number: Returns a random number of so many bits.

    Raises:
        BadSdp: If we cannot take it.

    """
    offer = parse(text)
    check_offer(offer, Direction.RECVONLY)
    if offer.section("video") is not None and codec not in offered_video(offer):
        raise BadSdp(f"this session speaks {codec}; the offer does not have it")
    codecs = _codecs(offer, codec)
    addresses = {
        kind: Address(
            ssrc=number(31) + 1,
            payload_type=chosen.payload_type,
            rtx_ssrc=number(31) + 1 if chosen.rtx_payload_type is not None else None,
            rtx_payload_type=chosen.rtx_payload_type,
            first_sequence=number(15),
        )
        for kind, chosen in codecs.items()
    }
    return ViewOffer(offer=offer, codecs=codecs, addresses=addresses, cname=f"{number(64):016x}")


def _codecs(offer: Description, video: str | None) -> dict[str, Codec]:
    found = {}
    for called, section in zip(section_names(offer.sections), offer.sections, strict=True):
        name = video if section.kind == "video" else OPUS
        codec = None if name is None or section.rejected else choose(section, name)
        if codec is not None:
            found[called] = codec
    if not found:
        raise BadSdp("nothing to send or receive: neither Opus nor a picture we speak")
    return found
