"""The vendored files are those of the README, with their licences, and import only each other."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parent.parent.parent / "dashboards" / "vendor"
LISTED = dict(
    reversed(line.split())
    for line in re.findall(r"^[0-9a-f]{64}  \S+$", (VENDOR / "README.md").read_text(), re.M)
)


def test_every_vendored_file_has_the_hash_that_the_readme_gives() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*VENDOR.glob("*.js"), *VENDOR.rglob("*.woff2")]
    }
    assert found == LISTED


def test_every_licence_lies_beside_them() -> None:
    readme = (VENDOR / "README.md").read_text()
    named = set(re.findall(r"`(LICENSE\.[\w-]+)`", readme))
    assert named == {path.name for path in VENDOR.glob("LICENSE.*")}


def test_they_import_by_paths_that_a_browser_understands() -> None:
    for path in VENDOR.glob("*.js"):
        for name in re.findall(r'from\s*"([^"\n]+)"', path.read_text()):
            assert (VENDOR / name).is_file(), f"{path.name} imports {name}"
