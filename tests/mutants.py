"""Takes the safety lines away one at a time, and sees that a test of that name fails.

    python -m tests.mutants [NAME ...]      # or: make mutants

Each mutant is a change of one place in a copy of the tree, and the tests that must notice it. A
mutant that nobody notices, or whose place is not there any more, is a failure of the suite.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SLOWEST_S = 300.0
LINKED = (".venv", "node_modules")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One safety line without which the day would go wrong."""

    name: str
    file: str
    good: str
    bad: str
    test: str
    "Node id of what must fail."


JOURNAL, ROUTE = "coordinator/journal.py", "coordinator/api/route.py"
ORIGIN, API = "tests/attack/test_origin.py", "tests/coordinator/test_api.py"
GATEWAY, HALL = "tests/coordinator/test_gateway.py", "tests/attack/test_hall.py"
DOOR = "tests/attack/test_door.py"
ROLLS = "tests/coordinator/test_attendance_api.py"
OWN_NAMES = "test_a_phone_reads_its_own_halls_names_while_a_session_is_open_and_leaves_a_trace"

MUTANTS = (
    Mutant(
        "ack before the commit",
        "coordinator/runtime.py",
        "            await asyncio.shield(future)\n        recorded_utc",
        "            pass\n        recorded_utc",
        "tests/coordinator/test_runtime.py::test_a_failed_commit_is_fatal_and_is_never_shown",
    ),
    Mutant(
        "a repeat is acked before the first is on disk",
        "coordinator/entry.py",
        "        await runtime.settled()\n        return FactAcked",
        "        return FactAcked",
        "tests/attack/test_durable.py",
    ),
    Mutant(
        "journal: FULL to NORMAL",
        JOURNAL,
        'synchronous=FULL")',
        'synchronous=NORMAL")',
        "tests/coordinator/test_journal.py::test_commits_are_synchronous_and_write_ahead",
    ),
    Mutant(
        "spool: FULL to NORMAL",
        "endpoints/spool.py",
        '"synchronous=FULL"',
        '"synchronous=NORMAL"',
        "tests/faults/test_power_cut.py::test_nothing_a_hall_was_told_is_saved_is_lost",
    ),
    Mutant(
        "writing goes on after a failed commit",
        JOURNAL,
        "            if self._failed is not None:\n                raise self._failed\n",
        "",
        "tests/coordinator/test_journal.py::test_after_a_failed_commit_nothing_is_written_any_more",
    ),
    Mutant(
        "a failed commit does not end the process",
        "coordinator/runtime.py",
        "                self._on_fatal()\n",
        "                pass\n",
        "tests/coordinator/test_runtime.py::test_a_failed_commit_is_fatal_and_is_never_shown",
    ),
    Mutant(
        "the chain of hashes is not followed",
        "coordinator/chain.py",
        "if self.append(head, body) != hash_:",
        "if not self.append(head, body):",
        "tests/coordinator/test_journal.py::test_whatever_is_changed_afterwards_is_found",
    ),
    Mutant(
        "deleted names stay in the file",
        JOURNAL,
        "PRAGMA secure_delete=ON",
        "PRAGMA secure_delete=OFF",
        "tests/coordinator/account/test_signin.py"
        "::test_neither_password_nor_its_hash_nor_the_name_is_in_a_fact",
    ),
    Mutant(
        "two processes on one data folder",
        JOURNAL,
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        "tests/coordinator/test_journal.py::test_one_process_owns_the_data_folder",
    ),
    Mutant(
        "no Origin is asked for",
        ROUTE,
        '    if not exact_origin(request):\n        raise ProblemRaised("bad_origin", '
        '"this page belongs to another site")\n\n\ndef exact_origin',
        "    return\n\n\ndef exact_origin",
        f"{ORIGIN}::test_no_other_site_changes_anything_by_a_cookie",
    ),
    Mutant(
        "a websocket is reading, so free",
        ROUTE,
        '    if request.method in ("GET", "HEAD") and not upgrade:',
        '    if request.method in ("GET", "HEAD"):',
        f"{ORIGIN}::test_no_other_site_watches_by_a_cookie",
    ),
    Mutant(
        "the scheme of an Origin does not count",
        ROUTE,
        'return request.headers.getall("Origin", []) == [f"{scheme}://{request.host}"]',
        'return request.headers.get("Origin", scheme).partition("://")[2] == request.host',
        f"{ORIGIN}::test_no_other_site_changes_anything_by_a_cookie",
    ),
    Mutant(
        "a page of another site may open a device's line",
        ROUTE,
        '    if not exact_origin(request):\n        raise ProblemRaised("bad_origin", '
        '"this page belongs to another site")\n    secret',
        "    secret",
        f"{GATEWAY}::test_a_page_of_another_site_gets_no_connection",
    ),
    Mutant(
        "a wrong bearer is made good by the cookie",
        ROUTE,
        "        return _by_bearer(request)\n    offered",
        "        return _by_bearer(request) or _by_cookie(request)\n    offered",
        f"{ORIGIN}::test_a_wrong_bearer_does_not_fall_back_to_the_cookie",
    ),
    Mutant(
        "the plain cookie counts under HTTPS",
        ROUTE,
        "return SECURE_COOKIE if app[SECURE] else COOKIE",
        "return COOKIE",
        f"{ORIGIN}::test_only_the_cookie_that_a_neighbour_cannot_set_counts_under_https",
    ),
    Mutant(
        "the cookie is not marked Secure",
        "coordinator/api/signin.py",
        "        secure=context.secure,\n        httponly=True,\n        samesite",
        "        secure=False,\n        httponly=True,\n        samesite",
        f"{ORIGIN}::test_under_https_the_cookie_is_secure_and_the_browser_is_told_to_stay",
    ),
    Mutant(
        "scripts may read the cookie",
        "coordinator/api/signin.py",
        "        httponly=True,\n        samesite",
        "        httponly=False,\n        samesite",
        f"{ORIGIN}::test_under_https_the_cookie_is_secure_and_the_browser_is_told_to_stay",
    ),
    Mutant(
        "roles are not looked at",
        ROUTE,
        "    if not caller.may(action):",
        "    if False:",
        f"{API}::test_every_route_is_denied_to_whoever_the_table_does_not_name",
    ),
    Mutant(
        "viewers read names",
        "coordinator/policy.py",
        "PEOPLE - {Role.VIEWER}",
        "PEOPLE",
        "tests/dashboards/test_feed.py::test_who_may_not_read_names_gets_none",
    ),
    Mutant(
        "a device may publish as another hall",
        "coordinator/media/access.py",
        "return caller.point == point if caller.point",
        "return True if caller.point",
        f"{HALL}::test_a_device_neither_watches_nor_publishes_for_others",
    ),
    Mutant(
        "secrets of devices are not compared",
        "coordinator/device.py",
        "    if known is None or not hmac.compare_digest(known.hash, secret_hash):\n"
        "        return None\n    return known\n\n\ndef token_by_secret",
        "    if known is None:\n        return None\n    return known\n\n\ndef token_by_secret",
        "tests/attack/test_secret.py",
    ),
    Mutant(
        "secrets of tokens are not compared",
        "coordinator/device.py",
        "    known = token_by_id(state, token, now_s)\n"
        "    if known is None or not hmac.compare_digest(known.hash, secret_hash):",
        "    known = token_by_id(state, token, now_s)\n    if known is None:",
        "tests/attack/test_secret.py",
    ),
    Mutant(
        "secrets of cookies are not compared",
        "coordinator/account/rule.py",
        "    known = accounts.signins.get(signin)\n"
        "    if known is None or not hmac.compare_digest(known.hash, secret_hash):",
        "    known = accounts.signins.get(signin)\n    if known is None:",
        "tests/attack/test_secret.py",
    ),
    Mutant(
        "secrets are compared by ==, whose time tells",
        "coordinator/device.py",
        "not hmac.compare_digest(known.hash, secret_hash)",
        "known.hash != secret_hash",
        "tests/attack/test_secret.py",
    ),
    Mutant(
        "tokens never expire",
        "coordinator/device.py",
        "now_s > parse_utc(known.expires_utc)",
        "now_s > parse_utc(known.expires_utc) + 1e9",
        "tests/attack/test_secret.py",
    ),
    Mutant(
        "a feed outlives its token",
        "dashboards/feed.py",
        "                self._check()\n",
        "",
        "tests/attack/test_watch.py",
    ),
    Mutant(
        "a revoked device is accepted",
        "coordinator/access.py",
        "gone = device.revoked or device.point not in state.points",
        "gone = device.point not in state.points",
        f"{GATEWAY}::test_a_revoked_device_is_cut_off_and_stays_out",
    ),
    Mutant(
        "a revoked device keeps its line",
        "coordinator/gateway.py",
        '                    self._cut([device], "revoked")',
        "                    pass",
        f"{GATEWAY}::test_a_revoked_device_is_cut_off_and_stays_out",
    ),
    Mutant(
        "a code opens twice",
        "coordinator/device.py",
        'raise Refused("code_used", "this code was used already")',
        "return",
        f"{API}::test_a_code_used_twice_and_a_code_of_another_point_open_nothing",
    ),
    Mutant(
        "codes may be guessed without end",
        "coordinator/api/device.py",
        "            context.tries.count(address, time.monotonic())\n",
        "            pass\n",
        f"{API}::test_guessing_codes_is_slowed_down_after_twenty_tries",
    ),
    Mutant(
        "passwords may be guessed without end",
        "coordinator/api/signin.py",
        '        context.account_tries.count(f"{login} {address}", now)\n',
        "        pass\n",
        "tests/coordinator/account/test_signin.py"
        "::test_guessing_stops_at_the_guesser_and_not_at_the_owner",
    ),
    Mutant(
        "messages without end",
        "coordinator/gateway.py",
        "            if not connection.budget.messages.take(connection.heard_at):",
        "            if False:",
        f"{GATEWAY}::test_a_flood_of_messages_is_cut_off",
    ),
    Mutant(
        "coming back earns a new burst",
        "coordinator/gateway.py",
        "self._budgets.setdefault(caller.id, Budget())",
        "Budget()",
        "tests/attack/test_overload.py::test_coming_back_earns_no_new_burst_of_messages",
    ),
    Mutant(
        "facts of one device without end",
        "coordinator/gateway.py",
        "await asyncio.sleep(connection.budget.facts.spend(self._loop.time(), cost))",
        "await asyncio.sleep(0)",
        "tests/attack/test_overload.py::"
        "test_a_device_that_enters_too_much_is_answered_later_and_never_refused",
    ),
    Mutant(
        "devices of one point without end",
        "coordinator/device.py",
        "    if len(here) < MAX_DEVICES:",
        "    if here or not here:",
        "tests/attack/test_enrolment.py::test_a_device_in_use_is_never_pushed_out",
    ),
    Mutant(
        "two lines of one device",
        "coordinator/gateway.py",
        '            older.close(CLOSE_REPLACED, "a newer connection of this device")\n',
        "            pass\n",
        f"{GATEWAY}::test_the_newest_connection_of_a_device_wins",
    ),
    Mutant(
        "frames of any size",
        "coordinator/device_socket.py",
        "max_msg_size=MAX_MESSAGE_BYTES",
        "max_msg_size=0",
        f"{GATEWAY}::test_a_frame_of_a_megabyte_is_too_big",
    ),
    Mutant(
        "lines of devices are compressed",
        "coordinator/device_socket.py",
        "compress=False, max_msg_size",
        "compress=True, max_msg_size",
        "tests/attack/test_line.py::test_no_line_is_compressed_even_when_asked",
    ),
    Mutant(
        "feeds are compressed",
        "dashboards/feed.py",
        "compress=False",
        "compress=True",
        "tests/attack/test_line.py::test_no_line_is_compressed_even_when_asked",
    ),
    Mutant(
        "a short queue of connections",
        "coordinator/app.py",
        "BACKLOG = 4096",
        "BACKLOG = 16",
        "tests/attack/test_line.py::test_a_crowd_that_comes_at_once_finds_room_to_wait",
    ),
    Mutant(
        "a head may take for ever",
        "coordinator/door.py",
        "self._loop.call_later(self._head_s, transport.abort)",
        "self._loop.call_later(1e6, transport.abort)",
        f"{DOOR}::test_whoever_does_not_finish_a_head_is_dropped",
    ),
    Mutant(
        "one address takes every place",
        "coordinator/crowd.py",
        "        if here >= self._most:",
        "        if False:",
        "tests/coordinator/test_crowd.py",
    ),
    Mutant(
        "values of variables in the log",
        "config/log.py",
        "show_locals=False",
        "show_locals=True",
        "tests/attack/test_log.py::test_a_traceback_tells_where_and_not_what_the_variables_held",
    ),
    Mutant(
        "a stranger's datagrams reach the handshake",
        "signaling/ice_path.py",
        "if (addr[0], addr[1]) in self._proven and self._dtls",
        "if self._dtls",
        "tests/signaling/test_packet_transport.py::test_a_stranger_cannot_win_the_handshake",
    ),
    Mutant(
        "whoever knows a session's URL may end it",
        "coordinator/media/http.py",
        "        if caller.who != session.who:",
        "        if False:",
        "tests/coordinator/media/test_http.py"
        "::test_a_sessions_url_alone_neither_changes_nor_ends_it",
    ),
    Mutant(
        "names are shown without the switch",
        "coordinator/api/member.py",
        "not call.request.app[CONTEXT].names_allowed or call",
        "call",
        f"{ROLLS}::test_without_the_switch_no_name_is_shown_to_a_hall",
    ),
    Mutant(
        "names are shown when no session is open",
        "coordinator/api/member.py",
        "    session = runtime.state.open_session\n",
        "    session = runtime.state.open_session or 's1'\n",
        f"{ROLLS}::{OWN_NAMES}",
    ),
    Mutant(
        "a phone reads the names of every hall",
        "coordinator/api/member.py",
        "        if point == code\n",
        "        if point\n",
        f"{ROLLS}::{OWN_NAMES}",
    ),
    Mutant(
        "a reading of names leaves no trace",
        "coordinator/api/member.py",
        "    if fact.people:\n",
        "    if False:\n",
        f"{ROLLS}::{OWN_NAMES}",
    ),
    Mutant(
        "pages run foreign code",
        "dashboards/pages.py",
        "default-src 'self'; connect-src",
        "default-src 'self' 'unsafe-inline'; connect-src",
        f"{ORIGIN}::test_every_page_is_closed_to_foreign_code_and_frames",
    ),
)


