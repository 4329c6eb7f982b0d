"""``nhipcau``: the command line of the central machine. Composition root."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from config.log import configure_log
from config.settings import Settings
from signaling.relay.launch import arguments

from .app import EXIT_COMMIT_FAILED, VERSION, judge_settings, open_office, relay_settings, serve
from .cli.check import check
from .cli.commands import add_commands
from .cli.journal import add_journal_commands
from .cli.screen import EXIT_DAMAGED, EXIT_USAGE, Data, Terminal, terminal_of
from .cli.setup import setup
from .demo.run import DemoOptions, run_demo
from .errors import CoordinatorError, JournalDamaged, JournalUnavailable
from .judge.launch import arguments as judge_arguments

HELP = "Nhịp Cầu: giữ một phiên sinh hoạt chung qua nhiều điểm cầu. / One session, many halls."
app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False)
add_commands(app)
add_journal_commands(app)
app.command("setup")(setup)

Config = Annotated[Path | None, typer.Option("--config", help="Tệp cấu hình TOML. / Settings.")]


@app.callback()
def root(context: typer.Context, config: Config = None, data: Data = None) -> None:
    """Nhịp Cầu."""
    context.obj = Terminal(open_office=open_office, config=config, data=data)


@app.command("serve")
def serve_command(context: typer.Context, data: Data = None) -> None:
    """Chạy máy chủ điều phối. / Run the coordinator."""
    terminal = terminal_of(context, data)
    settings = terminal.settings()
    configure_log(settings.log.level)
    try:
        _run(settings, terminal)
    except JournalDamaged as error:
        terminal.fail_of(error.code, str(error), EXIT_DAMAGED)
    except JournalUnavailable as error:
        terminal.fail_of(error.code, str(error), EXIT_COMMIT_FAILED)
    except CoordinatorError as error:
        terminal.fail_of(error.code, str(error))


@app.command("relay")
def relay_command(context: typer.Context, data: Data = None) -> None:
    """Chạy trạm chuyển tiếp hình tiếng. / Run the relay alone, as a service manager does."""
    terminal = terminal_of(context, data)
    settings = terminal.settings()
    wanted = relay_settings(settings, terminal.folder(settings))
    # In our place: what the service manager watches and signals is the relay itself.
    os.execv(sys.executable, [sys.executable, "-m", "signaling.relay", *arguments(wanted)])


@app.command("judge")
def judge_command(context: typer.Context, data: Data = None) -> None:
    """Chạy bộ đối chiếu hình tiếng. / Run the judge alone, as a service manager does."""
    terminal = terminal_of(context, data)
    settings = terminal.settings()
    wanted = judge_arguments(judge_settings(settings, terminal.folder(settings)))
    os.execv(sys.executable, [sys.executable, "-m", "coordinator.judge", *wanted])


@app.command("check")
def check_command(
    context: typer.Context,
    today: Annotated[
        bool, typer.Option("--today", help="Hôm nay họp được chưa. / Today's session.")
    ] = False,
    data: Data = None,
) -> None:
    """Kiểm tra cấu hình, đĩa, đồng hồ, cổng, chứng thư. / Check the machine."""
    terminal = terminal_of(context, data)
    check(terminal, today=today)


@app.command("demo")
def demo_command(
    context: typer.Context,
    points: Annotated[int, typer.Option(min=0, max=2000)] = 92,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    seconds: Annotated[float | None, typer.Option(min=1)] = None,
    data: Data = None,
    auto: Annotated[bool, typer.Option("--auto", help="Tự đi qua các bước. / By itself.")] = False,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    studio: Annotated[str, typer.Option(help="film | none")] = "film",
    workers: Annotated[int, typer.Option(min=1, max=16)] = 2,
    lab: Annotated[bool, typer.Option("--lab", help="Không kịch bản. / No story.")] = False,
) -> None:
    """Chạy thử cả hệ thống trên một máy. / The whole system on one machine."""
    terminal = terminal_of(context, data)
    if studio not in ("film", "none"):
        terminal.fail("bad_option", EXIT_USAGE, option="--studio", value=studio)
    options = DemoOptions(
        points=points,
        port=port,
        seconds=seconds,
        auto=auto,
        seed=seed,
        studio=studio,
        workers=workers,
        lab=lab,
    )
    run_demo(options, terminal)


@app.command("version")
def version_command() -> None:
    """In phiên bản. / Print the version."""
    typer.echo(VERSION)


def _run(settings: Settings, terminal: Terminal) -> None:
    serving = serve(settings, terminal.folder(settings), partial(terminal.say, "serve.nobody"))
    try:
        import uvloop
    except ImportError:  # Not on Windows, where only the agent is promised.
        asyncio.run(serving)
    else:
        uvloop.run(serving)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
