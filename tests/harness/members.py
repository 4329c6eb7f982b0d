"""Members by name, as an import would have them kept."""

from config.roster.members import MemberRow
from coordinator.attendance.fact import BranchListed, Member
from coordinator.runtime import Personal
from tests.harness.server import Served


async def list_members(
    served: Served, point: str, names: tuple[str, ...], *, exempt_last: bool = False
) -> list[str]:
    """Keep the names of a point's first branch; return their references."""
    runtime, personal = served.coordinator.runtime, Personal()
    rows = [MemberRow(number=f"{point}.{i}", name=n, exempt=False) for i, n in enumerate(names)]
    refs = [personal.add_member(row) for row in rows]
    fact = BranchListed(
        point=point,
        branch=runtime.state.points[point].branches[0].name,
        members=tuple(Member(ref=ref, exempt=exempt_last and ref is refs[-1]) for ref in refs),
    )
    await runtime.change([fact], actor="test", personal=personal)
    return refs
