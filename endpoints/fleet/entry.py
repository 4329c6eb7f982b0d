"""Where a worker process of a fleet begins; the parent loads nothing of what it runs."""

from multiprocessing.connection import Connection


def work(pipe: "Connection[bytes, bytes]", number: int) -> None:
    """Run a worker until it is told to stop. The target of the process."""
    # Media weighs 60 MB and half a second, which the parent has no use for.
    from .process import play

    play(pipe, number)
