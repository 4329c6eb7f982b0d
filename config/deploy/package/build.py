"""``make package``: one archive that installs Nhịp Cầu on a machine without internet.

It holds our wheel, the wheels of everything it needs for this platform and Python (each with a
hash that stands in ``requirements.lock``), pip itself, the units and samples, the documents.
"""

import ensurepip
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
EXTRAS = "[server,agent]"
PINNED = re.compile(r"^([a-z0-9._-]+==[^\\\n]+?) *\\?$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
DOCUMENTS = ("README.md", "CHANGELOG.md", "docs", "signaling/PROTOCOL.md", "signaling/ENTRIES.md")


def main(out: Path) -> Path:
    """Build the package in ``out``; return the archive."""
    shutil.rmtree(out, ignore_errors=True)
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    own = _own_wheel(wheels)
    _dependencies(own, wheels)
    _pip(wheels)
    name = f"{own.name.split('-py3')[0]}-{_commit()}-{_platform()}"
    package = out / name
    package.mkdir()
    wheels.rename(package / "wheels")
    _documents(package)
    (package / "PYTHON").write_text(f"{sys.version_info[0]}.{sys.version_info[1]}\n")
    archive = out / f"{name}.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(package, arcname=name, filter=_nobodys)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (out / f"{name}.tar.gz.sha256").write_text(f"{digest}  {archive.name}\n")
    return archive


def strangers(wheels: Path, lock: str) -> list[str]:
    """Return the names of the wheels whose hash does not stand in the lock file."""
    known = set(HASH.findall(lock))
    found = sorted(wheels.glob("*.whl"))
    return [w.name for w in found if hashlib.sha256(w.read_bytes()).hexdigest() not in known]


def constraints(lock: str) -> str:
    """Return the versions of the lock file with their conditions, without hashes."""
    return "\n".join(PINNED.findall(lock)) + "\n"


def _own_wheel(wheels: Path) -> Path:
    _run("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))
    [own] = wheels.glob("nhipcau-*.whl")
    return own


def _dependencies(own: Path, wheels: Path) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = wheels.parent / "constraints.txt"
    pins.write_text(constraints(lock))
    _run(
        "download", "--only-binary=:all:", "--constraint", str(pins), "--dest", str(wheels),
        f"{own}{EXTRAS}",
    )  # fmt: skip
    pins.unlink()
    unknown = [name for name in strangers(wheels, lock) if name != own.name]
    if unknown:
        raise SystemExit(f"not as requirements.lock has them: {', '.join(unknown)}")


def _pip(wheels: Path) -> None:
    """Add pip: a bare Debian has neither it nor ensurepip."""
    bundled = Path(ensurepip.__file__).parent / "_bundled"
    places = (bundled, Path("/usr/share/python-wheels"))
    found = [wheel for place in places for wheel in place.glob("pip-*.whl")]
    if not found:
        raise SystemExit("this Python brings no pip: apt install python3-venv")
    shutil.copy(found[0], wheels)


def _documents(package: Path) -> None:
    deploy = ROOT / "config" / "deploy"
    shutil.copy(deploy / "package" / "install.sh", package)
    for folder in sorted(deploy.iterdir()):
        if folder.is_dir() and folder.name != "package":
            shutil.copytree(folder, package / "deploy" / folder.name)
    for name in DOCUMENTS:
        source, target = ROOT / name, package / "doc" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _platform() -> str:
    machine = sysconfig.get_platform().replace("-", "_")
    return f"{machine}-py{sys.version_info[0]}{sys.version_info[1]}"


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() or "local"


def _run(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist")))
