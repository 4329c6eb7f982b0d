"""From answers to a settings file."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load
from coordinator.cli.draft import Draft, settings_text, settled, turn_urls, udp_range

VALUES = st.one_of(
    st.text(),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(st.text(), max_size=4),
)
NAMES = st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True)
TREES = st.dictionaries(NAMES, st.one_of(VALUES, st.dictionaries(NAMES, VALUES)))


@given(TREES)
def test_what_is_written_is_read_again(tree: dict[str, object]) -> None:
    assert tomllib.loads(settings_text(tree, "one\ntwo")) == tree


@pytest.mark.parametrize(
    ("draft", "url", "host"),
    [
        (Draft(name="cau.vn", data="/d"), "https://cau.vn", "127.0.0.1"),
        (Draft(name="cau.vn:8443", data="/d"), "https://cau.vn:8443", "127.0.0.1"),
        (Draft(name="cau.vn", data="/d", proxy=False, port=443), "https://cau.vn", "0.0.0.0"),
        (Draft(name="cau.vn", data="/d", proxy=False), "https://cau.vn:8080", "0.0.0.0"),
        (Draft(name="cau.vn:9", data="/d", proxy=False), "https://cau.vn:9", "0.0.0.0"),
    ],
)
def test_the_address_is_what_halls_type(tmp_path: Path, draft: Draft, url: str, host: str) -> None:
    path = tmp_path / "n.toml"
    path.write_text(settings_text(settled(draft, {}), "x"))
    server = load(path, {}).server
    assert (server.public_url, server.host) == (url, host)
    assert server.trusted_proxies == (("127.0.0.1",) if draft.proxy else ())


def test_what_was_not_asked_for_stays() -> None:
    before = {"go": {"ready_ratio": 0.5}, "server": {"metrics": "all", "port": 1}}
    tree = settled(Draft(name="a", data="/d", port=9), before)
    assert tree["go"] == {"ready_ratio": 0.5}
    assert (tree["server"]["metrics"], tree["server"]["port"]) == ("all", 9)
    assert before["server"] == {"metrics": "all", "port": 1}


def test_turn_is_told_by_three_ways_or_not_at_all() -> None:
    assert turn_urls("") == []
    assert [url.partition(":")[0] for url in turn_urls("t.vn")] == ["turn", "turn", "turns"]


@pytest.mark.parametrize("text", ["", "50000", "a-b", "50000-50010", "80-9000", "60000-70000"])
def test_what_is_no_range_of_ports_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        udp_range(text)


def test_a_range_of_ports_is_read() -> None:
    assert udp_range("50000-50099") == (50_000, 50_099)
