"""The words offices head their columns with. Pure: tables.

Keys are as text.search_key makes them: lower case, no marks, no punctuation; what stands in
parentheses after the heading was cut off. A heading that is not in here is reported, not guessed.
"""

from enum import StrEnum


class Field(StrEnum):
    """What a column can mean."""

    CODE = "code"
    NAME = "name"
    UNIT = "unit"
    BRANCH = "branch"
    KIND = "kind"
    PLACE = "place"
    PROVIDER = "provider"
    MEMBERS = "members"
    EXEMPT = "exempt"
    EXPECTED = "expected"
    CONTACT = "contact"
    CONTACT_PHONE = "contact_phone"
    DEPUTY = "deputy"
    DEPUTY_PHONE = "deputy_phone"
    PHONE = "phone"
    "A telephone whose person the columns beside it tell; never in a finished table."
    COMMITTEE = "committee"
    NUMBER = "number"
    "A member's number."
    PERSON = "person"
    "A member's name."
    HOME = "home"
    "Of a member: the point or the branch, as headed “Chi bộ/Điểm cầu”."
    NOTE = "note"
    ORDINAL = "ordinal"
    "STT and columns nobody needs here; read by nothing, reported by nothing."


# Vietnamese and English name of a field, for messages.
LABELS: dict[Field, tuple[str, str]] = {
    Field.CODE: ("Mã điểm cầu", "Code"),
    Field.NAME: ("Tên điểm cầu", "Name"),
    Field.UNIT: ("Đảng bộ, chi bộ", "Unit"),
    Field.BRANCH: ("Chi bộ", "Branch"),
    Field.KIND: ("Loại", "Kind"),
    Field.PLACE: ("Địa điểm", "Place"),
    Field.PROVIDER: ("Nhà mạng", "Provider"),
    Field.MEMBERS: ("Số đảng viên", "Members"),
    Field.EXEMPT: ("Miễn sinh hoạt", "Exempt"),
    Field.EXPECTED: ("Phải dự", "Expected"),
    Field.CONTACT: ("Người phụ trách", "Contact"),
    Field.CONTACT_PHONE: ("Điện thoại", "Phone"),
    Field.DEPUTY: ("Người dự phòng", "Deputy"),
    Field.DEPUTY_PHONE: ("Điện thoại dự phòng", "Deputy phone"),
    Field.PHONE: ("Điện thoại", "Phone"),
    Field.COMMITTEE: ("Cấp ủy viên dự", "Committee members"),
    Field.NUMBER: ("Số hiệu", "Member number"),
    Field.PERSON: ("Họ và tên", "Full name"),
    Field.HOME: ("Chi bộ/Điểm cầu", "Branch/Point"),
    Field.NOTE: ("Ghi chú", "Note"),
    Field.ORDINAL: ("STT", "No."),
}

_SHARED: dict[Field, str] = {
    Field.ORDINAL: "stt | tt | so tt | so thu tu | no | number | ngay sinh | gioi tinh | dan toc "
    "| chuc vu | ngay vao dang | ngay chinh thuc | que quan | email | thu dien tu",
    Field.NOTE: "ghi chu | note | notes | remark | remarks",
    Field.CODE: "ma diem cau | ma | ma dc | ma diem | ma cau | code | point code | id | point id",
    Field.UNIT: "dang bo chi bo | chi bo dang bo | dang bo | dang bo co so | don vi | ten don vi "
    "| to chuc dang | to chuc co so dang | truc thuoc | don vi truc thuoc | unit | organisation "
    "| organization | party unit | party committee",
    Field.BRANCH: "chi bo | ten chi bo | chi bo sinh hoat | branch | branch name | party branch",
}