def main(wanted: list[str]) -> int:
    """Run all mutants, or those whose names contain a wanted text; return the exit status."""
    chosen = [m for m in MUTANTS if not wanted or any(w in m.name for w in wanted)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = _copy(Path(folder))
        survivors = [mutant for mutant in chosen if not _report(tree, mutant)]
    print(f"\n{len(chosen) - len(survivors)} of {len(chosen)} mutants killed")
    return 1 if survivors or not chosen else 0


def _report(tree: Path, mutant: Mutant) -> bool:
    """Run one mutant and print a row of the table; return whether it was killed."""
    before = time.monotonic()
    verdict = _verdict(tree, mutant)
    took = time.monotonic() - before
    print(f"| {mutant.name} | `{mutant.file}` | `{mutant.test}` | {verdict} | {took:.0f} s |")
    sys.stdout.flush()
    return verdict == "killed"


def _verdict(tree: Path, mutant: Mutant) -> str:
    path = tree / mutant.file
    whole = path.read_text()
    if mutant.good not in whole or mutant.good == mutant.bad:
        return "**not there**"
    if not _healthy(tree, mutant.test):
        return "**its test fails by itself**"
    path.write_text(whole.replace(mutant.good, mutant.bad))
    try:
        return "**survived**" if _passes(tree, mutant.test) else "killed"
    finally:
        path.write_text(whole)


@cache
def _healthy(tree: Path, test: str) -> bool:
    """Return whether a test passes while nothing is changed."""
    return _passes(tree, test)


def _passes(tree: Path, test: str) -> bool:
    """Run a test in the copy; one that hangs has noticed."""
    python = ROOT / ".venv" / "bin" / "python"
    command = [str(python), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    # Two changes of a file within a second look the same to the cache of compiled files.
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, timeout=SLOWEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _copy(folder: Path) -> Path:
    """Copy what is tracked, and link the tools."""
    tree = folder / "tree"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        source = ROOT / name
        if source.is_file() and not source.is_symlink():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, tree / name)
    for name in LINKED:
        if (ROOT / name).exists():
            (tree / name).symlink_to(ROOT / name)
    return tree


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
