"""Junk, and what is right but for a few bytes, against every parser of the network and of files.

Each may refuse with its own kind of error and with no other. Had fuzzing before: rosters
(``tests/config/roster``), RTP, RTCP, SDP, depacketisers, the relay (``tests/signaling``).
"""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.errors import BadSetting
from config.settings import load
from coordinator.access import code_hash, identify, identify_browser
from coordinator.api.problem import ProblemRaised
from coordinator.api.route import decode_body
from coordinator.app import ROUTES
from coordinator.errors import JournalDamaged
from coordinator.fact import KINDS, decode_fact
from coordinator.journal import SqliteJournal
from coordinator.state import State
from signaling import sdp, whip
from signaling.entry import BODIES
from signaling.errors import BadMessage
from signaling.ice_server import read_links
from signaling.media_errors import BadSdp
from signaling.messages import decode_from_device, decode_to_device

JOURNAL = Path(__file__).parents[1] / "coordinator" / "journals" / "0.1.0.db"
EXAMPLES = settings(max_examples=150)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
KNOWN: list[dict[str, Any]] = [
    {"type": "hello", "versions": [1], "spool": "s", "last_seq": 3},
    {"type": "fact.enter", "spool": "s", "seq": 1, "entered_utc": "2026-10-04T00:45:00.000Z",
     "kind": "point.checked_in", "body": {"branches": [{"reported": 1}]}},
    {"type": "point.report", "seq": 1, "spooled": 0, "media": {"connected": True}},
    {"type": "order.answer", "id": "x", "outcome": "done"},
    {"type": "goodbye"},
]  # fmt: skip
OFFER = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n"
    "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
    f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\na=rtcp-mux\r\n"
    "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=ssrc:1 cname:x\r\n"
    "a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host\r\n"
)


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """Return bytes that were right, with some cut out, doubled, or overwritten."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        until = draw(st.integers(at, min(len(data), at + 12)))
        data[at:until] = draw(st.binary(max_size=12) | st.just(bytes(data[at:until] * 2)))
    return bytes(data)


def spoilt_json(values: list[dict[str, Any]]) -> st.SearchStrategy[bytes]:
    """Return JSON of these shapes with members replaced, or bytes of it spoilt."""
    whole = st.sampled_from(values)
    replaced = st.tuples(whole, st.dictionaries(st.sampled_from(_keys(values)), JSON, max_size=3))
    texts = replaced.map(lambda pair: json.dumps(pair[0] | pair[1]).encode("utf-8", "replace"))
    return texts | whole.flatmap(lambda value: spoilt(json.dumps(value).encode()))


def _keys(values: list[dict[str, Any]]) -> list[str]:
    return sorted({key for value in values for key in value})


@EXAMPLES
@given(spoilt_json(KNOWN) | st.binary(max_size=200))
@example(b'{"type":"hello","versions":[1],"spool":"s","spool":"t"}')
@example(b"\xef\xbb\xbf{}")
def test_a_frame_is_a_message_or_bad(frame: bytes) -> None:
    for decode in (decode_from_device, decode_to_device):
        with contextlib.suppress(BadMessage):
            assert decode(frame).__struct_config__.tag
        with contextlib.suppress(BadMessage):
            decode(frame.decode("utf-8", "replace"))


@EXAMPLES
@given(st.sampled_from([r for r in ROUTES if r.body]), JSON)
def test_a_body_fits_its_command_or_is_a_problem(route: Any, body: Any) -> None:
    raw = json.dumps(body).encode("utf-8", "replace")
    for text in (raw, raw[:-1], raw + b"]", b"\xff" + raw):
        with contextlib.suppress(ProblemRaised):
            assert isinstance(decode_body(text, route.body), route.body)


@EXAMPLES
@given(st.sampled_from(sorted(BODIES)), JSON)
def test_an_entered_body_fits_its_kind_or_is_kept_as_it_came(kind: str, body: Any) -> None:
    raw = json.dumps(body).encode("utf-8", "replace")
    with contextlib.suppress(msgspec.DecodeError):
        assert isinstance(msgspec.json.decode(raw, type=BODIES[kind]), BODIES[kind])


@EXAMPLES
@given(st.sampled_from(sorted(KINDS)), st.integers(-1, 3), JSON)
def test_a_row_s_body_is_a_fact_or_damage(kind: str, v: int, body: Any) -> None:
    raw = json.dumps(body).encode("utf-8", "replace")
    for name in (kind, kind + "x", ""):
        with contextlib.suppress(JournalDamaged):
            assert name == decode_fact(name, v, raw).KIND


@pytest.mark.parametrize("seed", range(60))
def test_a_flipped_bit_in_the_journal_is_found_or_changes_nothing(
    tmp_path: Path, seed: int
) -> None:
    file = tmp_path / "journal.db"
    shutil.copy(JOURNAL, file)
    before = _rows(file)
    data = bytearray(file.read_bytes())
    at = seed * len(data) // 60 + seed
    data[at] ^= 1 << seed % 8
    file.write_bytes(data)
    with contextlib.suppress(JournalDamaged):
        assert _rows(file) == before


def _rows(file: Path) -> list[Any]:
    journal = None
    try:
        journal = SqliteJournal(file, "test")
        return list(journal.read())
    finally:
        if journal is not None:
            journal.close()


@EXAMPLES
@given(spoilt(OFFER.encode()))
def test_an_offer_is_read_or_is_bad(offer: bytes) -> None:
    text = offer.decode("utf-8", "replace")
    for read in (sdp.parse, sdp.parse_fragment):
        with contextlib.suppress(BadSdp):
            read(text)
    request = whip.Request(method="POST", headers={"Content-Type": "application/sdp"}, body=text)
    answer = whip.receive_at_endpoint(request)
    assert isinstance(answer, whip.Open) or 400 <= answer.status < 500


LINK = '<turn:x.vn:3478?transport=udp>; rel="ice-server"; username="u"; credential="c,;"; x=y'


@EXAMPLES
@given(st.lists(spoilt(LINK.encode()).map(lambda b: b.decode("latin-1")), max_size=3))
def test_links_are_servers_or_passed_over(links: list[str]) -> None:
    for server in read_links(links):
        assert server.url.startswith(("turn", "stun"))


WORDS = st.text(max_size=60) | st.from_regex(r"nc[dtsix]_[a-z0-9_]{0,20}", fullmatch=True)


@EXAMPLES
@given(WORDS)
def test_no_text_opens_an_empty_house(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    read: list[Callable[[State, str, float], object]] = [identify, identify_browser]
    for ask in read:
        assert ask(State(), clean, 0.0) is None
    assert code_hash(clean) == code_hash(clean.lower().upper().lower()) or not clean.isascii()


TOML = b'data = "d"\n[server]\nport = 80\n[turn]\nurls = ["stun:x.vn"]\n[go]\nready_ratio = 0.9\n'


@EXAMPLES
@given(content=spoilt(TOML) | st.binary(max_size=100))
def test_settings_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "nhipcau.toml"
    file.write_bytes(content)
    with contextlib.suppress(BadSetting):
        load(file, {})


@EXAMPLES
@given(st.dictionaries(st.text('SERVERPORT_[]"=,1', max_size=20), st.text(max_size=20), max_size=3))
def test_the_environment_is_read_or_named(variables: dict[str, str]) -> None:
    with contextlib.suppress(BadSetting):
        load(None, {"NHIPCAU_" + name: value for name, value in variables.items()})
