"""Accounts as rules: every command against every state of an account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.account import rule
from coordinator.account.fact import PasswordSet, SignedOut, UserEntered, UserInvited
from coordinator.account.state import Accounts, SignIn, evolve
from coordinator.errors import Refused
from coordinator.fact_base import Fact

NOW = 1_791_000_000.0


def told(accounts: Accounts, facts: list[Fact]) -> list[Fact]:
    for fact in facts:
        evolve(accounts, fact)
    return facts


def entered(accounts: Accounts, login: str = "lan", role: str = "host") -> str:
    command = rule.EnterUser(user=f"u-{login}", login=login, person="p1", role=role)
    user, facts = rule.enter_user(accounts, command)
    told(accounts, facts)
    return user


def with_password(accounts: Accounts, login: str, role: str) -> str:
    user = entered(accounts, login, role)
    told(accounts, rule.set_password(accounts, user, f"n-{login}"))
    return user


def signed_in(accounts: Accounts, user: str, id_: str = "s1") -> None:
    signin = SignIn(id=id_, hash="h", user=user, token=None, expires_utc="")
    told(accounts, rule.sign_in(accounts, signin, NOW))


@pytest.mark.parametrize("login", ["", "a", "Lân", "a b", "-a", "a" * 41, "a/b", "../a"])
def test_a_login_people_could_not_type_is_refused(login: str) -> None:
    command = rule.EnterUser(user="u", login=login, person="p", role="host")
    with pytest.raises(Refused, match="2 to 40"):
        rule.enter_user(Accounts(), command)


def test_a_login_is_the_same_however_it_is_typed() -> None:
    accounts = Accounts()
    assert entered(accounts, " LAN ") == entered(accounts, "lan")
    assert len(accounts.users) == 1


def test_an_invitation_is_good_once_for_its_owner_and_for_a_while() -> None:
    accounts = Accounts()
    user = entered(accounts)
    [fact] = told(accounts, rule.invite(accounts, user, "hash", NOW))
    assert isinstance(fact, UserInvited)
    assert rule.invited(accounts, user, "hash", NOW + rule.INVITATION_S).id == user
    for whose, hash_, when in (
        (user, "other", NOW),
        ("nobody", "hash", NOW),
        (user, "hash", NOW + rule.INVITATION_S + 1),
    ):
        with pytest.raises(Refused, match="used"):
            rule.invited(accounts, whose, hash_, when)
    told(accounts, rule.set_password(accounts, user, "n1"))
    with pytest.raises(Refused, match="used"):
        rule.invited(accounts, user, "hash", NOW)


def test_a_newer_invitation_ends_the_one_before() -> None:
    accounts = Accounts()
    user = entered(accounts)
    told(accounts, rule.invite(accounts, user, "first", NOW))
    told(accounts, rule.invite(accounts, user, "second", NOW))
    with pytest.raises(Refused):
        rule.invited(accounts, user, "first", NOW)
    assert rule.invited(accounts, user, "second", NOW).id == user


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ba con gà trống", True),
        ("short", False),
        ("aaaaaaaaaaaaaa", False),
        ("lan-lan-lan-1", False),
        ("x" * 257, False),
        ("Nguyễn Thị Lan", False),
    ],
)
def test_a_password_anybody_would_guess_is_refused(password: str, good: bool) -> None:
    accounts = Accounts()
    user = accounts.users[entered(accounts)]
    if good:
        rule.check_password(user, "Nguyễn Thị Lan", password)
    else:
        with pytest.raises(Refused):
            rule.check_password(user, "Nguyễn Thị Lan", password)


@pytest.mark.parametrize("deed", ["password", "remove", "role"])
def test_who_changes_is_shown_out_of_every_browser_and_nobody_else_is(deed: str) -> None:
    accounts = Accounts()
    user, other = with_password(accounts, "lan", "host"), with_password(accounts, "an", "viewer")
    signed_in(accounts, user, "s1")
    signed_in(accounts, user, "s2")
    signed_in(accounts, other, "s3")
    if deed == "password":
        facts = told(accounts, rule.set_password(accounts, user, "n2"))
        assert isinstance(facts[0], PasswordSet)
    elif deed == "remove":
        facts = told(accounts, rule.remove_user(accounts, user, ""))
    else:
        entered(accounts, "lan", "viewer")
    assert set(accounts.signins) == {"s3"}


def test_a_new_name_alone_shows_nobody_out() -> None:
    accounts = Accounts()
    user = with_password(accounts, "lan", "host")
    signed_in(accounts, user)
    command = rule.EnterUser(user="x", login="lan", person="p2", role="host")
    assert [type(f) for f in rule.enter_user(accounts, command)[1]] == [UserEntered]


def test_somebody_must_be_able_to_administer() -> None:
    accounts = Accounts()
    admin = with_password(accounts, "root", "admin")
    with pytest.raises(Refused, match="administer"):
        rule.remove_user(accounts, admin, "")
    with pytest.raises(Refused, match="administer"):
        entered(accounts, "root", "viewer")
    entered(accounts, "second", "admin")
    with pytest.raises(Refused, match="administer"):
        rule.remove_user(accounts, admin, "")  # the second has no password yet
    second = with_password(accounts, "second", "admin")
    told(accounts, rule.remove_user(accounts, admin, ""))
    assert rule.remove_user(accounts, admin, "") == []
    assert not accounts.users[second].removed
    assert accounts.users[admin].password is None


def test_a_removed_login_can_be_given_again_to_another() -> None:
    accounts = Accounts()
    first = with_password(accounts, "lan", "host")
    told(accounts, rule.remove_user(accounts, first, ""))
    command = rule.EnterUser(user="u2", login="lan", person="p9", role="viewer")
    user, facts = rule.enter_user(accounts, command)
    told(accounts, facts)
    assert user == "u2"
    with pytest.raises(Refused):
        rule.invite(accounts, first, "h", NOW)
    with pytest.raises(Refused):
        rule.invite(accounts, "nobody", "h", NOW)
    with pytest.raises(Refused):
        rule.remove_user(accounts, "nobody", "")


def test_a_sign_in_ends_by_itself_and_with_its_token() -> None:
    accounts = Accounts()
    user = with_password(accounts, "lan", "host")
    signed_in(accounts, user)
    later = NOW + rule.SIGNIN_S
    assert rule.signin_by_secret(accounts, "s1", "h", later) is not None
    assert rule.signin_by_secret(accounts, "s1", "h", later + 1) is None
    assert rule.signin_by_secret(accounts, "s1", "wrong", NOW) is None
    assert rule.signin_by_secret(accounts, "s9", "h", NOW) is None
    new = SignIn(id="s2", hash="h", user=None, token="t", expires_utc="")
    facts = told(accounts, rule.sign_in(accounts, new, later + 1, "2026-10-11T00:00:00.000Z"))
    assert [type(f) for f in facts][0] is SignedOut
    assert accounts.signins["s2"].expires_utc == "2026-10-11T00:00:00.000Z"
    assert told(accounts, rule.sign_out(accounts, "s2"))
    assert rule.sign_out(accounts, "s2") == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "demote", "remove", "password"]),
            st.sampled_from(["a1", "b2", "c3"]),
        )
    )
)
def test_once_there_is_an_admin_there_always_is_one(script: list[tuple[str, str]]) -> None:
    accounts = Accounts()
    with_password(accounts, "a1", "admin")
    for what, login in script:
        user = accounts.by_login.get(login)
        try:
            if what == "add":
                entered(accounts, login, "admin")
            elif what == "demote":
                entered(accounts, login, "viewer")
            elif user is not None and what == "remove":
                told(accounts, rule.remove_user(accounts, user, ""))
            elif user is not None:
                told(accounts, rule.set_password(accounts, user, "n"))
        except Refused:
            pass
        assert [
            u
            for u in accounts.users.values()
            if u.role == "admin" and not u.removed and u.password is not None
        ]
