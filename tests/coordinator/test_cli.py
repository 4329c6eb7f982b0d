"""The command line as an installer types it."""

import json
import socket
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner, Result

from coordinator.__main__ import app
from coordinator.fold import replay
from coordinator.journal import DataLock, SqliteJournal
from tests.harness.catalogue import check_catalogue
from tests.harness.demo import free_port

SAMPLES = Path(__file__).parent.parent.parent / "config" / "samples"
POINTS = SAMPLES / "my-hao-points.xlsx"
MEMBERS = SAMPLES / "my-hao-members.xlsx"


def run(data: Path, *words: object) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), *map(str, words)])


def rows(data: Path) -> int:
    journal = SqliteJournal(data / "journal.db", "test")
    count = len(list(journal.read()))
    journal.close()
    return count


def test_the_samples_are_imported_as_they_are(tmp_path: Path) -> None:
    dry = run(tmp_path, "roster", "import", POINTS, "--dry-run", "--json")
    told = json.loads(dry.stdout)
    assert len(told["added"]) == 92
    assert sum(point["expected"] for point in told["added"]) == 5113
    assert told["problems"] == []
    assert rows(tmp_path) == 0
    assert "thêm 92" in run(tmp_path, "roster", "import", POINTS).stdout
    assert "sửa 88" in run(tmp_path, "roster", "import", MEMBERS).stdout
    listed = json.loads(run(tmp_path, "roster", "list", "--json").stdout)
    assert sum(point["attendance"]["expected"] for point in listed) == 4474
    before = rows(tmp_path)
    for file in (POINTS, MEMBERS):
        again = json.loads(run(tmp_path, "roster", "import", file, "--json").stdout)
        assert again == {"added": [], "changed": [], "removed": [], "problems": []}
    assert rows(tmp_path) == before


def png_as_xlsx() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(500)


def zip_as_xlsx() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code", "row", "column"),
    [
        ("a.csv", b"Ma,Ten diem cau\nA,Hoi truong\n", "missing_column", 1, None),
        ("a.csv", b"Ma,Ten,So dang vien\nA,X,5\nA,Y,6\n", "duplicate_code", 3, "Ma"),
        ("a.csv", b"Ma,Ten,So dang vien\nA,X,nam\n", "bad_count", 2, "So dang vien"),
        ("a.csv", b"", "empty_file", None, None),
        ("a.xlsx", png_as_xlsx(), "not_a_workbook", None, None),
        ("a.xlsx", zip_as_xlsx(), "not_a_workbook", None, None),
    ],
)
def test_a_wrong_roster_is_named_and_changes_nothing(
    tmp_path: Path, name: str, content: bytes, code: str, row: int | None, column: str | None
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    run(tmp_path / "data", "roster", "import", POINTS)
    before = rows(tmp_path / "data")
    done = run(tmp_path / "data", "roster", "import", file, "--json")
    assert done.exit_code == 1
    found = [p for p in json.loads(done.stdout)["problems"] if p["severity"] == "error"]
    assert (found[0]["code"], found[0]["row"]) == (code, row)
    assert column is None or found[0]["column"] == column
    assert rows(tmp_path / "data") == before
    said = run(tmp_path / "data", "roster", "import", file)
    assert "Không nhập gì cả" in said.stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "roster", "import", tmp_path / "gone.xlsx")
    assert done.exit_code == 1
    assert "gone.xlsx" in done.stderr


def test_a_session_is_planned_and_found_again(tmp_path: Path) -> None:
    run(tmp_path, "roster", "import", POINTS)
    start = "2027-01-03T07:30:00+07:00"
    done = run(tmp_path, "session", "plan", "Quý I/2027", start, "--chair", "Phí Văn Tuấn")
    assert done.exit_code == 0
    session = json.loads(run(tmp_path, "session", "show").stdout)
    assert (session["start_utc"], session["main_point"]) == ("2027-01-03T00:30:00.000Z", "MH-000")
    assert session["chair"] == "Phí Văn Tuấn"
    [line] = json.loads(run(tmp_path, "session", "list").stdout)
    assert line["title"] == "Quý I/2027"
    run(tmp_path, "session", "clone", line["id"], "2027-04-04T07:30:00+07:00")
    clone = json.loads(run(tmp_path, "session", "list").stdout)[0]
    assert (clone["title"], clone["cloned_from"]) == ("Quý I/2027", line["id"])
    bad = run(tmp_path, "session", "plan", "x", "chủ nhật")
    assert (bad.exit_code, "chủ nhật" in bad.stderr) == (1, True)


def test_attendance_and_the_calendar_are_saved_as_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "roster", "import", POINTS)
    run(data, "session", "plan", "Quý I", "2027-01-03T07:30:00+07:00")
    for name, begin in (("a.xlsx", b"PK"), ("a.csv", b"\xef\xbb\xbf"), ("a.ics", b"BEGIN:VCAL")):
        assert "Đã lưu" in run(data, "session", "export", tmp_path / name).stdout
        assert (tmp_path / name).read_bytes().startswith(begin)
    bad = run(data, "session", "export", tmp_path / "a.pdf")
    assert bad.exit_code == 1
    assert "Đuôi tệp phải là" in bad.stderr
    lost = run(data, "session", "export", tmp_path / "nowhere" / "a.csv")
    assert "Không ghi được" in lost.stderr
    unknown = run(data, "session", "export", tmp_path / "b.csv", "--session", "x")
    assert unknown.exit_code == 1