_POINTS: dict[Field, str] = _SHARED | {
    Field.NAME: "ten diem cau | diem cau | ten diem | ten | ten diem cau truc tuyen "
    "| diem cau truc tuyen | name | point name | point | bridge point | hall | hall name",
    Field.KIND: "loai | loai diem cau | loai hinh | phan loai | kind | type | category",
    Field.PLACE: "dia diem | dia chi | noi dat | noi dat diem cau | hoi truong | place | address "
    "| location | venue",
    Field.PROVIDER: "nha mang | nha cung cap | nha cung cap dich vu | mang | duong truyen "
    "| nha mang internet | provider | isp | network | carrier",
    Field.MEMBERS: "so dang vien | tong so dang vien | so luong dang vien | tong so dv | so dv "
    "| so luong | so nguoi | tong so | dang vien | members | member count | number of members "
    "| party members | count | head count | headcount | total members",
    Field.EXEMPT: "mien sinh hoat | so mien sinh hoat | dang vien mien sinh hoat | so mien | mien "
    "| so dang vien mien sinh hoat | mien sh | duoc mien sinh hoat | exempt | exempted "
    "| exempt members",
    Field.EXPECTED: "phai du | so phai du | so dang vien phai du | dang vien phai du | so du kien "
    "| trieu tap | so trieu tap | so dang vien trieu tap | duoc trieu tap | so dang vien du kien "
    "| expected | expected count | expected members | expected number",
    Field.CONTACT: "nguoi phu trach | can bo phu trach | phu trach | dau moi | dau moi lien he "
    "| nguoi lien he | lien he | can bo phu trach diem cau | nguoi phu trach diem cau "
    "| ho ten nguoi phu trach | ho va ten nguoi phu trach | contact | contact name "
    "| contact person | operator | person in charge",
    Field.CONTACT_PHONE: "dien thoai nguoi phu trach | so dien thoai nguoi phu trach "
    "| sdt nguoi phu trach | dien thoai can bo phu trach | dien thoai lien he "
    "| so dien thoai lien he | sdt lien he | contact phone | contact telephone",
    Field.DEPUTY: "nguoi du phong | can bo du phong | nguoi thay | nguoi thay the | nguoi ho tro "
    "| pho phu trach | pho | cap pho | nguoi phu trach du phong | can bo thay the | deputy "
    "| deputy name | deputy contact | backup contact | backup | substitute",
    Field.DEPUTY_PHONE: "dien thoai du phong | so dien thoai du phong | sdt du phong "
    "| dien thoai nguoi du phong | sdt nguoi du phong | dien thoai nguoi thay "
    "| dien thoai nguoi thay the | sdt nguoi thay | dien thoai cap pho | sdt cap pho "
    "| dien thoai pho | deputy phone | deputy telephone | backup phone",
    Field.PHONE: "dien thoai | so dien thoai | sdt | so dt | dt | dtdd | di dong | so di dong "
    "| dien thoai di dong | phone | telephone | mobile | tel | phone number | mobile phone",
    Field.COMMITTEE: "cap uy vien du | cap uy du | cap uy vien | cap uy vien phu trach "
    "| cap uy phu trach | can bo cap uy du | cap uy vien du sinh hoat | dong chi cap uy vien du "
    "| cap uy vien duoc phan cong | uy vien du | committee | committee member "
    "| committee members | assigned committee member | assigned committee members",
}

_MEMBERS: dict[Field, str] = _SHARED | {
    Field.NUMBER: "so hieu | so hieu dang vien | ma dang vien | so the | so the dang vien | ma so "
    "| ma dv | member number | member no | member id | card number",
    Field.PERSON: "ho va ten | ho ten | ho va ten dang vien | ho ten dang vien | ten dang vien "
    "| full name | member | member name",
    Field.HOME: "chi bo diem cau | diem cau chi bo | branch point | point branch",
    Field.NAME: "ten diem cau | diem cau | noi sinh hoat | point | point name | bridge point "
    "| hall | hall name",
    Field.EXEMPT: "mien sinh hoat | mien | dien mien | mien sh | duoc mien sinh hoat "
    "| dien mien sinh hoat | exempt | exempted",
}


def _by_heading(table: dict[Field, str]) -> dict[str, Field]:
    return {heading.strip(): field for field, line in table.items() for heading in line.split("|")}


POINT_HEADINGS = _by_heading(_POINTS)
MEMBER_HEADINGS = _by_heading(_MEMBERS)

# Where no column is headed as the point's name, the first of these is: they say "name". Other
# units do not stand in: a roster that lost its column of names must be told so.
NAME_INSTEAD = ("ten don vi", "ten chi bo", "branch name")


def examples(field: Field) -> str:
    """Return what a missing column may be headed, for the message that asks for it."""
    vi, en = LABELS[field]
    return f"{vi}, {en}"
