"""What the judge is started with. Values only; ``__main__`` reads them from the command line."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from signaling.ice_path import TransportOptions

WHO = "judge"
"By this name the relay and the coordinator know that it is no hall."
SOCKET, LOCK, LOG = "judge.sock", "judge.lock", "judge.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """Settings of one judge process."""

    run_dir: Path
    "Where its socket lies; that of the relay, as a rule."
    data_dir: Path
    "Where the log goes."
    relay_socket: Path
    "Control socket of the relay whose programme is watched."
    transport: TransportOptions = field(default_factory=TransportOptions)

    @property
    def socket_path(self) -> Path:
        """Return where the socket is."""
        return self.run_dir / SOCKET

    @property
    def lock_path(self) -> Path:
        """Return the file whose lock is the right to be this judge."""
        return self.run_dir / LOCK

    @property
    def log_path(self) -> Path:
        """Return where the log goes."""
        return self.data_dir / LOG

    def config_hash(self) -> str:
        """Return what changes when a running judge no longer does what it is asked to."""
        transport = self.transport
        told = [str(self.relay_socket), transport.addresses, transport.allow_loopback]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]
