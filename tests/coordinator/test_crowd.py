"""How many connections an address may hold."""

from ipaddress import ip_network

import pytest

from coordinator.crowd import Crowd, origin_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_an_address_counts_as_its_network(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_an_address_that_has_enough_waits_and_nobody_else_does() -> None:
    crowd = Crowd(most=2)
    assert [crowd.enter("192.0.2.7") for _ in range(3)] == [True, True, False]
    assert crowd.enter("192.0.2.8")
    crowd.leave("192.0.2.7")
    assert [crowd.enter("192.0.2.7") for _ in range(2)] == [True, False]


def test_one_network_of_ipv6_is_one_address() -> None:
    crowd = Crowd(most=1)
    assert crowd.enter("2001:db8::1")
    assert not crowd.enter("2001:db8::2")
    assert crowd.enter("2001:db8:0:1::1")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "127.8.9.1", "::ffff:127.0.0.1", "198.51.100.1"]
)
def test_this_machine_and_the_proxy_are_not_counted(address: str) -> None:
    crowd = Crowd(most=1, trusted=(ip_network("198.51.100.0/24"),))
    for _ in range(5):
        assert crowd.enter(address)
    crowd.leave(address)


def test_what_has_no_address_counts_together() -> None:
    crowd = Crowd(most=1)
    assert [crowd.enter("") for _ in range(2)] == [True, False]
    crowd.leave("")
    crowd.leave("")
    assert crowd.enter("")
