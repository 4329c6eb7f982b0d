import pytest

from endpoints.preflight.table import shown, table
from signaling.preflight import CheckResult, Verdict

UTC = "2026-11-01T01:00:00.000Z"


def result(check: str, verdict: Verdict, why: str = "", **changes: object) -> CheckResult:
    return CheckResult(check=check, verdict=verdict, why=why, measured_utc=UTC, **changes)  # type: ignore[arg-type]


def test_the_worst_stands_first_with_the_one_thing_to_do() -> None:
    lines = table(
        [
            result("cpu", Verdict.OK, figure=0.2, unit="ratio", limit=0.85),
            result("camera", Verdict.SKIPPED, "no_device"),
            result("microphone", Verdict.FAIL, "clipping", figure=0.5, unit="ratio", limit=0.02),
        ]
    ).splitlines()
    assert lines[0].startswith("✕ Không đạt")
    assert "Micro / Microphone" in lines[0]
    assert lines[0].endswith("50 % (2 %)")
    assert lines[1].strip() == "Micro quá to, tiếng bị vỡ: giảm âm lượng micro."
    assert lines[2].strip().startswith("The microphone is too loud")
    assert lines[3].startswith("– Chưa kiểm tra")
    assert lines[4].strip() == "Không có thiết bị này."
    assert lines[6].startswith("✔ Đạt")
    assert len(lines) == 7, "what is well asks for nothing"


def test_what_a_newer_version_found_shows_its_code() -> None:
    text = table([result("aura", Verdict.WARN, "dim")])
    assert "(aura)" in text
    assert "(dim)" in text


@pytest.mark.parametrize(
    ("figure", "unit", "words"),
    [
        (42.4, "ms", "42 ms"),
        (-90_250.0, "ms", "-90 s"),
        (1500.0, "kbps", "1500 kbit/s"),
        (0.035, "ratio", "3.5 %"),
        (5.24e10, "bytes", "52.4 GB"),
        (-3.1, "dbfs", "-3 dBFS"),
        (-10.0, "db", "-10 dB"),
        (7.5, "lux", "7.5 lux"),
        (7.0, "", "7"),
    ],
)
def test_figures_are_written_as_people_read_them(figure: float, unit: str, words: str) -> None:
    assert shown(figure, unit) == words
