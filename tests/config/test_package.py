"""What goes into the package that installs without internet; ``make package`` installs it."""

import hashlib
import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "deploy" / "package"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_versions_keep_their_conditions_and_lose_their_hashes(build: ModuleType) -> None:
    lock = (
        "aiohttp==3.14.5 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:22\n"
        "editables==0.6\n"
    )
    assert build.constraints(lock).splitlines() == [
        "aiohttp==3.14.5",
        "numpy==2.4.6 ; python_full_version < '3.12'",
        "editables==0.6",
    ]


def test_every_line_of_our_lock_file_is_a_version(build: ModuleType) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    wanted = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(build.constraints(lock).splitlines()) == len(wanted) > 50


def test_a_wheel_that_is_not_in_the_lock_file_is_found(build: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "good.whl").write_bytes(b"good")
    (tmp_path / "other.whl").write_bytes(b"other")
    lock = f"good==1 \\\n    --hash=sha256:{hashlib.sha256(b'good').hexdigest()}\n"
    assert build.strangers(tmp_path, lock) == ["other.whl"]


def test_the_install_script_is_plain_sh() -> None:
    done = subprocess.run(["sh", "-n", str(FOLDER / "install.sh")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
