"""Exceptions of what an operator sets.

ConfigError
    BadSetting          a key of the settings cannot be used; names it and its source
"""


class ConfigError(Exception):
    """Base of everything raised by config; never raised itself."""

    code = "internal"


class BadSetting(ConfigError):
    """A setting cannot be used.

    Args:
        source: The file or environment variable it came from.
        key: Dotted, e.g. ``server.port``; empty when the whole file is meant.
        text: What is wrong.

    """

    code = "bad_setting"

    def __init__(self, source: str, key: str, text: str) -> None:
        super().__init__(f"{source}: {key}: {text}" if key else f"{source}: {text}")
        self.source = source
        self.key = key
        self.text = text
