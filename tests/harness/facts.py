"""A journal in the making, without a disk: rows as the runtime would number them."""

from collections.abc import Sequence

from config.utc import format_utc
from coordinator.fact import Branch, Fact, PointEntered, SessionPlanned
from coordinator.fold import evolve
from coordinator.state import Recorded, State

START_S = 1_790_000_000.0


def point(code: str, *, expected: int = 50, main: bool = False) -> PointEntered:
    """Return a point with one branch."""
    branch = Branch(name=f"Chi bộ {code}", members=expected + 2, exempt=2)
    return PointEntered(
        code=code, name=f"Hội trường {code}", unit=branch.name, main=main, branches=(branch,)
    )


def planned(
    id_: str = "s1", title: str = "Giờ sinh hoạt", main_point: str | None = None
) -> SessionPlanned:
    """Return a session that starts at a fixed time."""
    return SessionPlanned(
        id=id_, title=title, start_utc=format_utc(START_S + 3600), main_point=main_point
    )


class Chronicle:
    """Folds facts one second apart and remembers the rows."""

    def __init__(self, *facts: Fact, session: str | None = "s1") -> None:
        self.state = State()
        self.rows: list[Recorded] = []
        self.session = session
        self.add(*facts)

    @property
    def now_s(self) -> float:
        """The instant of the next row."""
        return START_S + len(self.rows)

    def add(self, *facts: Fact, origin: str | None = None) -> None:
        """Record facts, in order."""
        for fact in facts:
            row = Recorded(
                n=len(self.rows) + 1,
                session=self.session,
                utc=format_utc(self.now_s),
                actor="test",
                origin=origin,
                fact=fact,
            )
            self.rows.append(row)
            evolve(self.state, row)


def kinds(facts: Sequence[Fact]) -> list[str]:
    """Return what kinds of facts these are."""
    return [fact.KIND for fact in facts]
