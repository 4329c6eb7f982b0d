"""Installs what ``make package`` built, where nothing but the package can be reached.

Not part of ``make test``: building takes half a minute and asks the package index.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "dist"
CLEAN = {"PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The newest package, unpacked."""
    newest = max(DIST.glob("nhipcau-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    folder = tmp_path_factory.mktemp("package")
    with tarfile.open(newest) as tar:
        tar.extractall(folder, filter="data")
    [unpacked] = folder.iterdir()
    yield unpacked
    shutil.rmtree(folder)


def install(package: Path, prefix: Path) -> subprocess.CompletedProcess[str]:
    """Install in a network of its own, which leads nowhere, where we may make one."""
    alone = ["unshare", "--net"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*alone, "sh", str(package / "install.sh")],
        env={**CLEAN, "PREFIX": str(prefix)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def run(prefix: Path, *words: str) -> str:
    command = [str(prefix / "bin" / "nhipcau"), "--data", str(prefix / "data"), *words]
    done = subprocess.run(command, env=CLEAN, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_installs_without_a_network_and_works(package: Path, tmp_path: Path) -> None:
    done = install(package, tmp_path)
    assert done.returncode == 0, done.stderr
    assert run(tmp_path, "version").strip() in package.name
    config = str(tmp_path / "nhipcau.toml")
    assert "signin#invitation" in run(tmp_path, "--config", config, "setup", "--name", "a.vn", "-y")
    roster = tmp_path / "roster.csv"
    roster.write_text("Mã,Tên điểm cầu,Số đảng viên\nMH-001,Hội trường xã,44\n")
    run(tmp_path, "roster", "import", str(roster))
    [point] = json.loads(run(tmp_path, "roster", "list", "--json"))
    assert (point["code"], point["attendance"]["expected"]) == ("MH-001", 44)
    assert (tmp_path / "share/doc/nhipcau/docs/so-tay-buoi-sang.md").exists()
    again = install(package, tmp_path)
    assert again.returncode == 0, again.stderr


def test_another_python_is_turned_away(package: Path, tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3.9\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", str(package / "install.sh")],
        env={**CLEAN, "PREFIX": str(tmp_path / "p"), "PYTHON": str(old)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "3.9" in done.stderr) == (1, True)
    assert not (tmp_path / "p").exists()
