"""A fleet and a real relay: every hall receives and counts, and decodes in its turn."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem, media_routes
from signaling.relay.settings import RelaySettings
from signaling.schema import Decoding
from tests.endpoints.fleet.test_fleet import HALLS, config, ended, fleet
from tests.harness.fake_coordinator import FakeCoordinator, JoinCode
from tests.signaling.relay.rig import LOOPBACK, Somebody, running_plane, running_relay

pytestmark = pytest.mark.real_io


@pytest.fixture
async def coordinator() -> AsyncIterator[FakeCoordinator]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc")))
        settings = RelaySettings(run_dir=folder, data_dir=folder, transport=LOOPBACK)
        await stack.enter_async_context(running_relay(settings))
        plane = await stack.enter_async_context(running_plane(settings, []))

        async def let_in(request: web.Request, action: MediaAction) -> Principal | Problem:
            bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return Somebody(fake.credentials[bearer])

        fake = FakeCoordinator(media_routes(plane, let_in))
        for n in range(HALLS):
            fake.codes[f"CODE-{n}"] = JoinCode(point=f"MH-{n:03d}")
        yield await stack.enter_async_context(fake)


async def test_every_hall_counts_every_packet_and_decodes_all_in_its_turn(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    rotation = {"size": 3, "turn_s": 1.0}
    file = config(tmp_path, coordinator, auto_seconds=8, media=True, rotation=rotation)
    async with fleet(file) as process:
        async with asyncio.timeout(40):
            while len(whole := decoded_whole(coordinator)) < HALLS:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        process.terminate()
        status, _out, err = await ended(process)
    assert status == 0, err
    assert len(whole) == HALLS
    for reports in coordinator.reports.values():
        last = [report.media for report in reports if report.media and report.media.video][-1]
        assert last.connected
        assert last.video is not None
        # The slate sends few; the last hall may have joined two seconds ago.
        assert last.video.packets_received > 10
        assert last.video.key_frames_decoded > 0
        assert last.decoding in (Decoding.ALL, Decoding.KEY_FRAMES)


def decoded_whole(coordinator: FakeCoordinator) -> set[str]:
    """Return the devices that decoded pictures between key frames while it was their turn."""
    turns: dict[str, int] = defaultdict(int)
    for device, reports in coordinator.reports.items():
        for report in reports:
            media = report.media
            if media and media.decoding is Decoding.ALL and media.video:
                between = media.video.frames_decoded - media.video.key_frames_decoded
                turns[device] = max(turns[device], between)
    return {device for device, frames in turns.items() if frames > 0}
