"""A file of any kind as raw sheets. Pure: bytes and a name in, sheets out.

The content decides, not the name: workbooks called .csv and text called .xlsx both come in.
"""

from .cell import Sheet
from .delimited import read_delimited
from .limit import MAX_FILE_BYTES
from .package import broken, too_large
from .problem import Place, ProblemCode, unreadable
from .workbook import read_workbook

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods")


def read_sheets(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook or CSV; rows keep the numbers the sheet gives them.

    Raises:
        RosterUnreadable: ``empty_file``, ``too_large``, ``not_a_workbook``, ``bad_encoding``.

    """
    if len(data) > MAX_FILE_BYTES:
        mib = len(data) / 2**20
        raise too_large(f"{mib:.1f} MiB", f"{mib:.1f} MiB", f"{MAX_FILE_BYTES // 2**20} MiB")
    if data.startswith(_ZIP):
        sheets = read_workbook(data)
    elif data.startswith(_OLE):
        raise broken("tệp .xls đời cũ hoặc có mật khẩu", "an old .xls, or protected by a password")
    elif data and filename.lower().endswith(_WORKBOOK_NAMES):
        raise broken("nội dung tệp là thứ khác", "its content is something else")
    else:
        sheets = (read_delimited(data, _stem(filename)),)
    if not any(sheet.rows for sheet in sheets):
        raise unreadable(ProblemCode.EMPTY_FILE, Place())
    return sheets


def _stem(filename: str) -> str:
    """Return the name Excel would give the only sheet of this file."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name
