"""A town for the demo: the sample roster, cut or grown to the wanted number of points."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import config
from config.roster.point import PointRow
from config.roster.reading import read_points

SAMPLES = Path(config.__file__).parent / "samples"
POINTS_FILE = "my-hao-points.xlsx"
MEMBERS_FILE = "my-hao-members.xlsx"

HEADINGS = (
    "Mã điểm cầu",
    "Tên điểm cầu",
    "Đảng bộ, chi bộ",
    "Loại",
    "Số đảng viên",
    "Người phụ trách",
    "Điện thoại",
    "Nhà mạng",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFile:
    """A file to import."""

    name: str
    data: bytes


def roster_files(points: int) -> list[RosterFile]:
    """Return the files that make a town of so many points.

    The sample's own number comes as the sample's own files, members included; any other as a
    list of points made from it.
    """
    sample = (SAMPLES / POINTS_FILE).read_bytes()
    rows = read_points(sample, POINTS_FILE).rows
    if points == len(rows):
        members = (SAMPLES / MEMBERS_FILE).read_bytes()
        return [
            RosterFile(name=POINTS_FILE, data=sample),
            RosterFile(name=MEMBERS_FILE, data=members),
        ]
    if points == 0:
        return []
    grown = [_nth(rows, n) for n in range(points)]
    return [RosterFile(name="points.csv", data=_csv(grown))]


def _nth(rows: tuple[PointRow, ...], n: int) -> tuple[str, PointRow, str]:
    """Return the code, the model and the name of the n-th point; copies are numbered."""
    model, copy = rows[n % len(rows)], n // len(rows)
    if copy == 0:
        return str(model.code), model, model.name
    return f"MH-{n:03d}", model, f"{model.name} – {copy + 1}"


def _csv(points: list[tuple[str, PointRow, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for n, (code, row, name) in enumerate(points):
        kind = row.kind if n == 0 or not row.main else "cơ quan"
        writer.writerow(
            (
                code,
                name,
                row.unit,
                kind,
                row.expected,
                row.contact.name,
                row.contact.phone,
                row.provider,
            )
        )
    return text.getvalue().encode("utf-8-sig")
