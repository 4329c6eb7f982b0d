import pytest

from config.roster.members import MembersReading
from config.roster.reading import Reading
from config.roster.source import read_roster
from tests.config.roster.office import MEMBERS, POINTS, delimited


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (POINTS, Reading),
        (MEMBERS, MembersReading),
        (delimited([["Họ và tên", "Mã điểm cầu"], ["a", "M1"]]), MembersReading),
        (delimited([["Họ và tên", "Điểm cầu", "Số đảng viên"], ["a", "A", 5]]), Reading),
        (delimited([["Tên", "Mã"], ["A", "M1"]]), Reading),
        (delimited([["a", "b"]]), Reading),
        (b"", Reading),
    ],
)
def test_the_headings_tell_points_from_members(data: bytes, kind: type) -> None:
    assert type(read_roster(data, "x.csv")) is kind


def test_names_are_kept_only_on_request() -> None:
    for names in (False, True):
        reading = read_roster(MEMBERS, "x.xlsx", names=names)
        assert isinstance(reading, MembersReading)
        assert bool(reading.groups[0].people) is names
