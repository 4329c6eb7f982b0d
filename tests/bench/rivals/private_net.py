"""A network of the bench's own: loopback, and an address that Janus takes for a network.

Janus leaves loopback out when it gathers candidates. In a network namespace a pair of
virtual devices gives it another address; packets between addresses of one machine go over
loopback all the same, and nobody outside can reach any of it.
"""

import os
import shutil
import subprocess
import sys

ADDRESS = "198.18.0.1"
_INSIDE = "NHIPCAU_BENCH_INSIDE"
_SETUP = (
    "ip link set lo up && ip link add v0 type veth peer name v1"
    f" && ip addr add {ADDRESS}/24 dev v0 && ip link set v0 up && ip link set v1 up"
)


def inside() -> bool:
    """Tell whether this process is in a private network."""
    return os.environ.get(_INSIDE) == "1"


def possible() -> bool:
    """Tell whether one can be made: it takes root and iproute2."""
    if os.getuid() or not shutil.which("unshare") or not shutil.which("ip"):
        return False
    tried = subprocess.run(["unshare", "-n", "sh", "-c", _SETUP], capture_output=True, check=False)
    return tried.returncode == 0


def run_inside(module: str, arguments: list[str]) -> int:
    """Run a module of this repository in a private network; return its exit status."""
    command = ["unshare", "-n", "sh", "-c", _SETUP + ' && exec "$@"', "sh"]
    command += [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=os.environ | {_INSIDE: "1"}, check=False).returncode
