"""Exceptions of what an operator sets.

ConfigError
    BadSetting          a key of the settings cannot be used; names it and its source
    RosterUnreadable    the user's file cannot be read at all; nothing was taken from it
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


class RosterUnreadable(ConfigError):
    """The whole file is refused, so there are no rows to speak of.

    Args:
        code: Stable, for programs; one of ``config.roster.problem.ProblemCode``.
        text: For people, Vietnamese.
        text_en: The same in English.
        sheet: Name of the sheet, empty when the file as a whole is meant.
        row: As the sheet numbers it, None when no row is meant.
        column: Heading or letter, None when no column is meant.

    """

    def __init__(
        self,
        code: str,
        text: str,
        *,
        text_en: str,
        sheet: str = "",
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.text_en = text_en
        self.sheet = sheet
        self.row = row
        self.column = column
