"""What ``nhipcau check --today`` says of a machine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.utc import parse_utc
from coordinator.__main__ import app
from coordinator.cli import today
from coordinator.cli.morning import Morning, Planned, findings

NOW = parse_utc("2027-01-03T05:30:00+07:00")
QUARTER = Planned(title="Quý I", start_utc="2027-01-03T00:30:00.000Z", phase="planned")
GOOD = Morning(
    sessions=(QUARTER,),
    points={"MH-000": 128, "MH-001": 44},
    joined=frozenset({"MH-000", "MH-001"}),
    admin="an",
    copy_age_h=0.2,
    rows=1234,
    synchronized=True,
    uplink_mbps=100,
)
MANY = {f"MH-{n:03}": 0 for n in range(7)}


def said(morning: Morning) -> dict[str, dict[str, object]]:
    """Return what is not good, by key, with its places."""
    return {f.key: f.places for f in findings(morning, NOW) if not f.good}


def test_a_machine_that_is_ready_has_nothing_to_mend() -> None:
    told = list(findings(GOOD, NOW))
    assert [f.key for f in told if f.good] == [
        f"today.{word}"
        for word in ("journal", "copy", "clock", "admin", "session", "roster", "joined", "uplink")
    ]
    assert said(GOOD) == {}
    session = next(f for f in told if f.key == "today.session")
    assert session.places == {"title": "Quý I", "clock": "07:30"}


@pytest.mark.parametrize(
    ("change", "key", "places"),
    [
        ({"copy_age_h": None}, "today.copy_none", {}),
        ({"copy_age_h": 30.0}, "today.copy_bad", {"hours": "30.0"}),
        ({"synchronized": None}, "today.clock_unknown", {}),
        ({"synchronized": False}, "today.clock_bad", {}),
        ({"admin": ""}, "today.admin_bad", {"login": ""}),
        ({"sessions": ()}, "today.session_bad", {"next": "–"}),
        ({"sessions": (replace(QUARTER, phase="closed"),)}, "today.session_bad", {"next": "–"}),
        (
            {"sessions": (replace(QUARTER, start_utc="2027-01-03T17:00:00.000Z"),)},
            "today.session_bad",
            {"next": "04/01/2027"},
        ),
        (
            {"sessions": (replace(QUARTER, start_utc="2027-01-02T00:30:00.000Z"),)},
            "today.session_bad",
            {"next": "–"},
        ),
        ({"points": {}}, "today.roster_none", {}),
        (
            {"joined": frozenset({"MH-001"})},
            "today.joined_bad",
            {"joined": 1, "points": 2, "codes": "MH-000"},
        ),
        ({"uplink_mbps": 0.5}, "today.uplink_bad", {"mbps": "0.5", "each": "0.21"}),
    ],
)
def test_each_thing_that_is_missing_is_named(
    change: dict[str, Any], key: str, places: dict[str, object]
) -> None:
    assert said(replace(GOOD, **change)) == {key: places}


def test_only_some_of_many_points_are_named() -> None:
    told = said(replace(GOOD, points=MANY, joined=frozenset(MANY)))
    assert told["today.roster_bad"]["codes"] == "MH-000, MH-001, MH-002, MH-003, MH-004, …"


def test_of_a_damaged_journal_nothing_more_is_asked() -> None:
    told = said(Morning(rows=None, damage="row 5", synchronized=True, copy_age_h=1))
    assert told == {"today.journal_bad": {"rows": None, "text": "row 5"}}


def test_every_finding_has_its_sentence_in_both_languages() -> None:
    folder = Path(today.__file__).parent.parent / "locale"
    worst = replace(GOOD, points=MANY, joined=frozenset(), uplink_mbps=1, admin="", sessions=())
    damaged = replace(GOOD, rows=None, synchronized=False, copy_age_h=99)
    for language in ("vi", "en"):
        words = json.loads((folder / f"{language}.json").read_text())
        for morning in (GOOD, worst, damaged, Morning(points={})):
            for finding in findings(morning, NOW):
                words[finding.key].format(**finding.places)


def test_check_today_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "clock_synchronized", lambda: True)
    monkeypatch.setenv("NHIPCAU_MEDIA__PORT_MIN", "42000")
    monkeypatch.setenv("NHIPCAU_MEDIA__PORT_MAX", "42020")
    monkeypatch.setenv("NHIPCAU_SERVER__PORT", "0")
    sure = ("--data", str(tmp_path))
    done = CliRunner().invoke(app, [*sure, "check", "--today"])
    assert done.exit_code == 1
    for command in ("setup", "backup", "session plan", "roster import"):
        assert f"nhipcau {command}" in done.stdout
    assert "42000-42020" in done.stdout
    (tmp_path / "journal.db").write_bytes(b"no journal at all" * 300)
    broken = CliRunner().invoke(app, [*sure, "check", "--today"])
    assert "nhipcau restore" in broken.stdout
