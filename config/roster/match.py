"""Which point of the roster a point of the file is. Pure: values only.

By code; else by name and unit; else by name and a branch they share (the rows of a hall with
many branches come in any order, and its unit is whichever came first); else, where the file has
no column of units, by name if there is only one. A code is never changed nor used again.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from .point import PointRow, code_key
from .problem import Problem, ProblemCode, problem
from .reading import ReadPoint
from .text import name_key


class Matcher:
    """Matches one file; afterwards ``problems`` says what contradicts.

    Args:
        current: The points of the roster, all with a code.
        used_codes: Every code ever given, those of current and retired points included.
        retired: Removed points.
        knows_units: Whether the file has a column of units.

    """

    def __init__(
        self,
        current: Sequence[PointRow],
        used_codes: Collection[str],
        retired: Sequence[PointRow],
        knows_units: bool,
    ) -> None:
        self.problems: list[Problem] = []
        self._left = {code_key(point.code or ""): point for point in current}
        self._used = {code_key(code) for code in used_codes}
        self._retired = {
            code_key(point.code or ""): point
            for point in retired
            if code_key(point.code or "") not in self._left
        }
        self._knows_units = knows_units
        self._former = {point.key: key for key, point in self._retired.items()}

    def match(self, points: Sequence[ReadPoint]) -> list[tuple[ReadPoint, PointRow | None]]:
        """Return every point of the file with its own in the roster, None for a new one."""
        found = [self._by_code(it.point) for it in points]
        unclear: set[int] = set()
        for same in (_same_key, _same_branch, self._same_name):
            unclear |= self._match_uncoded(points, found, same)
        open_keys = {point.key: point for point in self._left.values()}
        for index, it in enumerate(points):
            if found[index] is None and it.point.code is not None:
                self._check_new_code(it, it.point.code, open_keys.get(it.point.key))
            elif found[index] is None and index in unclear:
                self._report(ProblemCode.AMBIGUOUS_POINT, it, value=it.point.name)
        return list(zip(points, found, strict=True))

    def left(self) -> tuple[PointRow, ...]:
        """Return the points of the roster the file does not have, in the roster's order."""
        return tuple(self._left.values())

    def former_code(self, point: PointRow) -> str | None:
        """Return the code a removed point of this name and unit had, at most once each."""
        former = self._retired.pop(self._former.get(point.key, ""), None)
        return former.code if former else None

    def _by_code(self, point: PointRow) -> PointRow | None:
        return self._left.pop(code_key(point.code), None) if point.code is not None else None

    def _match_uncoded(
        self,
        points: Sequence[ReadPoint],
        found: list[PointRow | None],
        same: Callable[[PointRow, PointRow], bool],
    ) -> set[int]:
        """Match what is left on both sides; return the rows that could be several points."""
        by_name = _by_name(self._left.values())
        unclear: set[int] = set()
        for index, it in enumerate(points):
            if found[index] is not None or it.point.code is not None:
                continue
            namesakes = by_name.get(name_key(it.point.name), [])
            owners = [p for p in namesakes if self._is_left(p) and same(p, it.point)]
            if len(owners) == 1:
                found[index] = self._left.pop(code_key(owners[0].code or ""))
            elif owners:
                unclear.add(index)
        return unclear

    def _is_left(self, point: PointRow) -> bool:
        return code_key(point.code or "") in self._left

    def _same_name(self, known: PointRow, said: PointRow) -> bool:
        return not self._knows_units

    def _check_new_code(self, it: ReadPoint, code: str, owner: PointRow | None) -> None:
        """Refuse a code that was another point's, or a second one for a point that has one."""
        former = self._retired.get(code_key(code))
        if former is not None and name_key(former.name) == name_key(it.point.name):
            del self._retired[code_key(code)]
        elif code_key(code) in self._used:
            self._report(ProblemCode.CODE_REUSED, it, value=code)
        elif owner is not None:
            self._report(ProblemCode.CODE_CHANGED, it, name=it.point.name, old=owner.code)

    def _report(self, code: ProblemCode, it: ReadPoint, **values: object) -> None:
        self.problems.append(problem(code, it.place, **values))


def _same_key(known: PointRow, said: PointRow) -> bool:
    return known.key == said.key


def _same_branch(known: PointRow, said: PointRow) -> bool:
    ours = {name_key(branch.name) for branch in known.branches}
    return any(name_key(branch.name) in ours for branch in said.branches)


def _by_name(points: Iterable[PointRow]) -> dict[str, list[PointRow]]:
    named: dict[str, list[PointRow]] = {}
    for point in points:
        named.setdefault(name_key(point.name), []).append(point)
    return named
