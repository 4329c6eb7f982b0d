"""What the parent of a fleet and its workers tell each other, as JSON. Pure: no I/O."""

import msgspec

from signaling.schema import Code, Wire

from .fault import HallFault
from .life import Role
from .plan import HallPlan

STOP_S = 8.0
"How long the halls have to say goodbye before the process ends without them, seconds."


class Order(Wire, frozen=True, kw_only=True, tag_field="type"):
    """Base of all."""


class Begin(Order, frozen=True, kw_only=True, tag="begin"):
    """The first thing a worker is told: which halls it plays."""

    server: str
    data: str
    seed: int
    length_s: float
    auto: bool
    media: bool
    allow_plain: bool
    halls: tuple[tuple[HallPlan, Role], ...]


class Decode(Order, frozen=True, kw_only=True, tag="decode"):
    """These halls decode everything from now on, all others key frames."""

    codes: tuple[Code, ...]


class Break(Order, frozen=True, kw_only=True, tag="break"):
    """These faults, and no others, are in the halls from now on."""

    faults: dict[Code, HallFault]


class Call(Order, frozen=True, kw_only=True, tag="call"):
    """Somebody telephones every hall that has not come."""


class Stop(Order, frozen=True, kw_only=True, tag="stop"):
    """Have every hall say goodbye, and end."""


class Came(Order, frozen=True, kw_only=True, tag="came"):
    """A hall is connected."""

    code: Code


class Went(Order, frozen=True, kw_only=True, tag="went"):
    """A hall is connected no more."""

    code: Code


class Failed(Order, frozen=True, kw_only=True, tag="failed"):
    """A hall cannot go on: its code or its credential is refused, its disk does not work."""

    code: Code
    reason: str


ToWorker = Begin | Decode | Break | Call | Stop
ToParent = Came | Went | Failed

_to_worker: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)
_to_parent: msgspec.json.Decoder[ToParent] = msgspec.json.Decoder(ToParent)


def decode_to_worker(text: bytes) -> ToWorker:
    """Read what the parent sent. Both ends are this program: junk is a mistake of ours."""
    return _to_worker.decode(text)


def decode_to_parent(text: bytes) -> ToParent:
    """Read what a worker sent."""
    return _to_parent.decode(text)
