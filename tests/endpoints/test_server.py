import pytest

from endpoints.errors import UnsafeServer
from endpoints.server import check_server


def test_everything_follows_from_one_address() -> None:
    server = check_server("https://cau.my-hao.vn:8443/nc/ ")
    assert server.join_url == "https://cau.my-hao.vn:8443/nc/api/v1/join"
    assert server.agent_url == "wss://cau.my-hao.vn:8443/nc/ws/agent"
    assert server.programme_url == "https://cau.my-hao.vn:8443/nc/whep/programme"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    server = check_server(f"http://{host}")
    assert server.agent_url == f"ws://{host}/ws/agent"
    assert server.is_loopback
    assert not check_server("https://cau.my-hao.vn").is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://cau.my-hao.vn",
        "http://10.0.0.1:8080",
        "ftp://cau.my-hao.vn",
        "cau.my-hao.vn",
        "https://",
        "https://user:secret@cau.my-hao.vn",
        "https://cau.my-hao.vn/?a=1",
        "https://cau.my-hao.vn/#x",
        "https://cau.my-hao.vn:port",
        "",
    ],
)
def test_no_credential_goes_where_it_could_be_read(url: str) -> None:
    with pytest.raises(UnsafeServer) as caught:
        check_server(url)
    assert "secret" not in caught.value.detail


def test_a_network_of_a_test_may_be_plain() -> None:
    assert check_server("http://10.0.0.1:8080", allow_plain=True).url == "http://10.0.0.1:8080"
