"""What each output wants, for every route and floor."""

import pytest

from signaling.relay.plan import Plan, plan_programme, plan_return, speakers

S, B, X, Y = "studio", "studio-backup", "point/x", "point/y"


@pytest.mark.parametrize(
    ("route", "floor", "plan"),
    [
        (None, None, Plan()),
        (None, X, Plan()),
        (S, None, Plan(video=(S, B), host=(S, B))),
        (B, None, Plan(video=(B, S), host=(B, S))),
        (S, X, Plan(video=(X, S, B), host=(S, B), floor=(X,))),
        (X, None, Plan(video=(X, S, B), host=(S, B), floor=(X,))),
        (X, Y, Plan(video=(Y, X, S, B), host=(S, B), floor=(Y, X))),
        (X, X, Plan(video=(X, S, B), host=(S, B), floor=(X,))),
    ],
)
def test_the_programme(route: str | None, floor: str | None, plan: Plan) -> None:
    assert plan_programme(route, floor) == plan


@pytest.mark.parametrize(
    ("route", "floor", "plan"),
    [
        (None, None, Plan()),
        (None, X, Plan(video=(X,), floor=(X,))),
        (S, None, Plan(video=(S, B))),
        (S, X, Plan(video=(X, S, B), floor=(X,))),
        (X, None, Plan(video=(X, S, B), floor=(X,))),
    ],
)
def test_the_return_never_has_the_studios_own_sound(
    route: str | None, floor: str | None, plan: Plan
) -> None:
    assert plan_return(route, floor) == plan


def test_who_may_be_heard() -> None:
    assert speakers(S, None) == ()
    assert speakers(X, Y) == (Y, X)
