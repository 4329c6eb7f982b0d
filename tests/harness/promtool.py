"""Debian's promtool, run on what we serve."""

import asyncio


async def check_metrics(text: str) -> str:
    """Return what ``promtool check metrics`` says of an exposition; empty when it is clean."""
    process = await asyncio.create_subprocess_exec(
        "promtool",
        "check",
        "metrics",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(text.encode())
    return said.decode() if process.returncode else ""
