"""A central system on the ``ocpp`` package, as its documentation builds one, on uvloop.

OCPP answers every call, so it does a little more than take a report in; it neither judges nor
shows it. Each charge point sends MeterValues with as many sampled values as a report has figures.
"""

import asyncio
import http
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import uvloop
import websockets
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call_result
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

COUNT = [0]


class Point(ChargePoint):  # type: ignore[misc]
    """One charge point as the central system sees it."""

    @on("MeterValues")  # type: ignore[untyped-decorator]
    def on_meter_values(self, **_values: Any) -> Any:
        COUNT[0] += 1
        return call_result.MeterValues()

    @on("Heartbeat")  # type: ignore[untyped-decorator]
    def on_heartbeat(self) -> Any:
        return call_result.Heartbeat(current_time=datetime.now(UTC).isoformat())


async def take(socket: ServerConnection) -> None:
    point = Point(str(socket.request.path if socket.request else "?"), socket)
    try:
        await point.start()
    except websockets.ConnectionClosed:
        return


def count(connection: ServerConnection, request: Request) -> Response | None:
    if request.path == "/count":
        return connection.respond(http.HTTPStatus.OK, f"{COUNT[0]}")
    return None


async def main(port: int) -> None:
    logging.getLogger("ocpp").setLevel(logging.ERROR)
    async with serve(
        take, "127.0.0.1", port, subprotocols=[websockets.Subprotocol("ocpp2.0.1")],
        process_request=count, compression=None,
    ):  # fmt: skip
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
