"""``nhipcau-agent``: the command line of the bridge point. A composition root.

    nhipcau-agent enrol --server URL --code CODE [--point CODE] [--replace]
    nhipcau-agent run [--count N ...]
    nhipcau-agent preflight [--sound]
    nhipcau-agent fleet --config FILE
    nhipcau-agent fault --fleet DIR CODE FAULT

Sentences for people go to standard output, Vietnamese first; the log goes to standard error, one
JSON object a line. Exit status: 0 done, 1 not done, 2 wrong usage.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.log import configure_log
from signaling.entry import BranchCount, CheckIn, PersonEntry

from .agent import Ending
from .enrol import enrol, machine_name
from .enrolment import default_folder, make_folder
from .errors import ConfigInvalid, EndpointError
from .fleet.fault import FAULT_FILE, HallFault, decode_faults
from .fleet.fleet import Fleet
from .fleet.plan import decode_plan
from .join import JoinRequest
from .server import check_server
from .text import say


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    options = parser().parse_args(argv)
    configure_log()
    try:
        return int(options.verb(options))
    except EndpointError as error:
        tell(say(error.code, detail=error.detail))
        return 1
    except KeyboardInterrupt:
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; ``verb`` of its result does the work."""
    top = argparse.ArgumentParser(prog="nhipcau-agent", description="Nhịp Cầu: máy trạm điểm cầu")
    verbs = top.add_subparsers(required=True, metavar="enrol|run|preflight|fleet|fault")
    _add_enrol(verbs.add_parser("enrol", help="ghi danh máy này / join this machine to a point"))
    _add_run(verbs.add_parser("run", help="chạy điểm cầu / run this point"))
    _add_preflight(verbs.add_parser("preflight", help="kiểm tra điểm cầu / test this point"))
    _add_fleet(verbs.add_parser("fleet", help="điểm cầu mô phỏng / simulated halls"))
    _add_fault(verbs.add_parser("fault", help="gây lỗi thử / have something go wrong there"))
    for verb in verbs.choices.values():
        verb.add_argument(
            "--insecure-http",
            action="store_true",
            help="cho phép http không mã hoá / let the credential travel unencrypted",
        )
    return top


def _add_enrol(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--server", required=True, metavar="URL")
    verb.add_argument("--code", required=True, help="mã ghi danh / join code")
    verb.add_argument("--point", help="mã điểm cầu / code of the point")
    verb.add_argument("--replace", action="store_true", help="thay ghi danh cũ / replace the old")
    _add_data(verb)
    verb.set_defaults(verb=do_enrol)


def _add_run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--count", type=int, metavar="N", help="số người có mặt / head count")
    verb.add_argument("--excused", type=int, default=0, metavar="N", help="vắng có lý do / excused")
    verb.add_argument("--guests", type=int, default=0, metavar="N", help="nơi khác đến / guests")
    verb.add_argument("--branch", default="", metavar="NAME", help="tên chi bộ / name of branch")
    verb.add_argument("--in-charge", metavar="NAME", help="người phụ trách / person in charge")
    verb.add_argument("--phone", default="", help="điện thoại / telephone")
    _add_data(verb)
    verb.set_defaults(verb=do_run)


def _add_preflight(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--sound",
        action="store_true",
        help="phát chuông và thử loa – micro / chime, and test loudspeaker and microphone",
    )
    _add_data(verb)
    verb.set_defaults(verb=do_preflight)


def _add_fleet(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--config", required=True, type=Path, metavar="FILE")
    verb.set_defaults(verb=do_fleet)


def _add_fault(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--fleet", required=True, type=Path, metavar="DIR", help="its data folder")
    verb.add_argument("code", help="mã điểm cầu / code of the point")
    verb.add_argument("fault", type=HallFault, choices=list(HallFault), help="lỗi / fault")
    verb.set_defaults(verb=do_fault)


def _add_data(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu / data folder")


def do_enrol(options: argparse.Namespace) -> int:
    """``enrol``: trade a join code for a credential."""
    request = JoinRequest(code=options.code, point=options.point, name=machine_name())
    code, enrolment = asyncio.run(
        enrol(
            options.data or default_folder(),
            request,
            server=options.server,
            allow_plain=options.insecure_http,
            replace=options.replace,
        )
    )
    tell(say(code, point=enrolment.point, point_name=enrolment.point_name))
    return 0 if code == "enrolled" else 1


def do_run(options: argparse.Namespace) -> int:
    """``run``: run this machine's hall."""
    # The other verbs do without media: half a second less, and more on an old PC.
    from .run import run_hall

    ending = asyncio.run(
        run_hall(
            options.data or default_folder(),
            tell,
            allow_plain=options.insecure_http,
            check_in=_check_in(options),
        )
    )
    tell(say("stopped" if ending is Ending.STOPPED else f"ended_{ending}"))
    return 0 if ending is Ending.STOPPED else 1


def do_preflight(options: argparse.Namespace) -> int:
    """``preflight``: test this machine's hall and show what was found."""
    from .run import look_at_hall

    tell(say("preflight_running"))
    passed = asyncio.run(
        look_at_hall(
            options.data or default_folder(),
            tell,
            allow_plain=options.insecure_http,
            sound=options.sound,
        )
    )
    return 0 if passed else 1


def _check_in(options: argparse.Namespace) -> CheckIn | None:
    """Return the check-in given on the command line, None when there is none."""
    if options.count is None:
        return None
    name, phone = options.in_charge, options.phone
    count = BranchCount(
        branch=options.branch,
        reported=options.count,
        excused=options.excused,
        guests=options.guests,
    )
    in_charge = None if name is None else PersonEntry(name=name, phone=phone)
    return CheckIn(in_charge=in_charge, branches=(count,))


def do_fault(options: argparse.Namespace) -> int:
    """``fault``: order a fault in a simulated hall, or ``none``."""
    file = options.fleet / FAULT_FILE
    faults = decode_faults(file.read_bytes()) if file.exists() else {}
    faults[options.code] = options.fault
    temporary = file.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(faults))
    temporary.replace(file)
    return 0


def do_fleet(options: argparse.Namespace) -> int:
    """``fleet``: run simulated halls."""
    try:
        plan = decode_plan(options.config.read_bytes())
    except OSError as error:
        raise ConfigInvalid(str(error)) from error
    check_server(plan.server, allow_plain=options.insecure_http)
    make_folder(Path(plan.data))
    fleet = Fleet(
        plan,
        lambda detail, halls: tell(say("fleet_worker_died", detail=detail, halls=halls)),
        allow_plain=options.insecure_http,
    )
    tell(say("fleet_running", halls=len(plan.halls), workers=plan.workers))
    return 0 if fleet.run() else 1


def tell(text: str) -> None:
    """Show sentences to the operator."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
