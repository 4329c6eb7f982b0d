"""What can be wrong with a roster, in words people and programs understand. Pure: tables.

An error blocks the import, all or nothing; a warning says what was skipped or looks odd.
``docs/roster.md`` explains each code to the office; a test holds the two together.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from config.errors import RosterUnreadable


class Severity(StrEnum):
    """Whether the import may go on."""

    ERROR = "error"
    WARNING = "warning"


class ProblemCode(StrEnum):
    """Stable names of all problems."""

    EMPTY_FILE = "empty_file"
    NOT_A_WORKBOOK = "not_a_workbook"
    BAD_ENCODING = "bad_encoding"
    TOO_LARGE = "too_large"
    MISSING_COLUMN = "missing_column"
    DOUBLE_COLUMN = "double_column"
    MISSING_NAME = "missing_name"
    MISSING_COUNT = "missing_count"
    BAD_COUNT = "bad_count"
    COUNTS_DISAGREE = "counts_disagree"
    BAD_CODE = "bad_code"
    BAD_FLAG = "bad_flag"
    DUPLICATE_CODE = "duplicate_code"
    DUPLICATE_POINT = "duplicate_point"
    DUPLICATE_MEMBER = "duplicate_member"
    CODE_REUSED = "code_reused"
    CODE_CHANGED = "code_changed"
    UNKNOWN_POINT = "unknown_point"
    AMBIGUOUS_POINT = "ambiguous_point"
    UNKNOWN_BRANCH = "unknown_branch"
    CELL_TOO_LONG = "cell_too_long"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    FORMULA_ERROR = "formula_error"
    TOTAL_DIFFERS = "total_differs"
    UNKNOWN_COLUMN = "unknown_column"
    SHEET_SKIPPED = "sheet_skipped"
    ROW_SKIPPED = "row_skipped"
    ROWS_IGNORED = "rows_ignored"
    FIELD_DIFFERS = "field_differs"
    SEVERAL_MAIN = "several_main"
    POINT_WITHOUT_MEMBERS = "point_without_members"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the file; the parts that are not meant are empty or None."""

    sheet: str = ""
    row: int | None = None
    "As the sheet numbers it."
    column: str | None = None
    "The heading as the file has it, or the column's letter where there is none."


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, or looks odd."""

    sheet: str
    row: int | None
    column: str | None
    code: ProblemCode
    severity: Severity
    text: str
    "Vietnamese, a sentence that says what to do where that is not obvious."
    text_en: str


# Vietnamese and English of each code; {braces} are filled in by problem().
WORDS: dict[ProblemCode, tuple[str, str]] = {
    ProblemCode.EMPTY_FILE: (
        "Tệp không có dòng dữ liệu nào.",
        "The file has no rows of data.",
    ),
    ProblemCode.NOT_A_WORKBOOK: (
        "Tệp không phải bảng tính Excel (.xlsx) đọc được: {why}. Mở tệp bằng Excel "
        "rồi lưu lại dạng .xlsx hoặc CSV UTF-8.",
        "The file is not a readable Excel workbook (.xlsx): {why_en}. Open it in Excel "
        "and save it as .xlsx or CSV UTF-8.",
    ),
    ProblemCode.BAD_ENCODING: (
        "Không đọc được chữ trong tệp: bảng mã không phải UTF-8 hay UTF-16. "
        "Lưu lại dạng “CSV UTF-8” hoặc .xlsx.",
        "The text is neither UTF-8 nor UTF-16. Save it as “CSV UTF-8” or .xlsx.",
    ),
    ProblemCode.TOO_LARGE: (
        "Tệp quá lớn: {what}; giới hạn là {limit}.",
        "The file is too large: {what_en}; the limit is {limit}.",
    ),
    ProblemCode.MISSING_COLUMN: (
        "Thiếu cột “{field}” (có thể ghi: {examples}).",
        "The column “{field_en}” is missing (it may be headed: {examples}).",
    ),
    ProblemCode.DOUBLE_COLUMN: (
        "Có hai cột cùng nghĩa “{field}”; chỉ để lại một cột.",
        "Two columns mean “{field_en}”; leave only one.",
    ),
    ProblemCode.MISSING_NAME: (
        "Dòng có số liệu nhưng không có tên điểm cầu.",
        "The row has figures but names no point.",
    ),
    ProblemCode.MISSING_COUNT: (
        "“{name}” chưa có số đảng viên; ghi 0 nếu không có ai.",
        "“{name}” has no count of members; write 0 if there is nobody.",
    ),
    ProblemCode.BAD_COUNT: (
        "“{value}” không phải là số người (số nguyên từ 0 đến {limit}).",
        "“{value}” is not a number of people (a whole number from 0 to {limit}).",
    ),
    ProblemCode.COUNTS_DISAGREE: (
        "Số liệu không khớp: {members} đảng viên, {exempt} miễn sinh hoạt, {expected} phải dự.",
        "The figures disagree: {members} members, {exempt} exempt, {expected} expected.",
    ),
    ProblemCode.BAD_CODE: (
        "Mã “{value}” không dùng được: chỉ gồm chữ, số và các dấu . _ - , dài nhất 32 ký tự.",
        "The code “{value}” cannot be used: letters, digits and . _ - only, 32 at most.",
    ),
    ProblemCode.BAD_FLAG: (
        "“{value}” không rõ là có hay không miễn sinh hoạt; ghi “x” hoặc để trống.",
        "“{value}” does not say whether the member is exempt; write “x” or leave it empty.",
    ),
    ProblemCode.DUPLICATE_CODE: (
        "Mã “{value}” đã dùng cho “{other}” ở dòng {other_row}.",
        "The code “{value}” already belongs to “{other}” in row {other_row}.",
    ),
    ProblemCode.DUPLICATE_POINT: (
        "“{name}” đã có ở dòng {other_row}; thêm mã, đơn vị hoặc chi bộ để phân biệt.",
        "“{name}” is already in row {other_row}; tell them apart by code, unit or branch.",
    ),
    ProblemCode.DUPLICATE_MEMBER: (
        "Số hiệu đảng viên “{value}” đã có ở dòng {other_row}.",
        "The member number “{value}” is already in row {other_row}.",
    ),
    ProblemCode.CODE_REUSED: (
        "Mã “{value}” đã thuộc về một điểm cầu khác trước đây; mã không được dùng lại.",
        "The code “{value}” once belonged to another point; codes are never used again.",
    ),
    ProblemCode.CODE_CHANGED: (
        "“{name}” đã có mã “{old}”; mã không đổi được. Ghi lại mã cũ hoặc để trống.",
        "“{name}” has the code “{old}”, which cannot change. Write that or leave it empty.",
    ),
    ProblemCode.UNKNOWN_POINT: (
        "Không có điểm cầu “{value}” trong danh sách điểm cầu.",
        "There is no point “{value}” in the roster.",
    ),
    ProblemCode.AMBIGUOUS_POINT: (
        "Có nhiều điểm cầu tên “{value}”; ghi thêm mã điểm cầu.",
        "Several points are called “{value}”; add the point's code.",
    ),
    ProblemCode.UNKNOWN_BRANCH: (
        "Điểm cầu “{point}” có nhiều chi bộ; không rõ “{value}” là chi bộ nào trong số đó.",
        "The point “{point}” hosts several branches; it is not clear which one “{value}” is.",
    ),
    ProblemCode.CELL_TOO_LONG: (
        "Ô dài quá {limit} ký tự.",
        "The cell is longer than {limit} characters.",
    ),
    ProblemCode.FORMULA_WITHOUT_VALUE: (
        "Ô {cell} là công thức chưa có kết quả. Mở tệp bằng Excel, lưu lại rồi nhập.",
        "Cell {cell} is a formula without a stored result. Save the file in Excel, then import.",
    ),
    ProblemCode.FORMULA_ERROR: (
        "Ô {cell} là công thức bị lỗi.",
        "Cell {cell} is a formula that failed.",
    ),
    ProblemCode.TOTAL_DIFFERS: (
        "Dòng tổng ghi {value}, cộng các dòng được {sum}.",
        "The totals row says {value}, the rows add up to {sum}.",
    ),
    ProblemCode.UNKNOWN_COLUMN: (
        "Không dùng đến cột này.",
        "This column is not used.",
    ),
    ProblemCode.SHEET_SKIPPED: (
        "Trang tính này không được đọc: {why}.",
        "This sheet was not read: {why_en}.",
    ),
    ProblemCode.ROW_SKIPPED: (
        "Bỏ qua dòng “{value}”: không phải một điểm cầu hay đảng viên.",
        "Skipped the row “{value}”: neither a point nor a member.",
    ),
    ProblemCode.ROWS_IGNORED: (
        "Sau dòng {row} là hơn {limit} dòng trống; phần sau nữa (nếu có) không được đọc.",
        "After row {row} come over {limit} empty rows; whatever may follow was not read.",
    ),
    ProblemCode.FIELD_DIFFERS: (
        "“{value}” khác với “{kept}” ở dòng trên của cùng điểm cầu; giữ “{kept}”.",
        "“{value}” differs from “{kept}” further up for the same point; “{kept}” is kept.",
    ),
    ProblemCode.SEVERAL_MAIN: (
        "“{name}” cũng là điểm cầu chính; thường chỉ có một.",
        "“{name}” is a main point as well; usually there is only one.",
    ),
    ProblemCode.POINT_WITHOUT_MEMBERS: (
        "Danh sách đảng viên không có ai ở “{name}”; giữ số cũ.",
        "The members' file lists nobody at “{name}”; its counts stay as they were.",
    ),
}

WARNINGS = frozenset(
    {
        ProblemCode.TOTAL_DIFFERS,
        ProblemCode.UNKNOWN_COLUMN,
        ProblemCode.SHEET_SKIPPED,
        ProblemCode.ROW_SKIPPED,
        ProblemCode.ROWS_IGNORED,
        ProblemCode.FIELD_DIFFERS,
        ProblemCode.SEVERAL_MAIN,
        ProblemCode.POINT_WITHOUT_MEMBERS,
    }
)


def problem(code: ProblemCode, place: Place, **values: object) -> Problem:
    """Return the problem, its braces filled with ``values`` (cut to 80 characters each)."""
    shown = {name: _short(str(value)) for name, value in values.items()}
    text, text_en = WORDS[code]
    return Problem(
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        code=code,
        severity=Severity.WARNING if code in WARNINGS else Severity.ERROR,
        text=text.format(**shown),
        text_en=text_en.format(**shown),
    )


def unreadable(code: ProblemCode, place: Place, **values: object) -> RosterUnreadable:
    """Return the exception that refuses the whole file for this reason."""
    it = problem(code, place, **values)
    return RosterUnreadable(
        code, it.text, text_en=it.text_en, sheet=it.sheet, row=it.row, column=it.column
    )


def refusal(error: RosterUnreadable) -> Problem:
    """Return the problem that an unreadable file is."""
    return Problem(
        sheet=error.sheet,
        row=error.row,
        column=error.column,
        code=ProblemCode(error.code),
        severity=Severity.ERROR,
        text=error.text,
        text_en=error.text_en,
    )


def blocks(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems forbids the import."""
    return any(it.severity is Severity.ERROR for it in problems)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
