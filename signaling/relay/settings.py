"""What the relay is started with.

Values only; ``__main__`` reads them from the command line.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from signaling.ice_path import TransportOptions

SOCKET, LOCK, RECORD, LOG = "relay.sock", "relay.lock", "relay.json", "relay.log"
# The rest is for whatever else uses the line, and for its own headers.
UPLINK_SHARE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """Settings of one relay process."""

    run_dir: Path
    "Short-lived and short: its socket's path has 107 bytes at most."
    data_dir: Path
    "Where the log goes, and the record of where the socket is."
    transport: TransportOptions = field(default_factory=TransportOptions)
    ceiling_bps: int = 2_500_000
    "What a publisher may send, told to it by REMB."
    uplink_bps: int | None = None
    "Of the line upwards, of which ``UPLINK_SHARE`` is used; None: no limit."
    stall_s: float = 1.0
    "Silence of the source on air after which the slate comes back."
    burst_packets: int = 256
    "Of one kind to all viewers within a millisecond, unless a key frame is larger."

    @property
    def socket_path(self) -> Path:
        """Return where the control socket is."""
        return self.run_dir / SOCKET

    @property
    def budget_bps(self) -> float | None:
        """Return what all that leaves may be together."""
        return None if self.uplink_bps is None else self.uplink_bps * UPLINK_SHARE

    @property
    def lock_path(self) -> Path:
        """Return the file whose lock is the right to be this relay."""
        return self.run_dir / LOCK

    @property
    def log_path(self) -> Path:
        """Return where the log goes."""
        return self.data_dir / LOG

    def config_hash(self) -> str:
        """Return what changes when a running relay no longer does what it is asked to."""
        transport = self.transport
        told = [
            transport.addresses,
            transport.advertised,
            transport.ports,
            transport.allow_loopback,
            self.ceiling_bps,
            self.uplink_bps,
            float(self.stall_s),
            transport.segmentation,
            self.burst_packets,
        ]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]
