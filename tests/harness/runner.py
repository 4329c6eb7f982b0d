"""Ends a server of a test so that it leaves no socket behind."""

import asyncio

from aiohttp import web

ACCEPTING = 5
"Turns of the loop in which asyncio makes a transport of what it accepted; three today."


async def put_down(runner: web.AppRunner) -> None:
    """Stop listening, let what was accepted by then become a connection, and close them all.

    Chromium opens connections in advance. One that is accepted while aiohttp counts those it has
    to close would outlive the server, and be found by the collector during another test.
    """
    for site in list(runner.sites):
        await site.stop()
    for _ in range(ACCEPTING):
        await asyncio.sleep(0)
    await runner.cleanup()
