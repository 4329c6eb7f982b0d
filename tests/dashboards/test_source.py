"""The pages' sources: checked types, old syntax, small files, text through text nodes."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DASHBOARDS = ROOT / "dashboards"
SOURCES = [
    path
    for path in sorted(DASHBOARDS.rglob("*"))
    if path.suffix in (".js", ".css") and "vendor" not in path.parts
]
# Chrome and Edge 109 are the last for Windows 7 and 8.1; ESR 115 likewise.
FLOOR = "chrome109,firefox115"


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_hold() -> None:
    run("node_modules/.bin/tsc", "--project", "tsconfig.json")


def test_old_browsers_can_read_every_script_and_style(tmp_path: Path) -> None:
    """For the floor esbuild has nothing to rewrite, and nothing to complain of."""
    files = [*map(str, SOURCES), *map(str, (DASHBOARDS / "vendor").glob("*.js"))]
    esbuild = ("node_modules/.bin/esbuild", *files, "--log-level=warning")
    for target in (FLOOR, "esnext"):
        run(*esbuild, f"--target={target}", f"--outdir={tmp_path / target}")
    for path in (tmp_path / FLOOR).rglob("*.*"):
        newest = tmp_path / "esnext" / path.relative_to(tmp_path / FLOOR)
        assert path.read_text() == newest.read_text(), f"{path.name} needs newer syntax"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(DASHBOARDS)))
def test_no_source_needs_what_the_floor_lacks(path: Path) -> None:
    text = path.read_text()
    if path.suffix == ".css":
        assert not re.search(r"light-dark\(|\bpopover\b|^\s*&", text, re.M)
        assert not re.search(r"@import|url\(\s*[\"']?(https?:|//|data:)", text)
    else:
        assert not re.search(
            r"\.(toSorted|toSpliced|toReversed|withResolvers)\(|\bURL\.canParse", text
        )


def scripts() -> list[Path]:
    return [path for path in SOURCES if path.suffix == ".js" and path.name != "floor.js"]


@pytest.mark.parametrize("path", scripts(), ids=lambda p: str(p.relative_to(DASHBOARDS)))
def test_scripts_are_checked_small_and_write_text_only(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// @ts-check\n/**")
    assert "@module" in text
    assert len(text.splitlines()) <= (200 if "widgets" in path.parts else 260)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(", text
    )


@pytest.mark.parametrize("path", scripts(), ids=lambda p: str(p.relative_to(DASHBOARDS)))
def test_imports_point_down_and_stay_here(path: Path) -> None:
    """wall and host know shared and vendor; shared knows no page; nothing comes from elsewhere."""
    for name in re.findall(r'(?:from|import\()\s*"([^"]+)"', path.read_text()):
        assert name.startswith("."), f"{name} is no path"
        target = (path.parent / name).resolve()
        assert target.is_file(), f"{name} does not exist"
        own, other = (p.relative_to(DASHBOARDS).parts[0] for p in (path, target))
        assert other in {own, "shared", "vendor"}, f"{own} imports {other}"


# What decides must not depend on a page: node runs it.
PURE = [
    "shared/backoff.js",
    "shared/media-link.js",
    "shared/protocol.js",
    "shared/store.js",
    "shared/clock.js",
    "shared/alarm.js",
    "shared/ranking.js",
    "shared/search.js",
    "shared/sentence.js",
    "shared/text.js",
    "host/hold.js",
    "host/secretary/rows.js",
    "host/command.js",
    "host/loudness.js",
    "host/studio-words.js",
    "wall/layout.js",
    "signin/next.js",
    "hall/browser.js",
    "hall/choice.js",
    "hall/count.js",
    "hall/finding.js",
    "hall/fourier.js",
    "hall/guest.js",
    "hall/order.js",
    "hall/reception.js",
    "hall/seen.js",
    "hall/sound.js",
    "hall/thumbnail.js",
    "hall/device/backoff.js",
    "hall/device/clock-offset.js",
    "hall/device/connection.js",
    "hall/device/flight.js",
    "hall/device/pace.js",
    "hall/device/spool.js",
    "hall/device/wire.js",
]


@pytest.mark.parametrize("name", PURE)
def test_the_core_knows_no_page_no_clock_and_no_chance(name: str) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", (DASHBOARDS / name).read_text(), flags=re.DOTALL)
    assert not re.search(
        r"\b(document|window|location|fetch|WebSocket|performance|setTimeout|localStorage)\b"
        r"|Date\.now|new Date\(\)|Math\.random",
        code,
    )
