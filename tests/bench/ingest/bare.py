"""The least a server can do: aiohttp and uvloop, each message decoded and counted."""

import sys

import msgspec
import uvloop
from aiohttp import WSMsgType, web

from signaling.messages import PointReport

_decoder = msgspec.json.Decoder(PointReport)


async def main(port: int) -> None:
    count = [0]

    async def take(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                _decoder.decode(message.data)
                count[0] += 1
        return socket

    async def counted(_request: web.Request) -> web.Response:
        return web.Response(text=str(count[0]))

    app = web.Application()
    app.add_routes([web.get("/ws", take), web.get("/count", counted)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    import asyncio

    uvloop.run(main(int(sys.argv[1])))
