"""Every fault that is provoked for real: how, what must hold, and where. ``page`` shows it.

After every one the same holds (``invariant``): acked facts are in the journal once, by their
author; its chain is whole; the wall shows its fold; no task, thread, child or file is left.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One row. ``test`` is a function of a file below tests/faults, or of a path given whole."""

    what: str
    provoked: str
    holds: str
    test: str


KILL = "test_kill.py::test_killed_at_the_moment_that_matters_it_loses_and_doubles_nothing"
SILENCE = "test_presence.py::test_whoever_falls_silent_is_late_then_lost_and_nobody_else_is"
WIRE = "test_wire.py::test_whatever_a_device_says_and_however_often_it_counts_once"
BROKEN = "test_disk.py::test_what_the_disk_did_not_take_is_neither_acked_nor_shown"
TOLD = "test_disk.py::test_a_hall_is_told_that_its_disk_did_not_take_it"
POWER = "test_power_cut.py::"
DAMAGE = "test_damage.py::"
DEMO = "tests/demo/test_demo.py::"

FAULTS: dict[str, tuple[Fault, ...]] = {
    "The coordinator dies": (
        Fault(
            "killed under load",
            "`kill -9` at random moments while three halls enter facts, also while it replays",
            "nothing acked is lost or doubled, in order; halls come back by themselves",
            "test_kill.py::test_killed_at_random_moments_it_loses_and_doubles_nothing",
        ),
        Fault("before the commit", "killed inside the transaction, rows written", "as above", KILL),
        Fault("after the commit", "killed before anybody was told", "as above", KILL),
        Fault(
            "before the ack", "killed when the wall shows it and the hall waits", "as above", KILL
        ),
        Fault("while it replays", "killed at the twentieth row of its start", "as above", KILL),
        Fault(
            "while it copies",
            "killed when a copy is written and has no name yet",
            "no half copy is ever taken for one",
            DAMAGE + "test_killed_while_it_makes_a_copy_it_leaves_no_half_one",
        ),
        Fault(
            "upgraded",
            "SIGTERM and a new process while halls enter facts",
            "devices are told to come back (1012), exit status 0, nothing lost",
            "test_restart.py::test_upgraded_while_halls_enter_facts_it_loses_and_doubles_nothing",
        ),
        Fault(
            "killed with 92 halls",
            "`kill -9`, started anew as its users do, the halls' own waits",
            "serving within 2 s, 92 halls back within 5 s",
            "test_restart.py::test_ninety_two_halls_are_back_and_the_wall_is_right_after_a_kill",
        ),
        Fault(
            "the machine burns",
            "a spare one, an older copy restored, the halls still hold newer facts",
            "it serves under the same name; halls refill what the copy lacks",
            "test_restore_drill.py::test_an_older_copy_serves_and_the_halls_refill_it",
        ),
        Fault(
            "copied while it writes, then restored",
            "`nhipcau backup` three times under load, killed, `nhipcau restore` of the newest",
            "every copy is whole; halls refill the rest",
            DAMAGE + "test_copies_made_while_halls_enter_facts_are_whole_and_one_serves",
        ),
    ),
    "Something else dies": (
        Fault(
            "agent killed while somebody types",
            "`kill -9` of the agent's process, again and again",
            "what was said to be saved arrives once",
            DAMAGE + "test_an_agent_killed_while_somebody_types_keeps_what_it_said_was_saved",
        ),
        Fault(
            "relay killed",
            "`kill -9` of the relay's process in a whole system",
            "halls receive again within 5 s",
            DEMO + "test_after_a_killed_relay_the_halls_are_back_within_five_seconds",
        ),
        Fault(
            "coordinator killed during a programme",
            "`kill -9` in a whole system with media",
            "no hall goes dark",
            DEMO + "test_a_killed_coordinator_darkens_no_hall_and_forgets_nothing",
        ),
        Fault(
            "judge killed",
            "`kill -9` of the judge's process",
            "nobody is accused; it comes back and proves again",
            "reception/test_fault_table.py::"
            "test_a_killed_judge_and_a_programme_that_proves_nothing_accuse_nobody",
        ),
        Fault(
            "the hall's page is interrupted",
            "Chromium reloaded, cut off, closed, killed, and its coordinator killed",
            "every entry it said is kept arrives once, in order",
            "test_hall_page.py::test_five_hundred_interruptions_lose_nothing_and_double_nothing",
        ),
    ),
    "Disks": (
        Fault(
            "power cut at the coordinator",
            "a recorded disk (SQLite VFS): unsynced writes lost at random, the last one torn",
            "no acked row is missing; a row and its person come together",
            POWER + "test_no_acked_row_of_the_journal_is_lost",
        ),
        Fault(
            "power cut in a hall",
            "likewise",
            "nothing that was said to be saved is missing",
            POWER + "test_nothing_a_hall_was_told_is_saved_is_lost",
        ),
        Fault(
            "disk full at the coordinator, its log's too",
            "RLIMIT_FSIZE on the running process, and again at two starts",
            "exit status 75 each time, nothing acked; all goes on when there is room",
            "test_disk.py::test_a_full_disk_acks_nothing_and_all_goes_on_when_there_is_room",
        ),
        Fault(
            "disk full in a hall",
            "RLIMIT_FSIZE on the agent's process, then lifted",
            "the operator is told that it was not saved; the hall stays connected",
            "test_disk.py::test_a_hall_with_a_full_disk_says_so_and_sends_what_it_has",
        ),
        Fault("fsync fails", "EIO from the VFS", "never acked or shown; the process ends", BROKEN),
        Fault("a write fails, no room, read-only", "errors of the VFS", "as above", BROKEN),
        Fault(
            "a hall's fsync or write fails",
            "errors of the VFS, then none",
            "told; the next fact has the next number, no gap",
            TOLD,
        ),
        Fault(
            "slow disk",
            "0.4 s for every commit",
            "acks come late; the loop and the wall do not",
            "test_disk.py::test_a_slow_disk_delays_acks_and_nothing_else",
        ),
        Fault(
            "a reader that never ends",
            "a read transaction held while 300 large rows are written",
            "writing goes on; the log grows no further afterwards",
            "test_disk.py::test_a_reader_that_stays_does_not_hold_up_those_who_write",
        ),
        Fault(
            "bits rot in the journal",
            "random bytes of the file changed, one or sixty-four in a row",
            "`serve` and `journal verify` agree; what they take is what was written",
            DAMAGE + "test_serve_and_verify_agree_about_every_damaged_byte",
        ),
        Fault(
            "the list of free pages is damaged",
            "a free page that is the journal's own",
            "refused before anything is written over rows",
            DAMAGE + "test_what_writes_on_by_a_damaged_list_of_free_pages_is_stopped_before",
        ),
        Fault(
            "bits rot in a spool",
            "random bytes of the file changed",
            "the agent starts, with this file or a new one beside it",
            DAMAGE + "test_a_hall_starts_whatever_has_become_of_its_spool",
        ),
        Fault(
            "spool torn, overwritten, emptied",
            "the file cut in half; a page of noise; no bytes",
            "set aside whole, the hall goes on",
            DAMAGE + "test_a_hall_whose_spool_is_damaged_goes_on_with_a_new_one",
        ),
        Fault(
            "spool copied to a second machine",
            "the image of a disk on two PCs, one after the other",
            "a new identity; no number twice, nothing overwritten",
            DAMAGE + "test_a_spool_copied_to_a_second_machine_gives_no_number_out_twice",
        ),
    ),
    "Lines": (
        Fault(
            "half-open, a NAT that forgot",
            "a proxy swallows both directions of the connections there are",
            "late at 6 s; the agent notices within 20 s and is back",
            SILENCE,
        ),
        Fault(
            "unplugged",
            "new connections hang as well",
            "late, lost at 15 s, back when plugged",
            SILENCE,
        ),
        Fault("reset", "RST to both ends", "back before anybody is late", SILENCE),
        Fault("flapping", "RST every two seconds", "no verdict flickers", SILENCE),
        Fault(
            "5 % loss, 300 ms, on sockets",
            "a proxy that delays as TCP's retransmissions do",
            "never late, never lost",
            SILENCE,
        ),
        Fault(
            "5 % loss, 300 ms, an hour",
            "the same rule in virtual time, 92 halls in `make soak`",
            "never lost while alive; lost 15 s after its last word",
            "test_line.py::test_an_hour_of_loss_and_delay_makes_no_ghost_and_no_false_loss",
        ),
        Fault(
            "names do not resolve",
            "`getaddrinfo` fails three times",
            "the agent keeps trying, and what it has",
            "test_line.py::test_while_names_do_not_resolve_a_hall_keeps_trying_and_what_it_has",
        ),
        Fault(
            "offline for three days",
            "entries by a clock that moves three days; then the line",
            "all arrive, in the order they were entered",
            "test_line.py::test_three_days_without_a_line_are_told_in_order_on_the_fourth",
        ),
    ),
    "Time": (
        Fault("a hall is frozen", "SIGSTOP, then SIGCONT", "late, lost, and back at once", SILENCE),
        Fault("an agent is killed", "SIGKILL, started again later", "late, lost, back", SILENCE),
        Fault(
            "a laptop sleeps",
            "SIGSTOP, the line forgotten, the wall clock three hours on (libfaketime), SIGCONT",
            "late, lost, back; its facts are counted",
            SILENCE,
        ),
        Fault("a hall is switched off", "goodbye", "left at once, not lost", SILENCE),
        Fault(
            "the coordinator is frozen",
            "SIGSTOP for 8.5 s, then SIGCONT",
            "it accuses nobody of its own silence",
            "test_presence.py::"
            "test_a_coordinator_that_was_frozen_accuses_nobody_of_its_own_silence",
        ),
        Fault(
            "the event loop is blocked",
            "`time.sleep(3)` in its thread",
            "nobody is accused",
            "test_clock.py::test_a_blocked_event_loop_accuses_nobody",
        ),
        Fault(
            "the coordinator's clock is set",
            "+5 h, −12 h, back (libfaketime)",
            "no lease, session or order of facts is touched",
            "test_clock.py::test_a_coordinator_whose_clock_is_set_loses_nobody_and_ends_nothing",
        ),
        Fault(
            "a hall's clock is set",
            "+5 h, −12 h (libfaketime)",
            "the later number counts, not the later clock",
            "test_clock.py::test_a_hall_whose_clock_is_set_is_counted_as_it_spoke",
        ),
    ),
    "What devices say": (
        Fault("the same fact fifty times", "raw websocket", "one row, the same ack", WIRE),
        Fault("out of order, with a gap", "raw websocket", "stored; the gap is asked for", WIRE),
        Fault("another fact under a number", "raw websocket", "kept, told as a conflict", WIRE),
        Fault(
            "from a connection that was replaced",
            "two connections of one device",
            "the newest wins (4409); what was entered counts all the same",
            WIRE,
        ),
        Fault(
            "by two machines that fight",
            "two raw websockets with one credential, each back at once",
            "the one that is connected stays, the other gets 429; an alarm; both are counted",
            WIRE,
        ),
        Fault("by a clock of 1970 and of 2038", "raw websocket", "counted", WIRE),
        Fault(
            "what nobody understands",
            "kinds, bodies, envelopes, types",
            "kept, acked with a note",
            WIRE,
        ),
        Fault(
            "a version of the future",
            "`versions: [7]`, then `[7, 1]`",
            "refused; 1 is spoken",
            WIRE,
        ),
        Fault("in the name of another", "claims in the frame", "it is the credential's", WIRE),
        Fault("gone in the middle of a frame", "cut after its head", "nothing of it counts", WIRE),
    ),
    "Crowds": (
        Fault(
            "no file descriptor left",
            "RLIMIT_NOFILE on the running process, forty strangers",
            "who is connected goes on; others come in later; no spinning",
            "test_crowd.py::"
            "test_without_a_descriptor_left_who_is_connected_goes_on_and_others_come_later",
        ),
        Fault(
            "1,500 connections that say nothing",
            "raw sockets",
            "halls reconnect and are acked meanwhile",
            "test_crowd.py::test_fifteen_hundred_who_connect_and_say_nothing_hold_nobody_up",
        ),
        Fault(
            "screens that never read",
            "thirty of them, small windows",
            "bounded memory, another wall is current",
            "test_crowd.py::test_screens_that_never_read_cost_bounded_memory_and_delay_nobody",
        ),
        Fault(
            "heads that drip",
            "raw sockets",
            "closed in time, also by address",
            "tests/attack/test_door.py::test_a_head_that_drips_gains_no_time_by_dripping",
        ),
    ),
}


def place_of(fault: Fault) -> str:
    """Return a row's test as pytest names it."""
    return fault.test if fault.test.startswith("tests/") else f"tests/faults/{fault.test}"


def rows() -> list[Fault]:
    """Return every row."""
    return [fault for group in FAULTS.values() for fault in group]
