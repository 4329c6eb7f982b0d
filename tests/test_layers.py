"""Which package may import which, and which modules are pure. Read from the sources."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["config", "signaling", "coordinator", "endpoints", "dashboards"]
# config <- signaling <- coordinator <- dashboards, and config <- signaling <- endpoints.
MAY_IMPORT = {
    "config": {"config"},
    "signaling": {"config", "signaling"},
    "coordinator": {"config", "signaling", "coordinator"},
    "endpoints": {"config", "signaling", "endpoints"},
    "dashboards": {"config", "signaling", "coordinator", "dashboards"},
}
IMPURE = {
    "aiohttp", "aioice", "aiortc", "asyncio", "av", "logging", "multiprocessing", "os", "pathlib",
    "prometheus_client", "pylibsrtp", "random", "redis", "secrets", "signal", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "threading", "time", "uuid", "websockets",
}  # fmt: skip
# A pure module says so in its docstring: no clock, socket, task, file or randomness.
PURE_MARK = "Pure:"


def is_root(path: Path) -> bool:
    """Composition roots wire everything; only one of them may import another."""
    return path.name in ("__main__.py", "app.py")


def imports(path: Path) -> set[str]:
    """Return the dotted names a file imports, ``from a import b`` as a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            base = ".".join([*here, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def modules() -> list[Path]:
    return [p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.py"))]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    if is_root(path):
        return
    roots = {dotted(p) for p in modules() if is_root(p)}
    own = path.relative_to(ROOT).parts[0]
    for name in imports(path):
        assert name not in roots, f"{dotted(path)} imports the composition root {name}"
        top = name.split(".")[0]
        if top in FOLDERS:
            assert top in MAY_IMPORT[own], f"{dotted(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_the_core_is_pure() -> None:
    pure = [
        p for p in modules() if PURE_MARK in (ast.get_docstring(ast.parse(p.read_text())) or "")
    ]
    for path in pure:
        used = {name.split(".")[0] for name in imports(path)} & IMPURE
        assert not used, f"{dotted(path)} says it is pure but imports {used}"
