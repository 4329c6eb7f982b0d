"""``--auto``: the session walks through its phases by itself, over the API as a host would."""

import asyncio

import aiohttp
import structlog

log = structlog.get_logger(__name__)

# Share of the run at which a phase is entered.
SCRIPT = (
    (0.02, "rehearsal"),
    (0.20, "check_in"),
    (0.45, "live"),
    (0.85, "branch_meetings"),
    (0.95, "closed"),
)
REASON = "Chạy thử tự động"
RETRY_S = 0.3


async def walk(url: str, token: str, seconds: float) -> None:
    """Lead the session from rehearsal to its close within ``seconds``."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for share, phase in SCRIPT:
            await asyncio.sleep(max(0.0, began + share * seconds - loop.time()))
            await _enter(http, url, phase)


async def _enter(http: aiohttp.ClientSession, url: str, phase: str) -> None:
    """Enter a phase; a coordinator that is just being restarted is asked again."""
    body = {"phase": phase, "reason": REASON}
    while True:
        try:
            async with http.post(f"{url}/api/v1/session/phase", json=body) as answer:
                if answer.status < 500:
                    log.info("demo.phase", phase=phase, status=answer.status)
                    return
        except aiohttp.ClientError as error:
            log.info("demo.phase_again", phase=phase, error=repr(error))
        await asyncio.sleep(RETRY_S)
