"""Alarms in Alertmanager's words: the shape is what a real one sent, the words are ours."""

import json
from pathlib import Path
from typing import Any

import msgspec

from config.words import Words
from coordinator.alarm.fact import AlarmCleared, AlarmRaised, IncidentOpened
from coordinator.fact import PointEntered
from coordinator.webhook.alert import NOT_YET, ended_since, firing, notification
from dashboards.pages import WORDS
from tests.harness.facts import Chronicle, point

ROOT = Path(__file__).parents[3]
REAL = json.loads((ROOT / "tests" / "vectors" / "alertmanager_webhook.json").read_text())
"What Debian's Alertmanager 0.25 posted: an alert, and its end."
SAY = Words(WORDS, "vi")


def hall(code: str) -> PointEntered:
    return msgspec.structs.replace(point(code), provider="Viettel", place="Dị Sử")


def raised(id_: str, code: str | None, what: str, priority: str = "medium") -> AlarmRaised:
    return AlarmRaised(alarm=id_, point=code, what=what, why="silence", priority=priority)


def town() -> Chronicle:
    made = Chronicle(hall("A"), hall("B"), hall("C"))
    made.add(raised("a1", "A", "lost"), raised("c1", None, "relay_lost", "high"))
    return made


def told(made: Chronicle, *ended: str) -> dict[str, Any]:
    found = notification(made.state, SAY, "https://cau.example.vn", ended=ended, now_utc="now")
    return dict(json.loads(msgspec.json.encode(found)))


def test_the_shape_is_alertmanagers() -> None:
    made = town()
    made.add(AlarmCleared(alarm="a1", why="well"))
    for real, ours in zip(REAL, (told(town()), told(made, "a1")), strict=True):
        assert set(ours) == set(real)
        assert {key: type(value) for key, value in ours.items()} == {
            key: type(value) for key, value in real.items()
        }
        for alert in ours["alerts"]:
            assert set(alert) == set(real["alerts"][0])


def test_an_alarm_says_where_how_grave_and_what_to_do_and_names_nobody() -> None:
    first, second = told(town())["alerts"]
    assert first["labels"] == {
        "alertname": "lost",
        "severity": "warning",
        "family": "programme",
        "point": "A",
        "provider": "Viettel",
        "place": "Dị Sử",
    }
    assert first["annotations"]["summary"].startswith("A ")
    assert first["annotations"]["summary"].endswith(": Mất kết nối")
    assert first["annotations"]["description"].startswith("Gọi điểm cầu")
    assert (first["status"], first["endsAt"]) == ("firing", NOT_YET)
    assert first["generatorURL"] == "https://cau.example.vn/wall"
    assert second["labels"] == {
        "alertname": "relay_lost", "severity": "critical", "family": "relay"
    }  # fmt: skip
    assert second["annotations"]["summary"] == "Máy chủ truyền không trả lời"
    assert "Nguyễn" not in json.dumps(told(town()), ensure_ascii=False)


def test_what_was_told_and_is_over_is_resolved_and_what_was_not_told_is_left_out() -> None:
    made = town()
    made.add(AlarmCleared(alarm="a1", why="well"))
    assert firing(made.state) == ("c1",)
    assert [a["labels"]["alertname"] for a in told(made)["alerts"]] == ["relay_lost"]
    over = told(made, "a1", "c1", "unheard-of")["alerts"][1:]
    assert [(a["labels"]["point"], a["status"]) for a in over] == [("A", "resolved")]
    assert over[0]["endsAt"] == made.state.alarms.by_id["a1"].cleared_utc
    made.add(AlarmCleared(alarm="c1", why="well"))
    assert told(made, "c1")["status"] == "resolved"
    assert set(ended_since(made.state, "2000")) == {"a1", "c1"}
    assert ended_since(made.state, "3000") == ()


def test_an_incident_speaks_for_its_halls() -> None:
    made = town()
    made.add(raised("b1", "B", "lost"))
    made.add(
        IncidentOpened(
            incident="i1", family="programme", cause="provider", name="Viettel",
            priority="high", alarms=("a1", "b1"),
        )
    )  # fmt: skip
    alerts = told(made, "a1")["alerts"]
    [incident] = [a for a in alerts if a["labels"]["alertname"] == "incident"]
    assert (incident["labels"]["cause"], incident["labels"]["name"]) == ("provider", "Viettel")
    assert incident["annotations"]["summary"] == "Nhà mạng Viettel"
    assert incident["annotations"]["points"] == "A, B"
    [member] = [a for a in alerts if a["labels"].get("point") == "A"]
    assert (member["status"], member["endsAt"]) == ("resolved", "now"), "the incident has it now"
