"""The grouping into runs, and how a burst lies in memory."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtp
from signaling.burst import MAX_RUN_BYTES, MAX_RUN_PACKETS, Burst, Run, Stream, runs


class Packet(NamedTuple):
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    key: bool = False


SIZES = st.lists(st.integers(12, 16) | st.integers(12, 1500), max_size=200)


def cut(sizes: list[int], run: Run) -> list[int]:
    """Return the sizes of the datagrams that the kernel makes of a run."""
    total = sum(sizes[run.first : run.end])
    whole, rest = divmod(total, run.segment_bytes)
    return [run.segment_bytes] * whole + [rest] * (rest > 0)


@given(SIZES)
def test_the_kernel_cuts_every_run_where_its_packets_end(sizes: list[int]) -> None:
    for run in runs(sizes):
        assert cut(sizes, run) == sizes[run.first : run.end]


@given(SIZES)
def test_only_the_last_of_a_run_is_shorter(sizes: list[int]) -> None:
    for run in runs(sizes):
        assert set(sizes[run.first : run.end - 1]) <= {run.segment_bytes}
        assert sizes[run.end - 1] <= run.segment_bytes


@given(SIZES)
def test_every_packet_is_in_one_run_and_the_order_stays(sizes: list[int]) -> None:
    found = runs(sizes)
    assert [i for run in found for i in range(run.first, run.end)] == list(range(len(sizes)))


@given(SIZES, st.integers(1, 10), st.integers(1, 5000))
def test_no_run_is_over_the_limits(sizes: list[int], packets: int, most: int) -> None:
    for run in runs(sizes, packets, most):
        assert run.end - run.first <= packets
        assert run.end - run.first == 1 or sum(sizes[run.first : run.end]) <= most


@given(SIZES)
def test_neighbouring_runs_could_not_be_one(sizes: list[int]) -> None:
    found = runs(sizes)
    for run, after in zip(found, found[1:], strict=False):
        both = sizes[run.first : after.first + 1]
        fits = len(both) <= MAX_RUN_PACKETS and sum(both) <= MAX_RUN_BYTES
        whole = Run(0, len(both), both[0])
        assert not fits or cut(both, whole) != both or both[-1] > both[0]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([5], [Run(0, 1, 5)]),
        ([9, 9, 4], [Run(0, 3, 9)]),
        ([1192, 1191, 1192], [Run(0, 2, 1192), Run(2, 3, 1192)]),
        ([7, 8, 8], [Run(0, 1, 7), Run(1, 3, 8)]),
        ([9, 4, 4], [Run(0, 2, 9), Run(2, 3, 4)]),
    ],
)
def test_runs_by_example(sizes: list[int], expected: list[Run]) -> None:
    assert runs(sizes) == expected


def test_a_layout_has_room_for_header_and_tag() -> None:
    burst = Burst([Packet(1, 10, False, b"abc"), Packet(2, 10, True, b"de")])
    layout = burst.layout(16)
    assert [tuple(place) for place in layout.places] == [(0, 15, 31), (31, 45, 61)]
    assert layout.template[12:15] == b"abc"
    assert layout.template[43:45] == b"de"
    assert len(layout.template) == 61
    assert layout.runs == (Run(0, 2, 31),)
    assert (burst.payload_bytes, burst.longest) == (5, 15)


def test_a_layout_is_made_once_for_a_cipher() -> None:
    burst = Burst([Packet(1, 10, True, b"abc")])
    assert burst.layout(16) is burst.layout(16)
    assert burst.layout(10) is not burst.layout(16)


def test_a_packet_sent_singly_is_headed_for_its_viewer() -> None:
    burst = Burst([Packet(70_000, 10, True, b"abc")])
    [(header, payload)] = burst.headed(Stream(102, 7, -5))
    head = rtp.parse(header)
    assert (head.sequence, head.timestamp, head.marker) == ((70_000 - 5) & 0xFFFF, 10, True)
    assert (head.payload_type, head.ssrc, payload) == (102, 7, b"abc")
