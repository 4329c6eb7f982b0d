"""Exceptions of receiving and publishing.

DecodeFailed                ours to survive: a key frame is needed
ExchangeFailed              no media session came about; try again later
"""


class DecodeFailed(Exception):
    """The decoder could not take the bytes."""


class ExchangeFailed(Exception):
    """WHIP or WHEP gave no session.

    Args:
        text: What happened, for the log.
        retry_after_s: How long the server asks us to stay away, None if it does not say.

    """

    def __init__(self, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s
