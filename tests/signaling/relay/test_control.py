import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import BadMessage
from signaling.media_plane import (
    CodecChanged,
    EndReason,
    Opened,
    OutputChanged,
    OutputState,
    PlaneSample,
    Session,
    SessionConnected,
    SessionEnded,
    SessionSample,
    SourceChanged,
    StreamSample,
)
from signaling.relay import control

SESSION = Session(
    session="a",
    secret="b",
    role="viewer",
    name="programme",
    who="hall",
    codec="H264",
    remote_ufrag="u",
)
COMMANDS: list[control.AnyCommand] = [
    control.Publish(id=1, source="studio", offer="v=0", who="x", takeover=True),
    control.Subscribe(id=2, output="programme", offer="v=0\r\n", who="Hội trường"),
    control.Trickle(id=3, session="a", fragment="a=end-of-candidates"),
    control.End(id=4, session="a", reason=EndReason.OPERATOR),
    control.Route(id=5, output="programme", source=None),
    control.List(id=6),
    control.Drain(id=7),
]
STREAM = StreamSample(kind="video", packets_sent=3, round_trip_time=0.1)
LINES: list[control.FromRelay] = [
    control.Hello(version=1, config_hash="c", boot="b", pid=3),
    control.Done(id=1, opened=Opened(session=SESSION, answer="v=0")),
    control.Done(id=2, sessions=(SESSION,), found=False),
    control.Refused(id=3, code="occupied", text="taken"),
    SessionEnded(
        session="a", role="viewer", name="programme", who="hall", reason=EndReason.SILENCE
    ),
    SessionConnected(session="a"),
    SourceChanged(source="studio", up=True),
    OutputChanged(output="programme", kind="video", source="slate"),
    CodecChanged(codec="VP8"),
    PlaneSample(
        cpu_s=1.0,
        uptime_s=2.0,
        packets_forwarded=3,
        viewers=1,
        codec="H264",
        outputs=(OutputState(output="programme", route=None, video="slate", audio="slate"),),
        sessions=(
            SessionSample(
                session="a",
                role="viewer",
                name="programme",
                who="hall",
                connected=True,
                streams=(STREAM,),
            ),
        ),
    ),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_commands_arrive_as_they_were_sent(command: control.AnyCommand) -> None:
    line = control.encode(command)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert control.decode_command(line) == command
    assert control.command_id(line) == command.id


@pytest.mark.parametrize("line", LINES, ids=lambda c: type(c).__name__)
def test_lines_of_the_relay_arrive_as_they_were_sent(line: control.FromRelay) -> None:
    assert control.decode_from_relay(control.encode(line)) == line


def test_statistics_have_the_names_of_w3c() -> None:
    assert b'"packetsSent":3' in control.encode(LINES[-1])
    assert b'"roundTripTime":0.1' in control.encode(LINES[-1])


def test_unknown_fields_are_survived() -> None:
    assert control.decode_command(b'{"type":"list","id":3,"new":1}') == control.List(id=3)


@given(st.binary(max_size=60) | st.just(b"[" * 100_000))
def test_junk_raises_only_bad_message(line: bytes) -> None:
    for decode in (control.decode_command, control.decode_from_relay):
        with pytest.raises(BadMessage):
            decode(line)
    assert control.command_id(line) >= 0
