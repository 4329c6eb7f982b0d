"""An import as others read it: JSON for programs, lines for people. Pure: values to text.

The JSON is ``{added: [point], changed: [{code, name, fields: [{field, old, new}]}],
removed: [point], problems: [{sheet, row, column, code, severity, text, text_en}]}``; a point
carries its sums (``members``, ``exempt``, ``expected``) beside its branches.
"""

from collections.abc import Iterator

import msgspec

from .change import PointChange, RosterChange, Value
from .point import BranchRow, Person, PointRow
from .problem import Problem, Severity, blocks


class BranchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A branch as JSON."""

    name: str
    members: int
    exempt: int
    expected: int


class PointLine(msgspec.Struct, frozen=True, kw_only=True):
    """A point as JSON."""

    code: str
    name: str
    unit: str
    expected: int
    members: int
    exempt: int
    kind: str
    provider: str
    place: str
    main: bool
    contact: Person
    deputy: Person
    committee: tuple[str, ...]
    branches: tuple[BranchLine, ...]


class FieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a changed point as JSON."""

    field: str
    old: str | int | bool | tuple[str, ...]
    new: str | int | bool | tuple[str, ...]


class ChangeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A changed point as JSON."""

    code: str
    name: str
    "As it will be."
    fields: tuple[FieldLine, ...]


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """An import as JSON."""

    added: tuple[PointLine, ...]
    changed: tuple[ChangeLine, ...]
    removed: tuple[PointLine, ...]
    problems: tuple[Problem, ...]


# Words of the lines for people, Vietnamese and English.
_WORDS = {
    "added": ("Thêm", "Add"),
    "changed": ("Đổi", "Change"),
    "removed": ("Bỏ", "Remove"),
    Severity.ERROR: ("Lỗi", "Error"),
    Severity.WARNING: ("Lưu ý", "Warning"),
    "sheet": ("trang", "sheet"),
    "row": ("dòng", "row"),
    "column": ("cột", "column"),
    "expected": ("phải dự", "expected"),
    "nothing": ("Không có gì thay đổi.", "Nothing changes."),
    True: ("có", "yes"),
    False: ("không", "no"),
}
_FIELDS = {
    "name": ("tên", "name"),
    "unit": ("đơn vị", "unit"),
    "kind": ("loại", "kind"),
    "provider": ("nhà mạng", "provider"),
    "place": ("địa điểm", "place"),
    "main": ("điểm cầu chính", "main point"),
    "contact_name": ("người phụ trách", "contact"),
    "contact_phone": ("điện thoại", "phone"),
    "deputy_name": ("người dự phòng", "deputy"),
    "deputy_phone": ("điện thoại dự phòng", "deputy phone"),
    "committee": ("cấp ủy viên dự", "committee members"),
    "members": ("số đảng viên", "members"),
    "exempt": ("miễn sinh hoạt", "exempt"),
    "expected": ("phải dự", "expected"),
    "branches": ("chi bộ", "branches"),
}


def report(change: RosterChange) -> ImportReport:
    """Return an import in its JSON form, ready for msgspec."""
    return ImportReport(
        added=tuple(_point(point) for point in change.added),
        changed=tuple(_changed(it) for it in change.changed),
        removed=tuple(_point(point) for point in change.removed),
        problems=change.problems,
    )


def report_json(change: RosterChange) -> bytes:
    """Return the JSON of an import, indented, in UTF-8 with a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(report(change)), indent=2) + b"\n"


def report_lines(it: ImportReport, *, english: bool = False) -> Iterator[str]:
    """Yield an import as lines for people: problems first, errors before warnings."""
    lang = int(english)
    for found in sorted(it.problems, key=lambda found: found.severity is not Severity.ERROR):
        yield problem_line(found, english=english)
    for mark, key, points in (("+", "added", it.added), ("-", "removed", it.removed)):
        for point in points:
            people = f"{_WORDS['expected'][lang]} {point.expected}"
            unit = f", {point.unit}" if point.unit else ""
            yield f"{mark} {_WORDS[key][lang]} {point.code} {point.name}{unit}: {people}"
    for changed in it.changed:
        fields = "; ".join(_field(field, lang) for field in changed.fields)
        yield f"~ {_WORDS['changed'][lang]} {changed.code} {changed.name}: {fields}"
    if not (it.added or it.removed or it.changed or blocks(it.problems)):
        yield _WORDS["nothing"][lang]


def problem_line(it: Problem, *, english: bool = False) -> str:
    """Return a problem with its place in front, as one line."""
    lang = int(english)
    parts = (("sheet", it.sheet), ("row", it.row), ("column", it.column))
    places = [f"{_WORDS[key][lang]} {value}" for key, value in parts if value]
    where = f" ({', '.join(places)})" if places else ""
    return f"{_WORDS[it.severity][lang]}{where}: {it.text_en if english else it.text}"


def _point(point: PointRow) -> PointLine:
    return PointLine(
        code=point.code or "",
        name=point.name,
        unit=point.unit,
        expected=point.expected,
        members=point.members,
        exempt=point.exempt,
        kind=point.kind,
        provider=point.provider,
        place=point.place,
        main=point.main,
        contact=point.contact,
        deputy=point.deputy,
        committee=point.committee,
        branches=tuple(_branch(branch) for branch in point.branches),
    )


def _branch(branch: BranchRow) -> BranchLine:
    return BranchLine(
        name=branch.name,
        members=branch.members,
        exempt=branch.exempt,
        expected=branch.expected,
    )


def _changed(change: PointChange) -> ChangeLine:
    fields = tuple(
        FieldLine(field=it.field, old=_plain(it.old), new=_plain(it.new)) for it in change.fields
    )
    return ChangeLine(code=change.code, name=change.after.name, fields=fields)


def _plain(value: Value) -> str | int | bool | tuple[str, ...]:
    """Return a value as JSON has it; a branch as its name and how many are to come."""
    if not isinstance(value, tuple):
        return value
    return tuple(f"{it.name} {it.expected}" if isinstance(it, BranchRow) else it for it in value)


def _field(field: FieldLine, lang: int) -> str:
    return f"{_FIELDS[field.field][lang]} {_value(field.old, lang)} → {_value(field.new, lang)}"


def _value(value: str | int | bool | tuple[str, ...], lang: int) -> str:
    if isinstance(value, bool):
        return _WORDS[value][lang]
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return str(value) or "–"
