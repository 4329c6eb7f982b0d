"""A data folder as it is on the day: points with an agent each, a session that is live."""

from dataclasses import dataclass
from pathlib import Path

from coordinator.access import Secret, new_secret
from coordinator.fact import CodeIssued, DeviceEnrolled, Fact, PhaseEntered
from signaling.schema import DeviceRole, Phase
from tests.harness.facts import planned, point
from tests.harness.server import serving

SESSION = "s1"
PHASES = (Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE)


@dataclass(frozen=True, kw_only=True)
class Town:
    """What a client needs to know of a data folder."""

    folder: Path
    codes: list[str]
    secrets: list[Secret]
    "Of the agents, one a point."
    viewer: str
    "A token that lets screens in."

    def credential(self, number: int) -> dict[str, str]:
        """Return the headers that let agent ``number`` in."""
        return {"Authorization": f"Bearer {self.secrets[number].text}"}


async def prepare(folder: Path, points: int) -> Town:
    """Write the journal of a town whose session is live; the coordinator is gone again."""
    codes = [f"P-{n:05d}" for n in range(points)]
    secrets = [new_secret("device") for _ in codes]
    facts: list[Fact] = [point(code) for code in codes]
    facts += [planned(SESSION), CodeIssued(code="c", hash="x", roles=(DeviceRole.AGENT,))]
    facts += [
        DeviceEnrolled(device=s.id, point=c, role=DeviceRole.AGENT, hash=s.hash, code="c")
        for c, s in zip(codes, secrets, strict=True)
    ]
    async with serving(folder, *facts) as served:
        phases = [PhaseEntered(phase=phase) for phase in PHASES]
        await served.coordinator.runtime.change(phases, actor="bench", session=SESSION)
        viewer = served.tokens["viewer"]
    return Town(folder=folder, codes=codes, secrets=secrets, viewer=viewer)
