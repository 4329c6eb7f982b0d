"""What a decoder last gave to a screen and a loudspeaker. Pure: no I/O.

Times are seconds of one monotonic clock; what is reported are ages.
"""

from signaling.stats import Presented, PresentedBy
from signaling.thumbnail import Luma

# A report goes out once a second: fresher thumbnails would be thrown away.
THUMBNAIL_EVERY_S = 0.2


class Presentation:
    """The newest picture with its thumbnail, and the newest sound, of one media session."""

    def __init__(self) -> None:
        self._picture: tuple[int, bytes, float] | None = None
        self._sound: tuple[int, float] | None = None

    def wants_thumbnail(self, now: float) -> bool:
        """Tell whether the next picture is worth the cost of its thumbnail."""
        return self._picture is None or now >= self._picture[2] + THUMBNAIL_EVERY_S

    def receive_picture(self, timestamp: int, thumbnail: Luma, now: float) -> None:
        """Take note of a picture that is shown from now on.

        Args:
            timestamp: RTP, 32 bits.
            thumbnail: (18, 32) luma.
            now: Of its presentation.

        """
        self._picture = (timestamp, thumbnail.tobytes(), now)

    def receive_sound(self, end: int, now: float) -> None:
        """Take note of the last sample that was played; ``end`` is RTP, any number of bits."""
        self._sound = (end & 0xFFFF_FFFF, now)

    def report(self, now: float) -> Presented:
        """Return what is presented now."""
        picture, sound = self._picture, self._sound
        return Presented(
            by=PresentedBy.DECODER,
            rtp_timestamp=picture[0] if picture else None,
            age=max(0.0, now - picture[2]) if picture else 0.0,
            thumbnail=picture[1] if picture else None,
            sound_rtp_timestamp=sound[0] if sound else None,
            sound_age=max(0.0, now - sound[1]) if sound else 0.0,
        )
