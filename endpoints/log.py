"""How a process of ours writes its log: one JSON object a line, on stderr, without secrets."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRETS = frozenset({"credential", "join_code", "key", "authorization", "token", "phone"})


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blot out what must not be read by whoever reads logs."""
    for name in SECRETS & event.keys():
        event[name] = "***"
    return event


def configure_log(**bound: str | int) -> None:
    """Set up the log of this process.

    Args:
        bound: On every line, such as which worker this is.

    """
    # Other libraries' warnings too, but never their requests: websockets prints headers.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    structlog.contextvars.bind_contextvars(**bound)
