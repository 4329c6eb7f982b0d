"""The alert rules and the Grafana board we ship, judged by Prometheus itself."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.harness.server import TOWN, serving

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "config" / "deploy" / "prometheus" / "prometheus.yml"
RULES = ROOT / "dashboards" / "prometheus" / "nhipcau.rules.yml"
BOARD = ROOT / "dashboards" / "grafana" / "nhipcau.json"
pytestmark = pytest.mark.real_io

SCENES = """
rule_files: [nhipcau.rules.yml]
evaluation_interval: 5s
tests:
  - interval: 5s
    input_series:
      - { series: 'up{job="nhipcau"}', values: '1x3 0x20' }
      - { series: 'nhipcau_relay_viewers', values: '92x40' }
      - { series: 'nhipcau_relay_packets_forwarded_total', values: '0+5000x6 35000x30' }
      - { series: 'nhipcau_points{axis="presence",value="lost"}', values: '5x6 12x30' }
      - { series: 'nhipcau_points{axis="presence",value="online"}', values: '87x6 80x30' }
      - { series: 'nhipcau_alarms{priority="high",state="unacknowledged"}', values: '0x6 1x30' }
      - { series: 'nhipcau_relay_queue_delay_seconds', values: '0.1x6 0.6x30' }
      - { series: 'nhipcau_reports_total', values: '100+100x8 5 100 5 100x30' }
      - { series: 'nhipcau_loop_lag_seconds_bucket{le="0.25"}', values: '0+50x40' }
      - { series: 'nhipcau_loop_lag_seconds_bucket{le="0.5"}', values: '0+51x40' }
      - { series: 'nhipcau_loop_lag_seconds_bucket{le="+Inf"}', values: '0+51x40' }
    alert_rule_test:
"""
CALM, LATE = "15s", "2m"
ALERTS = re.findall(r"alert: (\w+)", RULES.read_text())


def promtool(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        ["promtool", *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_understands_rules_and_settings(tmp_path: Path) -> None:
    for file in (SETTINGS, RULES):
        (tmp_path / file.name).write_text(file.read_text())
    promtool("check", "config", "prometheus.yml", folder=tmp_path)


def _expectation(alert: str) -> str:
    """Silent at first, told after two minutes of trouble."""
    severity, summary = _of(alert)
    job = 'job: "nhipcau", ' if alert == "NhipCauDown" else ""
    labels = f'{{ {job}severity: "{severity}" }}'
    told = f"[{{ exp_labels: {labels}, exp_annotations: {{ summary: '{summary}' }} }}]"
    return (
        f"      - {{ eval_time: {CALM}, alertname: {alert}, exp_alerts: [] }}\n"
        f"      - {{ eval_time: {LATE}, alertname: {alert}, exp_alerts: {told} }}\n"
    )


def _of(alert: str) -> tuple[str, str]:
    rule = RULES.read_text().partition(f"alert: {alert}\n")[2]
    severity, summary = re.search(r"severity: (\w+)", rule), re.search(r'summary: "(.*)"', rule)
    assert severity is not None
    assert summary is not None
    return severity[1], summary[1]


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_silent_before_the_trouble_and_told_in_it(alert: str, tmp_path: Path) -> None:
    (tmp_path / RULES.name).write_text(RULES.read_text())
    scene = SCENES if alert != "NhipCauSlow" else SCENES.replace("'0+50x40'", "'0+51x3 153+45x36'")
    (tmp_path / "scene.yml").write_text(scene + _expectation(alert))
    promtool("test", "rules", "scene.yml", folder=tmp_path)


def expressions() -> dict[str, str]:
    """Return what each panel of the board asks for, with its choices made."""
    board = json.loads(BOARD.read_text())
    return {
        f"{panel['title']} {target['refId']}": target["expr"].replace("$job", "nhipcau")
        for panel in board["panels"]
        for target in panel["targets"]
    }


def test_prometheus_understands_what_the_board_asks_for(tmp_path: Path) -> None:
    rules = [
        {"record": f"board:{number}", "expr": expr}
        for number, expr in enumerate(expressions().values())
    ]
    found = {"groups": [{"name": "board", "rules": rules}]}
    # YAML is a superset of JSON.
    (tmp_path / "board.yml").write_text(json.dumps(found))
    promtool("check", "rules", "board.yml", folder=tmp_path)


def test_no_panel_of_the_board_hides_another() -> None:
    board = json.loads(BOARD.read_text())
    cells = [
        (x, y)
        for panel in board["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23, "Grafana has 24 columns"
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


async def test_the_board_and_the_alerts_ask_for_metrics_that_there_are(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.http.get(served.url + "/metrics") as answer:
            told = await answer.text()
    asked = RULES.read_text() + " ".join(expressions().values())
    for name in set(re.findall(r"nhipcau_\w+", asked)):
        assert re.search(rf"^# TYPE {name.removesuffix('_bucket')} ", told, re.MULTILINE), name
