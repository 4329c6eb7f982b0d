"""Several pictures of one camera in one section of SDP: which there are, and how to tell them.

Pure. RFC 8851 (``a=rid``), RFC 8852 (the header extensions that name a packet's stream),
RFC 8853 (``a=simulcast``). Of alternatives the first is meant; what is said of formats and
sizes is passed over, since the streams themselves show it. An offer whose packets could not
be told apart offers no simulcast.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
MAX_STREAMS = 4
"As many as OBS offers at most; what comes after is left out of the answer."
# 16 bytes are what a header extension of the one-byte form holds.
_RID = re.compile(r"[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulcast:
    """The pictures of one section."""

    rids: tuple[str, ...]
    "Two at least, in the order of the offer, which says nothing of which is best."
    rid_id: int
    "Of the header extension that names the stream of a packet."
    repaired_id: int | None = None
    "Of the one that names the stream which a repair (RFC 4588) is of."


def read_simulcast(
    attributes: Sequence[tuple[str, str]], extensions: Mapping[str, int]
) -> Simulcast | None:
    """Read what a section offers to send; None for one picture, or several we cannot tell.

    Args:
        attributes: Names and values of its ``a=`` lines.
        extensions: Numbers of its header extensions, by URI.

    """
    rid_id = extensions.get(RID_URI)
    rids = tuple(_sent(attributes))[:MAX_STREAMS]
    if rid_id is None or len(rids) < 2:
        return None
    return Simulcast(rids=rids, rid_id=rid_id, repaired_id=extensions.get(REPAIRED_URI))


def simulcast_lines(simulcast: Simulcast, verb: str) -> Iterator[str]:
    """Write the lines of a section; ``verb`` is ``recv`` in an answer to who sends."""
    yield f"a=extmap:{simulcast.rid_id} {RID_URI}"
    if simulcast.repaired_id is not None:
        yield f"a=extmap:{simulcast.repaired_id} {REPAIRED_URI}"
    for rid in simulcast.rids:
        yield f"a=rid:{rid} {verb}"
    yield f"a=simulcast:{verb} {';'.join(simulcast.rids)}"


def _sent(attributes: Sequence[tuple[str, str]]) -> list[str]:
    """Return the streams that are named and offered, paused (``~``) or not."""
    rids = [value.split() for key, value in attributes if key == "rid"]
    sent = {words[0] for words in rids if words[1:2] == ["send"]}
    words = next((value.split() for key, value in attributes if key == "simulcast"), [])
    listed = words[words.index("send") + 1 :][:1] if "send" in words else []
    first = [
        stream.partition(",")[0].removeprefix("~") for one in listed for stream in one.split(";")
    ]
    return [rid for rid in dict.fromkeys(first) if rid in sent and _RID.fullmatch(rid)]
