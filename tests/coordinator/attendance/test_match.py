import pytest

from coordinator.attendance.match import Listed, Match, MemberIndex, index, listing
from coordinator.person import Person

PEOPLE = {
    "m1": Person(name="Nguyễn Văn An", number="032.000111"),
    "m2": Person(name="Nguyễn Văn An", number=""),
    "m3": Person(name="Nguyễn Vân An", number="032 000333"),
    "m4": Person(name="Phạm Thị Hòa", number=""),
}
MEMBERS = {("A", "Chi bộ 1"): ["m1", "m3", "gone"], ("B", "Chi bộ May"): ["m2", "m4"]}
UNITS = {"A": ("Hội trường Dị Sử", "Đảng bộ phường Dị Sử", "A")}


def town() -> MemberIndex:
    return index(listing(MEMBERS, UNITS, PEOPLE))


@pytest.mark.parametrize(
    ("number", "name", "unit", "member"),
    [
        ("032000111", "", "", "m1"),
        ("032-000-333", "Ai đó khác", "", "m3"),
        ("", "Phạm Thị Hoà", "", "m4"),
        ("", "đ/c Phạm Thị Hòa", "", "m4"),
        ("", "pham thi hoa", "", "m4"),
        ("", "Nguyễn Vân An", "", "m3"),
        ("", "Nguyễn Văn An", "Dị Sử", "m1"),
        ("", "Nguyễn Văn An", "chi bo may", "m2"),
        ("999", "Phạm Thị Hòa", "", "m4"),
    ],
)
def test_a_guest_is_found(number: str, name: str, unit: str, member: str) -> None:
    assert town().find(number, name, unit) == Match(member=member, remark=None)


@pytest.mark.parametrize(
    ("number", "name", "unit", "remark"),
    [
        ("", "", "", "not_found"),
        ("999", "", "", "not_found"),
        ("", "Trần Văn Bưởi", "", "not_found"),
        ("", "Nguyễn Văn An", "", "ambiguous"),
        ("", "Nguyễn Văn An", "Xã xa lạ", "ambiguous"),
        ("", "nguyen van an", "Chi bộ 1", "ambiguous"),
        ("", ".", "", "not_found"),
    ],
)
def test_fewer_or_more_than_one_is_nobody(number: str, name: str, unit: str, remark: str) -> None:
    assert town().find(number, name, unit) == Match(member=None, remark=remark)


def test_the_same_number_twice_is_nobody() -> None:
    twice = [Listed(ref=ref, number="1", name="x", places=()) for ref in "ab"]
    assert index(twice).find("1", "", "").remark == "ambiguous"
