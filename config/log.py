"""Structured logs: one JSON object a line, from our own loggers and from the libraries'.

Secrets never reach a log line: what bears the name of one is blotted out, and headers are not
logged at all.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRETS = frozenset({"credential", "join_code", "key", "authorization", "token", "phone"})


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blot out what must not be read by whoever reads logs."""
    for name in SECRETS & event.keys():
        event[name] = "***"
    return event


def configure_log(
    level: str = "info", handler: logging.Handler | None = None, **bound: str | int
) -> None:
    """Set up the log of this process.

    Args:
        level: debug, info, warning or error.
        handler: Where it goes; standard error by default.
        bound: On every line, such as which worker this is.

    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="utc"),
        structlog.processors.dict_tracebacks,
        hide_secrets,
    ]
    last = structlog.stdlib.ProcessorFormatter.wrap_for_formatter
    structlog.configure(
        processors=[*shared, last],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = handler or logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # One line per candidate pair, per check and per request says nothing to an operator.
    for noisy in ("aioice", "aiortc", "asyncio", "websockets"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    structlog.contextvars.bind_contextvars(**bound)


def _formatter(shared: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        foreign_pre_chain=shared,
    )
