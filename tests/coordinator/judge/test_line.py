import pytest

from coordinator.judge.line import (
    Answer,
    JudgeHello,
    Sample,
    Stop,
    ToJudge,
    Verdict,
    Watching,
    decode_from_judge,
    decode_to_judge,
    encode,
)
from signaling.errors import BadMessage


@pytest.mark.parametrize("told", [Sample(device="d", at=1.5, thumbnail=bytes(576)), Stop()])
def test_what_is_told_to_the_judge_is_read_as_it_was(told: ToJudge) -> None:
    assert decode_to_judge(encode(told)) == told


def test_what_the_judge_tells_is_read_as_it_was() -> None:
    verdict = Verdict(device="d", at=1.0, picture=Answer(), sound=Answer(why="quiet"), delay_ms=3.5)
    for told in (JudgeHello(version=1, config_hash="x", pid=7), verdict, Watching(devices=2)):
        assert decode_from_judge(encode(told)) == told


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"type":"other"}', b"\xff", b"[" * 5000])
def test_junk_is_a_bad_message(junk: bytes) -> None:
    for decode in (decode_to_judge, decode_from_judge):
        with pytest.raises(BadMessage):
            decode(junk)
