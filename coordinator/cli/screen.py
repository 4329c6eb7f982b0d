"""What the commands share: the terminal, the words, the settings, the way a refusal is told."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from config.errors import BadSetting
from config.folder import DataFolder
from config.settings import Settings, from_process
from config.words import Words, language_of

from ..errors import CoordinatorError
from .office import CallRefused, Office

T = TypeVar("T")
Data = Annotated[Path | None, typer.Option("--data", help="Thư mục dữ liệu. / Data folder.")]
OpenOffice = Callable[[Settings, DataFolder], AbstractAsyncContextManager[Office]]

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_DAMAGED = 3
"The journal is damaged: starting again would not change that (config/deploy/systemd)."


@dataclass(kw_only=True)
class Terminal:
    """One run of the command line."""

    open_office: OpenOffice
    config: Path | None = None
    data: Path | None = None

    def __post_init__(self) -> None:
        self.words = Words(Path(__file__).parent.parent / "locale", language_of())
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def settings(self) -> Settings:
        """Return the settings; a bad one ends the command and is named."""
        try:
            return from_process(self.config)
        except BadSetting as error:
            self.fail(
                "bad_setting", EXIT_USAGE, source=error.source, key=error.key, text=error.text
            )

    def folder(self, settings: Settings) -> DataFolder:
        """Return the data folder: the option's, else the settings'."""
        return DataFolder(self.data or Path(settings.data))

    def say(self, sentence: str, /, **places: object) -> None:
        """Print a sentence."""
        self.out.print(self.words.say(sentence, **places), markup=False)

    def json(self, value: object) -> None:
        """Print a value for programs, and nothing else."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def fail(self, sentence: str, status: int = EXIT_REFUSED, /, **places: object) -> NoReturn:
        """Print why, and end the command; by its status also where nothing can be printed."""
        with contextlib.suppress(OSError):
            self.err.print(self.words.say(sentence, **places), markup=False)
        raise typer.Exit(status)

    def fail_of(self, code: str, detail: str, status: int = EXIT_REFUSED) -> NoReturn:
        """Tell a problem by its code, and end the command."""
        key = f"problem.{code}"
        sentence = key if self.words.has(key) else "problem.other"
        self.fail(sentence, status, detail=detail, code=code)

    def run(self, act: Callable[[Office], Awaitable[T]]) -> T:
        """Open the office, let ``act`` work in it, and tell a refusal in words."""
        settings = self.settings()
        folder = self.folder(settings)

        async def work() -> T:
            async with self.open_office(settings, folder) as office:
                return await act(office)

        try:
            return asyncio.run(work())
        except (CallRefused, CoordinatorError) as error:
            self.fail_of(error.code, str(error))

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> Any:
        """Make one call of the office; its answer decoded, a refusal told in words."""
        return self.run(lambda office: office.call(method, path, body, data=data, query=query))


def terminal_of(context: typer.Context, data: Path | None) -> Terminal:
    """Return the run's terminal; a command's own ``--data`` wins over the one before it."""
    terminal: Terminal = context.obj
    terminal.data = data or terminal.data
    return terminal
