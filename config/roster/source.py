"""Which of the two files is this: points or members? Pure: bytes in, a reading out."""

from config.errors import RosterUnreadable

from .cell import Sheet
from .heading import find_table
from .members import MembersReading, members_in
from .problem import refusal
from .reading import Reading, points_in
from .sheet import read_sheets
from .vocabulary import MEMBER_HEADINGS, POINT_HEADINGS, Field


def read_roster(data: bytes, filename: str, *, names: bool = False) -> Reading | MembersReading:
    """Return what the file says, as points or as members. Never raises.

    A file with a count is one of points; one with persons and no count is one of members;
    anything else is read as points, whose problems then say what is missing.

    Args:
        data: The file.
        filename: Its name.
        names: Whether the deployment allows to keep members' names.

    """
    try:
        sheets = read_sheets(data, filename)
        return members_in(sheets, names=names) if _lists_people(sheets) else points_in(sheets)
    except RosterUnreadable as error:
        return Reading(problems=(refusal(error),))


def _lists_people(sheets: tuple[Sheet, ...]) -> bool:
    counts = {Field.MEMBERS, Field.EXPECTED}
    points = [find_table(sheet, POINT_HEADINGS) for sheet in sheets]
    members = [find_table(sheet, MEMBER_HEADINGS) for sheet in sheets]
    counted = any(table and Field.NAME in table.columns and counts & set(table.columns)
                  for table in points)  # fmt: skip
    return not counted and any(table and Field.PERSON in table.columns for table in members)
