"""What clients are told of STUN and TURN, and how it is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.ice_server import (
    IceServer,
    TurnAccess,
    TurnServer,
    read_links,
    surest_turn,
    turn_password,
)

ACCESS = TurnAccess(
    urls=(
        "stun:turn.example.vn",
        "turn:turn.example.vn:3478?transport=udp",
        "turns:turn.example.vn:443?transport=tcp",
    ),
    secret="a secret of the test",
    ttl_s=600,
)


def test_the_password_is_what_coturn_computes() -> None:
    # printf 1433895918:ninefingers | openssl dgst -sha1 -hmac north -binary | base64
    assert turn_password("north", "1433895918:ninefingers") == "jy8hTxmOO7UtEKXqSkSlvakPVYA="


def test_everybody_gets_credentials_of_his_own_that_end() -> None:
    stun, udp, tls = ACCESS.servers("MH-001", 1000.9)
    assert stun == IceServer(url="stun:turn.example.vn")
    assert udp.username == tls.username == "1600:MH-001"
    assert udp.credential == tls.credential == turn_password(ACCESS.secret, "1600:MH-001")
    assert ACCESS.servers("MH-002", 1000.9)[1].credential != udp.credential
    assert TurnAccess().servers("MH-001", 0) == ()


@pytest.mark.parametrize("who", ['Đ/c "Tuấn"', "", "a" * 33, "a\r\nb", "x y"])
def test_a_name_that_does_not_fit_a_header_is_not_put_there(who: str) -> None:
    username = ACCESS.servers(who, 0)[1].username
    assert username is not None
    assert len(username) == len("600:") + 16
    assert username.isascii()


def test_what_is_told_is_read_again() -> None:
    servers = ACCESS.servers("MH-001", 5)
    assert read_links([server.link() for server in servers]) == servers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<stun:a.example>;rel=ice-server", (IceServer(url="stun:a.example"),)),
        (
            '<turn:[2001:db8::1]:1?transport=tcp>; username="a;b" ;rel="ice-server"; credential=""',
            (IceServer(url="turn:[2001:db8::1]:1?transport=tcp", username="a;b", credential=""),),
        ),
        ('<stun:a>; rel="next"', ()),
        ("<stun:a>", ()),
        ('<https://a>; rel="ice-server"', ()),
        ('<turn:a:0>; rel="ice-server"', ()),
        ('<turn:a:99999>; rel="ice-server"', ()),
        ('stun:a; rel="ice-server"', ()),
        ("", ()),
    ],
)
def test_links_of_others_are_read_as_far_as_they_go(
    value: str, expected: tuple[IceServer, ...]
) -> None:
    assert read_links([value]) == expected


@given(st.text(max_size=200))
def test_junk_is_passed_over(value: str) -> None:
    surest_turn(read_links([value]))


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (("turn:h", "turn:h:80?transport=tcp", "turns:h:443"), ("h", 443, "tcp", True)),
        (("turn:h", "turn:h:80?transport=tcp"), ("h", 80, "tcp", False)),
        (("stun:h", "turn:h"), ("h", 3478, "udp", False)),
        (("turns:[2001:db8::1]?transport=udp",), ("2001:db8::1", 5349, "tcp", True)),
        (("stun:h",), None),
        (("junk",), None),
    ],
)
def test_who_is_shut_in_asks_by_tls_first(
    urls: tuple[str, ...], expected: tuple[str, int, str, bool] | None
) -> None:
    found = surest_turn(IceServer(url=url, username="u", credential="c") for url in urls)
    if expected is None:
        assert found is None
        return
    host, port, transport, tls = expected
    assert found == TurnServer(
        host=host, port=port, username="u", password="c", transport=transport, tls=tls
    )


def test_turn_without_a_credential_is_of_no_use() -> None:
    assert surest_turn([IceServer(url="turn:h")]) is None
    assert surest_turn([IceServer(url="turn:h", username="u")]) is None
