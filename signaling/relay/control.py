"""What goes over the relay's control socket: one JSON object a line.

Pure: structs and their codec. The relay speaks first: ``Hello``. Then commands come, each
with an ``id``; each is answered by exactly one line with that id. Pushes (the events of
``media_plane``) come in between to everybody connected. Unknown fields are survived.
"""

from typing import TypeVar

import msgspec

from signaling.errors import BadMessage
from signaling.media_plane import (
    CodecChanged,
    EndReason,
    Opened,
    OutputChanged,
    PlaneSample,
    Rendition,
    Session,
    SessionConnected,
    SessionEnded,
    SourceChanged,
    ViewerChanged,
)
from signaling.schema import Serial, Wire

VERSION = 4
# A thousand sessions' sample is half a megabyte; nothing a client sends is over an SDP.
MAX_PUSH_BYTES = 8 * 1024 * 1024
MAX_COMMAND_BYTES = 256 * 1024


class _Line(Wire, frozen=True, kw_only=True, tag_field="type"):
    """Base of the lines."""


class Hello(_Line, frozen=True, kw_only=True, tag="relay.hello"):
    """First line of the relay: who it is, so that a mismatch is drained and replaced."""

    version: int
    config_hash: str
    boot: str
    pid: int
    draining: bool = False


class Command(_Line, frozen=True, kw_only=True):
    """Base of what a client asks for."""

    id: Serial = 0


class Publish(Command, frozen=True, kw_only=True, tag="publish"):
    """See ``MediaPlane.publish``; answered by ``Done.opened``."""

    source: str
    offer: str
    who: str
    takeover: bool = False


class Subscribe(Command, frozen=True, kw_only=True, tag="subscribe"):
    """See ``MediaPlane.subscribe``; answered by ``Done.opened``."""

    output: str
    offer: str
    who: str
    device: str = ""
    beside: bool = False


class Trickle(Command, frozen=True, kw_only=True, tag="trickle"):
    """See ``MediaPlane.trickle``."""

    session: str
    fragment: str


class End(Command, frozen=True, kw_only=True, tag="end"):
    """See ``MediaPlane.end``; answered by ``Done.found``."""

    session: str
    reason: EndReason = EndReason.CLIENT


class Route(Command, frozen=True, kw_only=True, tag="route"):
    """See ``MediaPlane.route``."""

    output: str
    source: str | None


class Floor(Command, frozen=True, kw_only=True, tag="floor"):
    """See ``MediaPlane.floor``."""

    source: str | None


class Choose(Command, frozen=True, kw_only=True, tag="choose"):
    """See ``MediaPlane.choose``."""

    chosen: dict[str, Rendition]


class List(Command, frozen=True, kw_only=True, tag="list"):
    """All sessions, answered by ``Done.sessions``."""


class Drain(Command, frozen=True, kw_only=True, tag="drain"):
    """End everything and exit; answered before it happens."""


class Done(_Line, frozen=True, kw_only=True, omit_defaults=True, tag="done"):
    """The command was carried out."""

    id: Serial
    opened: Opened | None = None
    sessions: tuple[Session, ...] = ()
    found: bool = True


class Refused(_Line, frozen=True, kw_only=True, tag="refused"):
    """The command was not carried out."""

    id: Serial
    code: str
    "``bad_sdp``, ``bad_message`` or a code of ``MediaRefused``."
    text: str


Push = (
    SessionEnded
    | SessionConnected
    | SourceChanged
    | OutputChanged
    | CodecChanged
    | ViewerChanged
    | PlaneSample
)
AnyCommand = Publish | Subscribe | Trickle | End | Route | Floor | Choose | List | Drain
FromRelay = Hello | Done | Refused | Push

_Decoded = TypeVar("_Decoded")
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_answers: msgspec.json.Decoder[FromRelay] = msgspec.json.Decoder(FromRelay)
_encoder = msgspec.json.Encoder()


def encode(line: FromRelay | AnyCommand) -> bytes:
    """Return one line, its end included."""
    return _encoder.encode(line) + b"\n"


def decode_command(line: bytes) -> AnyCommand:
    """Read a line of a client.

    Raises:
        BadMessage: If it is none.

    """
    return _decode(_commands, line)


def decode_from_relay(line: bytes) -> FromRelay:
    """Read a line of the relay.

    Raises:
        BadMessage: If it is none.

    """
    return _decode(_answers, line)


class _Envelope(msgspec.Struct):
    id: Serial = 0


def command_id(line: bytes) -> int:
    """Return the id of a line that is not a command, so that it can be refused; 0 if none."""
    try:
        return msgspec.json.decode(line, type=_Envelope).id
    except (msgspec.DecodeError, RecursionError):
        return 0


def _decode(decoder: msgspec.json.Decoder[_Decoded], line: bytes) -> _Decoded:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error
