"""Stock aiortc peers publish and play through a real relay on loopback."""

import pytest

from signaling.media_plane import CodecChanged, EndReason, OutputChanged, SessionEnded
from tests.signaling.peers import until
from tests.signaling.relay.rig import brightness, loopback_only, publish, rig, sees, watch

pytestmark = pytest.mark.real_io

DARK, BRIGHT = 60, 150


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    loopback_only(monkeypatch)


async def test_slate_before_studio_and_slate_after() -> None:
    async with rig() as it:
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma < DARK)
        studio = await publish(it)
        await sees(viewer, lambda luma: luma > BRIGHT)
        assert it.on_air() == "studio"
        await until(lambda: len(viewer.frames["audio"]) > 20)
        await studio.close()
        await sees(viewer, lambda luma: luma < DARK)
        assert it.on_air() == "slate"
        stamps = [frame.pts or 0 for frame in viewer.frames["video"]]
        assert stamps == sorted(stamps)
        assert len(set(stamps)) == len(stamps)
        assert brightness(viewer.frames["video"][0]) < DARK
        cuts = [e.source for e in it.seen(OutputChanged) if e.kind == "video"]  # type: ignore[union-attr]
        assert cuts == ["studio", "slate"]
        await viewer.close()


async def test_vp8_only_changes_the_session_and_ends_viewers_of_the_old_codec() -> None:
    async with rig() as it:
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma < DARK)
        studio = await publish(it, "video/VP8")
        await until(lambda: it.seen(SessionEnded))
        [ended] = it.seen(SessionEnded)
        assert isinstance(ended, SessionEnded)
        assert ended.reason is EndReason.CODEC_CHANGED
        assert [e.codec for e in it.seen(CodecChanged)] == ["VP8"]  # type: ignore[union-attr]
        again = await watch(it)
        await sees(again, lambda luma: luma > BRIGHT)
        await viewer.close()
        await again.close()
        await studio.close()
