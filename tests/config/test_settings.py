from pathlib import Path

import pytest

from config.errors import BadSetting
from config.folder import DataFolder
from config.settings import Settings, load


def write(folder: Path, text: str) -> Path:
    path = folder / "nhipcau.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    assert load(None, {}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[server]\nport = 8000\nhost = "127.0.0.1"\n')
    settings = load(path, {"NHIPCAU_SERVER__PORT": "8443", "NHIPCAU_DATA": "/d", "PATH": "x"})
    assert (settings.server.port, settings.data) == (8443, "/d")


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        (f'[help]\nhotline = "{"0" * 41}"\n', "help.hotline", "40"),
        ("[server]\nport = 70000\n", "server.port", "65535"),
        ('[server]\nport = "x"\n', "server.port", "int"),
        ("[server]\nporrt = 1\n", "server.porrt", "unknown field"),
        ("colour = 1\n", "colour", "unknown field"),
        ('[media]\ncodec = "av1"\n', "media.codec", "regex"),
        ("[go]\nready_ratio = 1.5\n", "go.ready_ratio", "1.0"),
        ('[turn]\nurls = ["http://a"]\n', "turn.urls[0]", "regex"),
        ('[turn]\nurls = ["turn:a"]\nsecret = "short"\n', "turn", "16 characters"),
        ("[turn]\nttl_s = 5\n", "turn.ttl_s", "60"),
        ('[webhook]\nurls = ["ftp://a"]\n', "webhook.urls[0]", "regex"),
        ("[server\n", "", "Expected"),
    ],
)
def test_a_bad_setting_is_named_by_its_key(tmp_path: Path, text: str, key: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BadSetting, match=says) as bad:
        load(path, {})
    assert (bad.value.key, bad.value.source) == (key, str(path))


def test_a_bad_variable_is_named_by_itself(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as bad:
        load(None, {"NHIPCAU_SERVER__PORT": "many"})
    assert (bad.value.key, bad.value.source) == ("server.port", "NHIPCAU_SERVER__PORT")
    with pytest.raises(BadSetting, match="not a section"):
        load(write(tmp_path, "data = 'x'\n"), {"NHIPCAU_DATA__X": "1"})


def test_a_list_in_the_environment_is_written_as_in_the_file() -> None:
    urls = '["stun:a.vn", "turns:[2001:db8::1]:443?transport=tcp"]'
    environ = {"NHIPCAU_TURN__URLS": urls, "NHIPCAU_TURN__SECRET": "s" * 16}
    assert load(None, environ).turn.urls == ("stun:a.vn", "turns:[2001:db8::1]:443?transport=tcp")
    with pytest.raises(BadSetting) as bad:
        load(None, {"NHIPCAU_TURN__URLS": "[stun"})
    assert (bad.value.key, bad.value.source) == ("urls", "NHIPCAU_TURN__URLS")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"gone\.toml"):
        load(tmp_path / "gone.toml", {})


def test_sockets_lie_in_a_short_folder_that_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    folder = DataFolder(deep)
    made = folder.run_dir()
    assert made == DataFolder(deep).run_dir()
    assert len(str(folder.admin_socket())) < 100
    made.rmdir()
    again = folder.run_dir()
    assert again.is_dir()
    again.rmdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    assert folder.run_dir() == tmp_path
