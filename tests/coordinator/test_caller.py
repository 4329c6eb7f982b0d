"""Whom a request comes from, and who is believed about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.caller import caller_address, is_local, networks

HERE = networks(["127.0.0.1", "::1", "10.0.0.0/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.9"], "203.0.113.5"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.9"], "198.51.100.9"),
        ("127.0.0.1", ["1.2.3.4, 198.51.100.9"], "198.51.100.9"),
        ("127.0.0.1", ["1.2.3.4", "198.51.100.9 , 10.0.0.7"], "198.51.100.9"),
        ("127.0.0.1", ["10.0.0.7"], "10.0.0.7"),
        ("127.0.0.1", ["198.51.100.9, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["198.51.100.9"], "198.51.100.9"),
        ("", ["198.51.100.9"], ""),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: list[str], caller: str) -> None:
    assert caller_address(peer, forwarded, HERE) == caller


@given(st.lists(st.text(max_size=40), max_size=5))
def test_without_proxies_of_ours_the_header_says_nothing(forwarded: list[str]) -> None:
    assert caller_address("203.0.113.5", forwarded, ()) == "203.0.113.5"


@given(st.lists(st.ip_addresses().map(str), max_size=5), st.ip_addresses(v=4).map(str))
def test_what_a_caller_writes_before_our_proxy_changes_nothing(lies: list[str], seen: str) -> None:
    told = [", ".join([*lies, seen])]
    assert caller_address("127.0.0.1", told, networks(["127.0.0.1/32"])) in (seen, *lies[-1:])
    if seen != "127.0.0.1":
        assert caller_address("127.0.0.1", told, networks(["127.0.0.1/32"])) == seen


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "local"),
    [
        ("127.0.0.1", [], (), True),
        ("::1", [], (), True),
        ("::ffff:127.0.0.1", [], (), True),
        ("127.0.0.1", ["127.0.0.1"], (), False),
        ("127.0.0.1", ["198.51.100.9"], HERE, False),
        ("127.0.0.1", ["127.0.0.1"], HERE, True),
        ("203.0.113.5", [], HERE, False),
        ("", [], HERE, False),
    ],
)
def test_local_is_who_needs_no_proxy_or_stands_behind_a_known_one(
    peer: str, forwarded: list[str], trusted: tuple[()], local: bool
) -> None:
    assert is_local(peer, forwarded, trusted) is local


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="nginx"):
        networks(["nginx"])