def test_members_are_listed_by_name_where_the_deployment_allows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NHIPCAU_PRIVACY__NAMES", "true")
    run(tmp_path, "roster", "import", POINTS)
    run(tmp_path, "roster", "import", MEMBERS)
    journal = SqliteJournal(tmp_path / "journal.db", "test")
    state = replay(journal.read())
    people = journal.people()
    journal.close()
    expected = sum(b.members for point in state.points.values() for b in point.branches)
    assert len(state.home_of) >= expected - 100
    assert all(ref in people for ref in state.home_of)
    before = rows(tmp_path)
    run(tmp_path, "roster", "import", MEMBERS)
    assert rows(tmp_path) == before


def test_the_floor_and_the_source_are_steered_from_the_command_line(tmp_path: Path) -> None:
    run(tmp_path, "roster", "import", POINTS)
    run(tmp_path, "session", "plan", "Quý I/2027", "2027-01-03T07:30:00+07:00")
    assert "không cho phép" in run(tmp_path, "session", "floor", "MH-001").stderr
    assert "không cho phép" in run(tmp_path, "session", "source", "studio").stderr
    done = run(tmp_path, "session", "floor")
    assert (done.exit_code, done.stdout.strip()) == (0, "Không có điểm cầu nào phát biểu.")
    assert "auto" in run(tmp_path, "session", "source", "auto").stdout
    assert run(tmp_path, "session", "source", "elsewhere").exit_code == 1


def test_codes_and_tokens_are_shown_once_and_kept_as_hashes(tmp_path: Path) -> None:
    run(tmp_path, "roster", "import", POINTS)
    shown = run(tmp_path, "point", "code", "MH-001").stdout
    token = run(tmp_path, "user", "token", "host", "Lan").stdout
    secrets = [shown.split(": ")[1].split(" ")[0], token.strip().splitlines()[-1]]
    assert token.strip().splitlines()[-1].startswith("nct_")
    files = [path.read_bytes() for path in tmp_path.glob("journal.db*")]
    assert not any(secret.encode() in file for secret in secrets for file in files)
    assert "MH-999" in run(tmp_path, "point", "code", "MH-999").stderr


def test_what_the_api_refuses_is_told_in_words(tmp_path: Path) -> None:
    done = run(tmp_path, "session", "show")
    assert (done.exit_code, done.stderr.strip()) == (
        1,
        "Chưa có phiên nào được lập hoặc đang mở.",
    )


def test_a_damaged_journal_is_not_touched(tmp_path: Path) -> None:
    run(tmp_path, "roster", "import", POINTS)
    import sqlite3

    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("UPDATE journal SET body = '{}' WHERE n = 5")
    db.close()
    done = run(tmp_path, "session", "list")
    assert (done.exit_code, "row 5" in done.stderr) == (1, True)


def certificate(path: Path, days: int) -> None:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cau.example.vn")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize(("days", "exit_code"), [(90, 0), (5, 1)])
def test_check_counts_the_days_of_the_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, exit_code: int
) -> None:
    certificate(tmp_path / "c.pem", days)
    monkeypatch.setenv("NHIPCAU_SERVER__TLS_CERTIFICATE", str(tmp_path / "c.pem"))
    monkeypatch.setenv("NHIPCAU_SERVER__PORT", "0")
    done = run(tmp_path, "check")
    assert (done.exit_code, f"{days} ngày" in done.stdout) == (exit_code, True)


def test_check_names_a_taken_port_an_open_address_and_an_unreadable_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("NHIPCAU_SERVER__PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("NHIPCAU_SERVER__TLS_CERTIFICATE", str(tmp_path / "none.pem"))
        done = run(tmp_path, "check")
    assert done.exit_code == 1
    assert "Không mở được cổng" in done.stdout
    assert "none.pem" in done.stdout
    monkeypatch.setenv("NHIPCAU_SERVER__HOST", "0.0.0.0")
    monkeypatch.setenv("NHIPCAU_SERVER__TLS_CERTIFICATE", "")
    assert "không có HTTPS" in run(tmp_path, "check").stdout


def test_the_demo_says_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, "demo", "--port", port)
    assert (done.exit_code, str(port) in done.stderr) == (1, True)
    assert not (tmp_path / "journal.db").exists()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_folder_in_use_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("NHIPCAU_SERVER__PORT", "0")
    lock = DataLock(tmp_path)
    lock.take()
    done = run(tmp_path, command, *(["--port", free_port()] if command == "demo" else []))
    lock.free()
    assert (done.exit_code, "đang được dùng" in done.stderr) == (1, True)
    assert not (tmp_path / "journal.db").exists()


def test_check_knows_that_the_server_runs(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    lock.take()
    assert "đang chạy" in run(tmp_path, "check").stdout
    lock.free()


def test_a_bad_setting_is_named_by_its_key(tmp_path: Path) -> None:
    config = tmp_path / "nhipcau.toml"
    config.write_text("[server]\nport = 99999\n")
    done = CliRunner().invoke(app, ["--config", str(config), "check"])
    assert (done.exit_code, "server.port" in done.stderr) == (2, True)


def test_english_is_spoken_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHIPCAU_LANG", "en_GB.UTF-8")
    assert "No session is planned" in run(tmp_path, "session", "show").stderr


def test_both_languages_say_the_same() -> None:
    check_catalogue(Path(__file__).parent.parent.parent / "coordinator" / "locale")
