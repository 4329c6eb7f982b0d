"""Structured logs: one JSON object a line, from our own loggers and from the libraries'.

Secrets never reach a log line: what bears the name of one is blotted out, tracebacks come
without the values of variables, and headers are not logged at all. What a peer said cannot
look like another line, steer a terminal, or turn the reading direction.
"""

import json
import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

SECRETS = frozenset(
    {
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "invitation",
        "join_code",
        "key",
        "password",
        "phone",
        "secret",
        "token",
    }
)

# JSON escapes what lies below U+0020 by itself. These it leaves: DEL and C1 (a terminal takes
# U+009B for ESC [), line ends of Unicode, and marks that turn or hide text.
_HIDDEN = [*range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x202F)]
_HIDDEN += [*range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000)]
_ESCAPES = {number: f"\\u{number:04x}" for number in _HIDDEN}


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blot out what must not be read by whoever reads logs."""
    for name in SECRETS & event.keys():
        event[name] = "***"
    return event


def plain_json(event: EventDict, **options: Any) -> str:
    """Return an event as JSON that is safe to look at in a terminal."""
    return json.dumps(event, **options).translate(_ESCAPES)


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
        # With the variables' values, which is the default, passwords would be in the log.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
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
            structlog.processors.JSONRenderer(plain_json, ensure_ascii=False),
        ],
        foreign_pre_chain=shared,
    )
