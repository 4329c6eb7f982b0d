"""The table, the page and the tests agree."""

import ast
from pathlib import Path

from tests.faults.page import HERE, PAGE, figures, page
from tests.faults.table import place_of, rows

ROOT = HERE.parents[1]
NOT_A_FAULT = {
    "test_it_tells_the_service_manager_and_sends_devices_back",
    "test_a_new_deployment_says_how_to_get_in",
    "test_of_a_damaged_journal_it_says_so_by_its_exit_status",
    "test_the_disk_forgets_what_was_never_synced",
    "test_every_fault_is_named_and_taken_back_and_nobody_else_is_accused",
}
"Tests of the suite that prove something else: the suite itself, the way in."


def names_of(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = {n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, functions)}
    return {name for name in found if name.startswith("test_")}


def test_the_page_is_what_the_table_says() -> None:
    """After a change: ``python -m tests.faults.page --write``."""
    assert PAGE.read_text() == page(figures())


def test_every_row_has_its_test_and_every_test_its_row() -> None:
    named: dict[str, set[str]] = {}
    for fault in rows():
        path, _, name = place_of(fault).partition("::")
        assert name in names_of(ROOT / path), fault.what
        named.setdefault(path, set()).add(name)
    for file in sorted(HERE.rglob("test_*.py")):
        if file.name != "test_table.py":
            mine = named.get(str(file.relative_to(ROOT)), set())
            assert names_of(file) - mine - NOT_A_FAULT == set(), file.name


def test_there_are_faults_enough_and_none_is_told_twice() -> None:
    assert len(rows()) >= 30
    assert len({fault.what for fault in rows()}) == len(rows())
