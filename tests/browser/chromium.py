"""Debian's Chromium, driven by playwright-core in a node process."""

import asyncio
import json
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "media.mjs"


# No resolver of multicast names here; whoever wants to see such candidates passes no flag.
PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"


async def open_page(
    url: str, seconds: float = 20, flags: tuple[str, ...] = (PLAIN_ADDRESSES,)
) -> dict[str, Any]:
    """Open a page and return what it reports of itself; see ``media.mjs``."""
    node = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), url, str(seconds), *flags,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds + 20):
            out, err = await node.communicate()
    except BaseException:
        node.kill()
        await node.wait()
        raise
    assert node.returncode == 0, err.decode()
    report: dict[str, Any] = json.loads(out)
    return report
