from pathlib import Path

import pytest

from coordinator.judge.line import Watching
from coordinator.reception.judging import JudgeDesk


@pytest.mark.parametrize(
    ("watching", "sees"),
    [
        (None, False),
        (Watching(), False),
        (Watching(picture_age_s=0.2), True),
        (Watching(picture_age_s=6.0), False),
    ],
)
def test_a_judge_sees_the_programme_whose_pictures_come(
    watching: Watching | None, sees: bool
) -> None:
    desk = JudgeDesk(Path("none"), None, lambda _verdict: None)
    desk.watching = watching
    assert desk.sees is sees
