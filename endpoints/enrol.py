"""The verb ``enrol``: makes this machine a device of its point."""

import contextlib
import platform
from pathlib import Path

from .enrolment import Enrolment, joining_key, load_enrolment, make_folder, store_enrolment
from .errors import NotEnrolled
from .join import JoinRequest, join
from .server import check_server


async def enrol(
    folder: Path, request: JoinRequest, *, server: str, allow_plain: bool, replace: bool
) -> tuple[str, Enrolment]:
    """Get a credential for this machine, unless it has one; return the sentence's code and it.

    Raises:
        EndpointError: Whatever hinders it.

    """
    make_folder(folder)
    if not replace:
        with contextlib.suppress(NotEnrolled):
            return "already_enrolled", load_enrolment(folder)
    address = check_server(server, allow_plain=allow_plain)
    enrolment = await join(address, request, joining_key(folder, request.code))
    store_enrolment(folder, enrolment)
    return "enrolled", enrolment


def machine_name() -> str:
    """Return this machine's name for the technicians' list."""
    return platform.node()[:100]
