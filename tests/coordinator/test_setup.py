"""``nhipcau setup`` as an installer meets it."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.settings import Settings, load
from coordinator.__main__ import app
from tests.harness.server import serving

NAME = ("--name", "cau.example.vn")


def setup(folder: Path, *words: str, typed: str | None = None) -> Result:
    config = ("--config", str(folder / "nhipcau.toml"), "--data", str(folder / "data"))
    return CliRunner().invoke(app, [*config, "setup", *words], input=typed)


def written(folder: Path) -> Settings:
    return load(folder / "nhipcau.toml", {})


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("nhipcau.toml.*"))


def test_one_command_makes_a_deployment_that_somebody_can_enter(tmp_path: Path) -> None:
    done = setup(tmp_path, *NAME, "--turn", "turn.example.vn", "--uplink-mbps", "200", "--yes")
    assert done.exit_code == 0, done.output
    settings = written(tmp_path)
    assert settings.server.public_url == "https://cau.example.vn"
    assert settings.media.uplink_mbps == 200
    assert len(settings.turn.secret) == 48
    assert (tmp_path / "nhipcau.toml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert "https://cau.example.vn/signin#invitation=nci_" in done.output
    assert "50000-50999" in done.output


def test_the_questions_can_be_answered_one_by_one(tmp_path: Path) -> None:
    answers = "https://cau.example.vn/\ny\n\n\n\n\n\n0221 3 000 000\nan.nguyen\nNguyễn Thị An\n"
    done = setup(tmp_path, "--uplink-mbps", "100", typed=answers)
    assert done.exit_code == 0, done.output
    settings = written(tmp_path)
    assert settings.server.public_url == "https://cau.example.vn"
    assert settings.help.hotline == "0221 3 000 000"
    assert "Tài khoản an.nguyen (admin)" in done.output


def test_doing_it_again_changes_nothing(tmp_path: Path) -> None:
    setup(tmp_path, *NAME, "--turn", "turn.example.vn", "--yes")
    before = (tmp_path / "nhipcau.toml").read_bytes()
    done = setup(tmp_path, "--yes")
    assert "vẫn như trước" in done.output
    assert (tmp_path / "nhipcau.toml").read_bytes() == before
    assert kept(tmp_path) == []
    # The invitation was shown once and may be lost: there is a new one, for the same account.
    assert "Tài khoản admin (admin)" in done.output


def test_a_file_is_replaced_only_when_asked_to_and_kept_beside(tmp_path: Path) -> None:
    setup(tmp_path, *NAME, "--yes")
    config = tmp_path / "nhipcau.toml"
    config.write_text(config.read_text() + "\n[go]\nready_ratio = 0.5\n")
    quiet = ("--proxy", "--name", "b.vn", "--port", "8080", "--udp", "50000-50999")
    rest = ("--public-address", "", "--backup", "", "--turn", "", "--hotline", "1")
    words = (*quiet, *rest, "--uplink-mbps", "100")
    done = setup(tmp_path, *words, typed="n\n")
    assert (done.exit_code, "Giữ nguyên" in done.output) == (1, True)
    assert written(tmp_path).server.public_url == "https://cau.example.vn"
    done = setup(tmp_path, *words, typed="y\n\n\n")
    assert done.exit_code == 0, done.output
    assert written(tmp_path).server.public_url == "https://b.vn"
    assert written(tmp_path).go.ready_ratio == 0.5
    [old] = kept(tmp_path)
    assert "cau.example.vn" in old.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--name", ""), "Cần tên miền"),
        (("--name", "a/b"), "Cần tên miền"),
        ((*NAME, "--udp", "5-9"), "50000-50999"),
        ((*NAME, "--hotline", "0" * 41), "help.hotline"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    done = setup(tmp_path, *words, "--yes")
    assert (done.exit_code, says in done.output) == (2, True), done.output
    assert list(tmp_path.glob("nhipcau.toml*")) == []


def test_a_file_that_cannot_be_read_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "nhipcau.toml").write_text("[server\n")
    assert setup(tmp_path, *NAME, "--yes").exit_code == 2
    assert (tmp_path / "nhipcau.toml").read_text() == "[server\n"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = setup(tmp_path / "file", *NAME, "--yes")
    assert (done.exit_code, "Không ghi được" in done.output) == (1, True)


@pytest.mark.real_io
async def test_who_has_a_password_is_left_alone(tmp_path: Path) -> None:
    link = (await asyncio.to_thread(setup, tmp_path, *NAME, "--yes")).output
    invitation = re.search(r"invitation=(\S+)", link)
    assert invitation is not None
    async with serving(tmp_path / "data") as served:
        body = {"invitation": invitation[1], "password": "mot hai ba bon nam"}
        status, _nothing = await served.call("POST", "/api/v1/invitations/accept", body, role=None)
        assert status == 204
    again = await asyncio.to_thread(setup, tmp_path, "--yes")
    assert "admin đã có mật khẩu" in again.output
