"""Copies of the journal over HTTP."""

from signaling.schema import Count, Utc, Wire

from ..backup import Verified
from ..errors import JournalDamaged
from ..policy import Action
from .context import CONTEXT
from .problem import ProblemRaised
from .route import Call, Route


class BackupAnswer(Wire, frozen=True, kw_only=True):
    """A copy whose chain of hashes was read to its end."""

    file: str
    "On the central machine."
    rows: Count
    bytes: Count
    hash: str
    "Of the last row, hex."
    last_utc: Utc | None
    "Of the last row."


async def make_backup(call: Call) -> BackupAnswer:
    """Copy the journal now."""
    try:
        return _answer(await call.request.app[CONTEXT].backup.make())
    except (JournalDamaged, OSError) as error:
        raise ProblemRaised("backup_failed", str(error)) from error


def _answer(made: Verified) -> BackupAnswer:
    return BackupAnswer(
        file=str(made.path),
        rows=made.rows,
        bytes=made.bytes,
        hash=made.hash,
        last_utc=made.last_utc or None,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/backups",
        handler=make_backup,
        summary="Copy the journal now, and check the copy row by row",
        action=Action.MAINTAIN,
        answer=BackupAnswer,
        status=201,
        problems=("backup_failed",),
    ),
)
