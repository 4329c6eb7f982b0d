"""An .xlsx as sheets of cells. Pure: bytes in, sheets out.

Only what a roster needs is read: the list of sheets, the shared strings, the cells, the merged
ranges. Styles, charts, macros, links and whatever else a workbook carries are never opened.

Why not openpyxl (decision in docs/roster-reading.md): it reads a million empty rows before the
first cell is asked for, cannot tell an empty cell from a formula without a result unless it
translates every formula, and refuses workbooks over styles that do not matter here.
"""

import posixpath
from typing import TypeVar

from config.errors import RosterUnreadable

from .cell import Sheet
from .limit import MAX_ENTRIES
from .package import Package, Target, broken, too_large
from .worksheet import TextRun, WorksheetTarget

AnyTarget = TypeVar("AnyTarget", bound=Target)


def read_workbook(data: bytes) -> tuple[Sheet, ...]:
    """Return the worksheets in the order of their tabs.

    Raises:
        RosterUnreadable: ``not_a_workbook``, ``too_large``.

    """
    package = Package(data)
    main = _main_part(package)
    book = _fed(package, main, _BookTarget())
    links = _relations(package, main)
    strings: list[str] = []
    for kind, part in links.values():
        if kind == "sharedStrings":
            strings += _fed(package, part, _StringsTarget()).strings
    sheets = [
        _sheet(package, tab, links[tab.link][1], strings)
        for tab in book.tabs
        if links.get(tab.link, ("", ""))[0] == "worksheet"
    ]
    if not sheets:
        raise no_sheets()
    return tuple(sheets)


def no_sheets() -> RosterUnreadable:
    """Return the refusal of a zip that is something else: a text document, a photo album."""
    return broken("không có bảng tính bên trong", "there is no worksheet inside")


def _main_part(package: Package) -> str:
    parts = [part for kind, part in _relations(package, "").values() if kind == "officeDocument"]
    main = parts[0] if parts else "xl/workbook.xml"
    if main not in package.parts:
        raise no_sheets()
    return main


def _sheet(package: Package, tab: "_Tab", part: str, strings: list[str]) -> Sheet:
    target = _fed(package, part, WorksheetTarget(tab.name, strings))
    return target.sheet(hidden=tab.hidden)


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return kind and part behind every relation of a part, by id (ECMA-376 part 2, §8.3)."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in package.parts:
        return {}
    return _fed(package, listing, _RelationsTarget(folder)).relations


def _fed(package: Package, part: str, target: AnyTarget) -> AnyTarget:
    package.feed(part, target)
    return target


class _RelationsTarget(Target):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.relations: dict[str, tuple[str, str]] = {}

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rpartition("/")[2]
            part = posixpath.normpath(posixpath.join("/", self._folder, attributes["Target"]))
            self.relations[attributes["Id"]] = kind, part.lstrip("/")


class _Tab:
    def __init__(self, attributes: dict[str, str]) -> None:
        self.name = attributes["name"]
        self.hidden = attributes.get("state", "visible") != "visible"
        ids = [value for key, value in attributes.items() if key.endswith("}id")]
        self.link = ids[0] if ids else ""


class _BookTarget(Target):
    def __init__(self) -> None:
        super().__init__()
        self.tabs: list[_Tab] = []

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.tabs.append(_Tab(attributes))
        if len(self.tabs) > MAX_ENTRIES:
            raise too_large("quá nhiều trang tính", "too many sheets", MAX_ENTRIES)


class _StringsTarget(Target):
    """Shared strings, ECMA-376 part 1 §18.4.9: <si> with <t>, or runs of <r><t>."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._run = TextRun()
        self._reading = False
        self._phonetic = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._run = TextRun()
        elif name == "rPh":
            self._phonetic = True
        self._reading = name == "t" and not self._phonetic

    def closed(self, name: str) -> None:
        self._reading = False
        if name == "si":
            self.strings.append(self._run.take())
        elif name == "rPh":
            self._phonetic = False

    def text(self, text: str) -> None:
        if self._reading:
            self._run.add(text)
