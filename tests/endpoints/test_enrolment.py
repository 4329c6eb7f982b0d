import stat
from pathlib import Path

import pytest

from endpoints.enrolment import (
    ENROLMENT_FILE,
    JOINING_FILE,
    Enrolment,
    Joining,
    default_folder,
    joining_key,
    load_enrolment,
    make_folder,
    store_enrolment,
)
from endpoints.errors import ConfigInvalid, NotEnrolled

ENROLMENT = Enrolment(
    server="https://cau", device="d1", credential="secret-1", point="MH-001", point_name="Dị Sử"
)


def test_the_credential_is_read_back_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    store_enrolment(tmp_path, ENROLMENT)
    assert load_enrolment(tmp_path) == ENROLMENT
    assert stat.S_IMODE((tmp_path / ENROLMENT_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [ENROLMENT_FILE]


def test_a_machine_without_a_credential_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotEnrolled):
        load_enrolment(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"server":1}', b"\xff"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ENROLMENT_FILE).write_bytes(content)
    with pytest.raises(ConfigInvalid, match=r"enrolment\.json"):
        load_enrolment(tmp_path)


def test_no_secret_is_in_what_is_printed_of_them() -> None:
    assert "secret-1" not in repr(ENROLMENT)
    assert "SECRET" not in repr(Joining(code="SECRET", key="SECRET"))


def test_the_key_of_an_attempt_stays_until_it_succeeded(tmp_path: Path) -> None:
    key = joining_key(tmp_path, "AAAA")
    assert joining_key(tmp_path, "AAAA") == key
    other = joining_key(tmp_path, "BBBB")
    assert other != key
    store_enrolment(tmp_path, ENROLMENT)
    assert not (tmp_path / JOINING_FILE).exists()
    assert joining_key(tmp_path, "BBBB") != other


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigInvalid):
        make_folder(tmp_path / "file" / "below")
    with pytest.raises(ConfigInvalid):
        store_enrolment(tmp_path / "missing", ENROLMENT)


def test_the_data_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make_folder(folder) == folder
    assert default_folder().name == "nhipcau-agent"
