"""The file as a whole: what it is, and how large it may be."""

import pytest

from config.errors import RosterUnreadable
from config.roster.limit import MAX_FILE_BYTES
from config.roster.sheet import read_sheets
from tests.config.roster.office import POINTS, delimited, workbook

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06" + b"\x00" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "diem-cau.xlsx", "empty_file"),
        (b"", "diem-cau.csv", "empty_file"),
        (b"\xef\xbb\xbf", "diem-cau.csv", "empty_file"),
        (b" \r\n;;;\r\n", "diem-cau.csv", "empty_file"),
        (workbook([]), "diem-cau.xlsx", "empty_file"),
        (PNG, "diem-cau.xlsx", "not_a_workbook"),
        (PNG, "DIEM-CAU.XLSX", "not_a_workbook"),
        (PNG, "diem-cau.csv", "bad_encoding"),
        (OLE, "diem-cau.xls", "not_a_workbook"),
        (b"PK\x03\x04 not a zip", "diem-cau.xlsx", "not_a_workbook"),
        (b"a;b\n" * (MAX_FILE_BYTES // 4 + 1), "diem-cau.csv", "too_large"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_by_name(data: bytes, filename: str, code: str) -> None:
    with pytest.raises(RosterUnreadable) as refused:
        read_sheets(data, filename)
    assert refused.value.code == code
    assert refused.value.text != refused.value.text_en


@pytest.mark.parametrize("filename", ["diem-cau.xlsx", "diem-cau.csv", "diem-cau", ""])
def test_the_content_decides_and_not_the_name(filename: str) -> None:
    [sheet] = read_sheets(POINTS, filename)
    assert sheet.name == "Điểm cầu"


@pytest.mark.parametrize(
    ("filename", "name"),
    [("a/b/quý 4.csv", "quý 4"), ("C:\\x\\diem.csv", "diem"), ("diem", "diem"), (".csv", ".csv")],
)
def test_a_csv_is_called_as_excel_would_call_its_sheet(filename: str, name: str) -> None:
    [sheet] = read_sheets(delimited([["Tên", "Số"]]), filename)
    assert sheet.name == name
