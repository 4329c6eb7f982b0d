import pytest

from coordinator.attendance.match import Listed, Match, MemberIndex, index

DI_SU = ("Chi bộ 1", "Hội trường Dị Sử", "Đảng bộ phường Dị Sử", "A")
PEOPLE = (
    Listed(ref="m1", name="Nguyễn Văn An", number="032.000111", places=DI_SU),
    Listed(ref="m2", name="Nguyễn Văn An", number="", places=("Chi bộ May",)),
    Listed(ref="m3", name="Nguyễn Vân An", number="032 000333", places=DI_SU),
    Listed(ref="m4", name="Phạm Thị Hòa", number="", places=("Chi bộ May",)),
)


def town() -> MemberIndex:
    return index(PEOPLE)


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hoa", ["m4"]),
        ("Hoà phạm", ["m4"]),
        ("oa", []),
        ("ng an", ["m1", "m2", "m3"]),
        ("an nguyen an", ["m1", "m2", "m3"]),
        ("032000333", ["m3"]),
        ("", []),
        ("z", []),
    ],
)
def test_members_are_searched_by_beginnings_of_words_and_by_number(
    text: str, found: list[str]
) -> None:
    assert town().search(text) == found


def test_who_is_removed_is_found_by_nothing_and_nothing_of_him_stays() -> None:
    made = town()
    for member in PEOPLE:
        made.remove(member.ref)
    made.remove("nobody")
    assert made == MemberIndex()


def test_who_is_entered_anew_is_found_by_the_new_name_alone() -> None:
    made = town()
    made.add(Listed(ref="m4", name="Phạm Thị Hoài", number="7", places=()))
    assert (made.search("hoa"), made.search("7")) == (["m4"], ["m4"])
    assert made.find("", "Phạm Thị Hòa", "").remark == "not_found"
    assert len(made.listed) == len(PEOPLE)
