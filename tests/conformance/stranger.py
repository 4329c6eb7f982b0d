"""An agent somebody wrote from signaling/PROTOCOL.md alone: stdlib json, websockets, a file.

Nothing of this repository is imported; run it against anything that claims to be a coordinator:

    python tests/conformance/stranger.py http://127.0.0.1:8080 CREDENTIAL SPOOL_FILE 44 76
"""

import asyncio
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect


class Stranger:
    """Enters head counts, reports, and leaves when everything is acked."""

    def __init__(self, server: str, credential: str, file: Path) -> None:
        self.url = "ws" + server.removeprefix("http") + "/ws/agent"
        self.headers = {"Authorization": f"Bearer {credential}"}
        self.file = file
        self.spool: dict[str, Any] = {"id": secrets.token_urlsafe(16), "facts": [], "acked": {}}
        if file.exists():
            self.spool = json.loads(file.read_text())
        self.welcome: dict[str, Any] = {}
        self.offset_ms: float | None = None

    def enter(self, reported: int) -> None:
        """Rule 1: numbered, on the disk, and only then sent."""
        seq = len(self.spool["facts"]) + 1
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"
        body = {"branches": [{"branch": "", "reported": reported}]}
        fact = {"seq": seq, "entered_utc": now, "kind": "point.checked_in", "body": body}
        self.spool["facts"].append(fact)
        self.save()

    def save(self) -> None:
        fresh = self.file.with_suffix(".new")
        with fresh.open("w") as stream:
            json.dump(self.spool, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.file)

    async def converse(self) -> None:
        """One connection: greet, send what is wanted, report, leave."""
        async with connect(self.url, additional_headers=self.headers, compression=None) as ws:
            await self.say(ws, "hello", versions=[1], spool=self.spool["id"],
                           last_seq=len(self.spool["facts"]))  # fmt: skip
            self.welcome = json.loads(await ws.recv())
            waiting = set()
            for fact in self.spool["facts"]:
                acked = str(fact["seq"]) in self.spool["acked"]
                if not acked or fact["seq"] > self.welcome["have_through"]:
                    session = self.welcome["session"]["session"]
                    await self.say(
                        ws, "fact.enter", spool=self.spool["id"], session=session, **fact
                    )
                    waiting.add(fact["seq"])
            await self.say(ws, "clock.probe", sent_ms=time.time() * 1000)
            await self.say(ws, "point.report", seq=1, spooled=len(waiting))
            async with asyncio.timeout(10):
                while waiting or self.offset_ms is None:
                    self.hear(json.loads(await ws.recv()), waiting)
            await self.say(ws, "goodbye", reason="done")

    async def say(self, ws: Any, type_: str, **members: Any) -> None:
        await ws.send(json.dumps({"type": type_, **members}))

    def hear(self, message: dict[str, Any], waiting: set[int]) -> None:
        if message["type"] == "fact.acked":
            self.spool["acked"][str(message["seq"])] = message["recorded_utc"]
            self.save()
            waiting.discard(message["seq"])
        elif message["type"] == "clock.answer":
            there = message["received_ms"] - message["sent_ms"]
            back = message["answered_ms"] - time.time() * 1000
            self.offset_ms = (there + back) / 2


if __name__ == "__main__":
    stranger = Stranger(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    for count in sys.argv[4:]:
        stranger.enter(int(count))
    asyncio.run(stranger.converse())
    print(json.dumps(stranger.spool))
