"""Deletes personal data of sessions long closed, once a day. Carries; the rule: ``member``."""

import asyncio

import structlog

from ..runtime import Personal, Runtime
from .fact import PersonForgotten
from .member import expired

log = structlog.get_logger(__name__)

DAY_S = 86_400.0


class Retention:
    """Looks at the start, then daily."""

    def __init__(self, runtime: Runtime, days: int) -> None:
        self._runtime = runtime
        self._days = days
        self._timer = asyncio.get_running_loop().call_soon(self._look)

    def close(self) -> None:
        """Stop looking. Calling it twice is safe."""
        self._timer.cancel()

    def _look(self) -> None:
        runtime = self._runtime
        kept = {**runtime.people, **runtime.notes}
        facts = expired(runtime.state, kept, runtime.now_utc(), self._days)
        refs = [ref for fact in facts if isinstance(fact, PersonForgotten) for ref in fact.refs]
        if facts:
            log.info("retention.deleted", texts=len(refs), days=self._days)
            runtime.record(facts, actor="retention", personal=Personal(forgotten=tuple(refs)))
        self._timer = asyncio.get_running_loop().call_later(DAY_S, self._look)
