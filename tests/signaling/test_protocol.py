"""PROTOCOL.md and ENTRIES.md against the code: what a stranger reads is what we decode."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from endpoints.join import Joined, JoinRequest, Problem
from signaling import entry
from signaling.backoff import BackoffLimits
from signaling.connection import (
    HELLO_S,
    REPLACED_WAIT_S,
    Conversation,
    End,
    Return,
    State,
    after_close,
    after_status,
)
from signaling.device_connection import PROBE_S
from signaling.fact_window import ANSWER_S, WINDOW
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSIONS,
    FromDevice,
    Goodbye,
    Message,
    PointCard,
    ToDevice,
    decode_from_device,
    decode_to_device,
)
from signaling.roll import BODIES as ROLL_BODIES
from signaling.roll import Excuse, Mark, Others
from signaling.stats import InboundAudio, InboundVideo, MediaStats, Presented
from signaling.thumbnail import HEIGHT, WIDTH

FOLDER = Path(__file__).parents[2] / "signaling"
DOCUMENT = "\n".join((FOLDER / name).read_text() for name in ("PROTOCOL.md", "ENTRIES.md"))
BLOCKS = re.findall(r"^```(\S+) ?(\S*)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
EXAMPLES = [(label, text) for language, label, text in BLOCKS if language == "json"]
TRANSCRIPT = next(text for language, _label, text in BLOCKS if language == "transcript")
TYPES: list[type[Message]] = [*get_args(FromDevice), *get_args(ToDevice)]
BODIES: dict[str, type[msgspec.Struct]] = {
    **{f"body:{kind}": body for kind, body in entry.BODIES.items()},
    "join-request": JoinRequest,
    "join-answer": Joined,
    "problem": Problem,
}


def fields(kind: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(kind)]


@pytest.mark.parametrize(("label", "text"), EXAMPLES, ids=[label for label, _ in EXAMPLES])
def test_every_example_decodes_and_names_only_known_members(label: str, text: str) -> None:
    if label == "from-device":
        known: msgspec.Struct = decode_from_device(text)
    elif label == "to-device":
        known = decode_to_device(text)
    else:
        known = msgspec.json.decode(text, type=BODIES[label])
    given = msgspec.json.decode(text)
    extra = set(given) - {"type", "status"} - set(fields(type(known)))
    assert not extra


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_message_has_a_section_an_example_and_all_its_members(kind: type[Message]) -> None:
    tag = kind.__struct_config__.tag
    assert f"### `{tag}` (" in DOCUMENT
    examples = [text for _label, text in EXAMPLES if f'{{"type": "{tag}"' in text[:40]]
    assert examples
    for name in fields(kind):
        assert f"`{name}`" in DOCUMENT, name


@pytest.mark.parametrize("kind", ROLL_BODIES)
def test_every_body_of_a_roll_call_is_explained(kind: str) -> None:
    assert f"body:{kind}" in dict(EXAMPLES)
    for name in fields(ROLL_BODIES[kind]):
        assert f"`{name}`" in DOCUMENT, name
    for value in (*Excuse, *Mark, *Others):
        assert f"`{value}`" in DOCUMENT, value


@pytest.mark.parametrize(
    "kind", [MediaStats, InboundVideo, InboundAudio, Presented, PointCard, *entry.KINDS]
)
def test_every_member_of_what_messages_carry_is_explained(kind: type[msgspec.Struct]) -> None:
    for name in fields(kind):
        assert f"`{name}`" in DOCUMENT, name
    longest = max((text for _label, text in EXAMPLES), key=len)
    if kind is not PointCard and kind not in entry.KINDS:
        assert all(f'"{name}"' in longest for name in fields(kind)), "the example is complete"


def test_a_thumbnail_of_another_size_is_no_thumbnail() -> None:
    whole = Presented(thumbnail=bytes(WIDTH * HEIGHT))
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Presented) == whole
    for size in (0, WIDTH * HEIGHT - 1, WIDTH * HEIGHT + 1):
        text = msgspec.json.encode(Presented(thumbnail=bytes(size)))
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text, type=Presented)


def test_the_conversation_is_allowed_at_both_ends() -> None:
    device, coordinator = Conversation(End.DEVICE), Conversation(End.COORDINATOR)
    device.receive_opened(0.0)
    coordinator.receive_opened(0.0)
    for line in TRANSCRIPT.splitlines():
        who, _, text = line.partition(" ")
        if who == ">":
            message = decode_from_device(text)
            coordinator.receive_message(message)
            if isinstance(message, Goodbye):
                assert coordinator.state is State.CLOSED
        else:
            device.receive_message(decode_to_device(text))


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"version {PROTOCOL_VERSIONS[0]}" in DOCUMENT.splitlines()[0]
    assert f"{MAX_MESSAGE_BYTES:,} bytes" in DOCUMENT
    assert f"within {HELLO_S:g} s" in DOCUMENT
    assert f"At most {WINDOW} facts" in DOCUMENT
    assert f"No ack within {ANSWER_S:g} s" in DOCUMENT
    assert f"then every {PROBE_S:g} s" in DOCUMENT
    assert f"at least {REPLACED_WAIT_S:g} s" in DOCUMENT
    limits = BackoffLimits()
    assert f"min({limits.cap_s:g} s, {limits.base_s:g} s · 2^n)" in DOCUMENT
    assert f"held for {limits.stable_s:g} s" in DOCUMENT


def test_the_tables_say_who_comes_back_as_the_code_does() -> None:
    rows = re.findall(r"^\| ([0-9][0-9, ]*) \|(.*)$", DOCUMENT, re.MULTILINE)
    advised = {int(number): row for numbers, row in rows for number in numbers.split(",")}
    for code in (1000, 1001, 1012, 1009, 4400, 4401, 4403, 4408, 4409):
        assert ("**stops**" in advised[code]) == (after_close(code).back is Return.NEVER)
        assert ("30 s" in advised[code]) == (after_close(code).back is Return.LATER)
    for status in (401, 403, 429, 503):
        assert ("**stops**" in advised[status]) == (after_status(status).back is Return.NEVER)
