"""The runbook of the morning and the installer's page: what they tell to do can be done."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from coordinator.__main__ import app

ROOT = Path(__file__).parents[2]
RUNBOOK = ROOT / "docs" / "so-tay-buoi-sang.md"
PAGES = (RUNBOOK, ROOT / "docs" / "deploy.md", ROOT / "README.md")
UNITS = {path.stem for path in (ROOT / "config" / "deploy" / "systemd").glob("*.service")}
FOREIGN = {"nginx"}


def told(page: Path) -> list[str]:
    """Return every command of ours that a page tells to type."""
    text = page.read_text()
    quoted = re.findall(r"`(nhipcau [^`\n]+)`", text)
    blocks = re.findall(r"^(nhipcau [^#\n]+)", text, re.MULTILINE)
    lines = [part for line in quoted + blocks for part in re.split(r"&&", line)]
    return [line.strip() for line in lines if line.strip().startswith("nhipcau ")]


COMMANDS = sorted({(page.name, line) for page in PAGES for line in told(page)})


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_every_command_that_is_told_exists_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    command = typer.main.get_command(app)
    while words:
        known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
        if words[0].startswith("-"):
            assert words[0] in known, f"{page}: {line}"
        elif isinstance(command, TyperGroup) and words[0] in command.commands:
            command = command.commands[words[0]]
        words = words[1:]
    assert not isinstance(command, TyperGroup) or "…" in line, f"{page}: {line}"


def test_every_service_that_is_told_of_is_shipped() -> None:
    for page in PAGES:
        for line in re.findall(
            r"systemctl [a-z]+((?: --now)?(?: nhipcau[a-z-]*| nginx)+)", page.read_text()
        ):
            assert set(line.split()) - {"--now"} <= UNITS | FOREIGN, page.name


def test_every_button_that_is_told_of_stands_on_a_screen() -> None:
    words = json.loads((ROOT / "dashboards" / "locale" / "vi.json").read_text())
    words |= json.loads((ROOT / "signaling" / "locale" / "vi.json").read_text())
    shown = {text.rstrip("….:").lower() for text in words.values()}
    bold = re.findall(r"\*\*([^*]+)\*\*", RUNBOOK.read_text())
    missing = [label for label in bold if label.lower() not in shown]
    assert missing == ["đậm"]  # where the page says what bold letters are


def test_it_is_one_page() -> None:
    assert len(RUNBOOK.read_text().split()) < 900
