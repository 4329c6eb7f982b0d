"""The meaning of the facts of ``attendance.fact``. Pure: no I/O. A part of ``fold``."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from ..fact_base import CENTRE, EnteredFact, Fact
from ..state import Attendance, Recorded, State
from . import fact as a
from .claim import Claim, Origin, say
from .move import Announced, Matched, Move, Seated, guest_key, made_up_by, transfer_key, walk_in_key
from .register import Correction, Decision, Register, Roll, Sheet, counted, marked


def origin_of(row: Recorded, fact: EnteredFact) -> Origin:
    """Return where an entered fact comes from; what has no spool is ordered by its row."""
    if row.origin is None:
        utc = row.utc if fact.device == CENTRE else min(fact.entered_utc, row.utc)
        return Origin(device=fact.device, spool="", seq=row.n, utc=utc)
    device, spool, seq = row.origin.split("/")
    return Origin(device=device, spool=spool, seq=int(seq), utc=min(fact.entered_utc, row.utc))


def _register(state: State, row: Recorded) -> Register:
    known = state.registers.get(str(row.session))
    return state.registers.setdefault(str(row.session), Register()) if known is None else known


# --- check-in -----------------------------------------------------------------------


def _checked_in(state: State, row: Recorded, fact: a.CheckedIn) -> None:
    key, origin = (str(row.session), fact.point), origin_of(row, fact)
    before = state.attendance.get(key)
    claims = dict(before.claims) if before else {}
    for count in fact.branches:
        claims[count.branch] = say(claims.get(count.branch, ()), Claim(origin, count))
    people = before.people if before else ()
    if fact.in_charge is not None:
        people = say(people, Claim(origin, fact.in_charge))
    notes = say(before.notes if before else (), Claim(origin, fact.note))
    state.attendance[key] = Attendance(
        claims=claims,
        people=people,
        notes=notes,
        recorded_utc=row.utc,
        corrections=before.corrections + 1 if before else 0,
    )


# --- roll calls ---------------------------------------------------------------------


def _roll_planned(state: State, row: Recorded, fact: a.RollPlanned) -> None:
    rolls = _register(state, row).rolls
    known = rolls.get(fact.roll, Roll(roll=fact.roll))
    rolls[fact.roll] = replace(known, opens_utc=fact.opens_utc, closes_utc=fact.closes_utc)


def _roll_opened(state: State, row: Recorded, fact: a.RollOpened) -> None:
    rolls = _register(state, row).rolls
    known = rolls.get(fact.roll, Roll(roll=fact.roll))
    rolls[fact.roll] = replace(known, opened_utc=row.utc)


def _roll_closed(state: State, row: Recorded, fact: a.RollClosed) -> None:
    register = _register(state, row)
    known = register.rolls.get(fact.roll, Roll(roll=fact.roll))
    register.rolls[fact.roll] = replace(known, closed_utc=row.utc, closing=fact)
    for (roll, point), sheets in register.sheets.items():
        if roll == fact.roll:
            register.sheets[roll, point] = {
                branch: msgspec.structs.replace(sheet, frozen=sheet.value)
                for branch, sheet in sheets.items()
            }


def _roll_counted(state: State, row: Recorded, fact: a.RollCounted) -> None:
    register, origin = _register(state, row), origin_of(row, fact)
    for count in fact.branches:
        before = register.sheet(fact.roll, fact.point, count.branch)
        after = counted(before, Claim(origin, count), row.utc)
        _put(register, row, (fact.roll, fact.point, count.branch), (before, after))


def _roll_marked(state: State, row: Recorded, fact: a.RollMarked) -> None:
    register = _register(state, row)
    members = state.members.get((fact.point, fact.branch), {})
    before = register.sheet(fact.roll, fact.point, fact.branch)
    after = marked(before, Claim(origin_of(row, fact), fact), members, row.utc)
    _put(register, row, (fact.roll, fact.point, fact.branch), (before, after))


def _put(
    register: Register, row: Recorded, place: tuple[int, str, str], change: tuple[Sheet, Sheet]
) -> None:
    (roll, point, branch), (before, sheet) = place, change
    known = register.rolls.get(roll)
    late = known is not None and known.closed_utc is not None
    by_centre = getattr(row.fact, "device", "") == CENTRE
    if (late or by_centre) and before.value != sheet.value:
        register.corrections.append(
            Correction(
                n=row.n,
                utc=row.utc,
                actor=row.actor,
                roll=roll,
                point=point,
                branch=branch,
                before=before.value,
                after=sheet.value,
            )
        )
    sheets = register.sheets.setdefault((roll, point), {})
    sheets[branch] = sheet


# --- members elsewhere --------------------------------------------------------------


def _announced(state: State, row: Recorded, fact: a.TransferAnnounced) -> None:
    word = Announced(
        point=fact.point,
        branch=fact.branch,
        to=fact.to,
        people=fact.people,
        members=fact.members,
        makes_up=fact.makes_up,
        note=fact.note,
    )
    move = _move(state, row, Move(key=transfer_key(fact.transfer), kind="transfer"))
    claim = Claim(origin_of(row, fact), word)
    _keep(state, row, replace(move, announced=say(move.announced, claim)))


def _confirmed(state: State, row: Recorded, fact: a.TransferConfirmed) -> None:
    move = _move(state, row, Move(key=transfer_key(fact.transfer), kind="transfer"))
    claim = Claim(origin_of(row, fact), Seated(point=fact.point, people=fact.people))
    _keep(state, row, replace(move, seated=say(move.seated, claim)))


def _guest_counted(state: State, row: Recorded, fact: a.GuestCounted) -> None:
    key = walk_in_key(fact.point, fact.home, fact.branch, fact.unit_key)
    word = Seated(
        point=fact.point,
        people=fact.people,
        home=fact.home,
        branch=fact.branch,
        unit=fact.unit,
        makes_up=fact.makes_up,
    )
    move = _move(state, row, Move(key=key, kind="walk_in"))
    _keep(state, row, replace(move, seated=say(move.seated, Claim(origin_of(row, fact), word))))


def _guest_named(state: State, row: Recorded, fact: a.GuestNamed) -> None:
    home, branch = state.home_of.get(fact.member or "", (None, ""))
    word = Seated(
        point=fact.point,
        people=0 if fact.gone else 1,
        home=home,
        branch=branch,
        member=fact.member,
        who=fact.who,
        makes_up=fact.makes_up,
    )
    move = _move(state, row, Move(key=guest_key(fact.guest), kind="guest"))
    _keep(state, row, replace(move, seated=say(move.seated, Claim(origin_of(row, fact), word))))


def _guest_matched(state: State, row: Recorded, fact: a.GuestMatched) -> None:
    home, branch = state.home_of.get(fact.member or "", (fact.home, fact.branch))
    move = _move(state, row, Move(key=guest_key(fact.guest), kind="guest"))
    matched = Matched(home=home, branch=branch, member=fact.member, actor=row.actor)
    _keep(state, row, replace(move, matched=matched))


def _move(state: State, row: Recorded, fresh: Move) -> Move:
    return _register(state, row).moves.get(fresh.key, fresh)


def _keep(state: State, row: Recorded, move: Move) -> None:
    register = _register(state, row)
    register.moves[move.key] = move
    for point in move.points:
        register.moves_of.setdefault(point, set()).add(move.key)
    for missed in made_up_by(move):
        state.registers.setdefault(missed, Register()).made_up.add((str(row.session), move.key))


def _resolved(state: State, row: Recorded, fact: a.ConflictResolved) -> None:
    _register(state, row).decisions[fact.conflict] = Decision(
        decision=fact.decision, actor=row.actor, utc=row.utc, reason=fact.reason
    )


# --- the secretary's desk -----------------------------------------------------------


def _settled(state: State, row: Recorded, fact: a.EntrySettled) -> None:
    state.settled.add(fact.n)


def _listed(state: State, _row: Recorded, fact: a.BranchListed) -> None:
    here = (fact.point, fact.branch)
    for ref in state.members.get(here, ()):
        if state.home_of.get(ref) == here:
            del state.home_of[ref]
    state.members[here] = {member.ref: member for member in fact.members}
    state.home_of |= dict.fromkeys(state.members[here], here)


def _names_read(state: State, row: Recorded, _fact: a.NamesRead) -> None:
    state.readings.append(row.n)


def _forgotten(state: State, _row: Recorded, fact: a.PersonForgotten) -> None:
    state.forgotten += len(fact.refs)


ATTENDANCE_EVOLVE: dict[type[Fact], Callable[[State, Recorded, Any], None]] = {
    a.CheckedIn: _checked_in,
    a.RollPlanned: _roll_planned,
    a.RollOpened: _roll_opened,
    a.RollClosed: _roll_closed,
    a.RollCounted: _roll_counted,
    a.RollMarked: _roll_marked,
    a.TransferAnnounced: _announced,
    a.TransferConfirmed: _confirmed,
    a.GuestCounted: _guest_counted,
    a.GuestNamed: _guest_named,
    a.GuestMatched: _guest_matched,
    a.ConflictResolved: _resolved,
    a.EntrySettled: _settled,
    a.BranchListed: _listed,
    a.NamesRead: _names_read,
    a.PersonForgotten: _forgotten,
}
