"""Attendance as tables with headings, for a workbook and for text files. Pure: values only.

Every number is taken from the API's answer; nothing is added up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from config.utc import parse_utc
from config.words import Words
from signaling.schema import RollStage

from .attendance import AttendanceAnswer, RollAnswer, SumAnswer

Cell = str | int | float | None

ICT = timezone(timedelta(hours=7))
"Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975."


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading row and its rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(answer: AttendanceAnswer, words: Words) -> tuple[Table, ...]:
    """Return all tables, the summary first."""
    return (
        _summary(answer, words),
        _units(answer, words),
        _points(answer, words),
        branch_table(answer, words),
        _corrections(answer, words),
    )


def branch_table(answer: AttendanceAnswer, words: Words) -> Table:
    """Return the finest table: one row a branch at a point."""
    headings = ("table.unit", "table.code", "table.point", "table.branch")
    rows = tuple(
        (
            point.unit,
            point.code,
            point.name,
            branch.branch or words.say("table.branch_unknown"),
            *_numbers(branch.check_in, branch.rolls, words),
        )
        for point in answer.points
        for branch in point.branches
    )
    return Table(
        title=words.say("table.branches"),
        headings=(*(words.say(key) for key in headings), *_number_headings(answer, words)),
        rows=rows,
    )


def local_time(utc: str) -> str:
    """Return an instant as people write it: 07:45 04/10/2026."""
    moment = datetime.fromtimestamp(parse_utc(utc), ICT)
    return moment.strftime("%H:%M %d/%m/%Y")


def _summary(answer: AttendanceAnswer, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (words.say("table.session"), answer.title),
        (words.say("table.start"), local_time(answer.start_utc)),
        (words.say("table.now"), local_time(answer.now_utc)),
        (words.say("table.points_count"), len(answer.points)),
    ]
    for roll in answer.rolls:
        rows.append((words.say("table.roll", roll=roll.roll), _stage(roll, words)))
    totals = _numbers(answer.total, [roll.total for roll in answer.rolls], words)
    rows += zip(_number_headings(answer, words), totals, strict=True)
    return Table(
        title=words.say("table.summary"),
        headings=(words.say("table.what"), words.say("table.value")),
        rows=tuple(rows),
    )


def _stage(roll: RollAnswer, words: Words) -> str:
    frozen = roll.frozen
    if roll.stage is not RollStage.CLOSED or frozen is None:
        return words.say(f"table.stage.{roll.stage.value}")
    return words.say(
        "table.stage.closed",
        at=local_time(roll.closed_utc or ""),
        by=roll.closed_by or words.say("table.schedule"),
        attended=frozen.attended,
        expected=frozen.expected,
        points=frozen.points,
    )


def _units(answer: AttendanceAnswer, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (unit.unit, unit.points, *_numbers(unit.check_in, unit.rolls, words))
        for unit in answer.units
    ]
    total = _numbers(answer.total, [roll.total for roll in answer.rolls], words)
    rows.append((words.say("table.total"), len(answer.points), *total))
    return Table(
        title=words.say("table.units"),
        headings=(
            words.say("table.unit"),
            words.say("table.points_count"),
            *_number_headings(answer, words),
        ),
        rows=tuple(rows),
    )


def _points(answer: AttendanceAnswer, words: Words) -> Table:
    headings = ("table.unit", "table.code", "table.point")
    return Table(
        title=words.say("table.points"),
        headings=(*(words.say(key) for key in headings), *_number_headings(answer, words)),
        rows=tuple(
            (point.unit, point.code, point.name, *_numbers(point.check_in, point.rolls, words))
            for point in answer.points
        ),
    )


def _corrections(answer: AttendanceAnswer, words: Words) -> Table:
    headings = ("time", "by", "roll_number", "code", "branch", "before", "after")
    return Table(
        title=words.say("table.corrections"),
        headings=tuple(words.say(f"table.{key}") for key in headings),
        rows=tuple(
            (local_time(one.utc), one.by, one.roll, one.point, one.branch, one.before, one.after)
            for one in answer.corrections
        ),
    )


PER_ROLL = (
    "attended",
    "elsewhere",
    "excused",
    "excuses",
    "unexplained",
    "late",
    "left_early",
    "exempt",
    "guests",
    "share",
)


def _number_headings(answer: AttendanceAnswer, words: Words) -> list[str]:
    by_roll = [
        words.say(f"table.{key}", roll=roll.roll) for roll in answer.rolls for key in PER_ROLL
    ]
    fixed = ("table.expected", "table.reported", "table.made_up")
    return [*(words.say(key) for key in fixed), *by_roll]


def _numbers(check_in: SumAnswer, rolls: Iterable[SumAnswer], words: Words) -> list[Cell]:
    cells: list[Cell] = [check_in.expected, check_in.reported, check_in.made_up]
    for sums in rolls:
        attended = sums.attended
        cells += [
            attended,
            sums.elsewhere,
            sums.excused,
            _reasons(sums, words),
            None if attended is None else max(0, sums.expected - attended - sums.excused),
            sums.late,
            sums.left_early,
            sums.exempt,
            sums.guests,
            None
            if attended is None or not sums.expected
            else round(100 * attended / sums.expected, 1),
        ]
    return cells


def _reasons(sums: SumAnswer, words: Words) -> str | None:
    """Return the reasons that were given, each with its number; None where nobody asked."""
    said = [f"{words.say(f'table.excuse.{why}')} {n}" for why, n in sums.excuses.items() if n]
    return ", ".join(said) or None
