from hypothesis import given
from hypothesis import strategies as st

from coordinator.attendance.claim import Claim, Claims, Origin, remark_on, say, standing


def claim(value: str, *, device: str = "d", seq: int = 1, utc: str = "1") -> Claim[str]:
    return Claim(Origin(device=device, spool="s", seq=seq, utc=utc), value)


def said(*claims: Claim[str]) -> Claims[str]:
    found: Claims[str] = ()
    for one in claims:
        found = say(found, one)
    return found


def stands(*claims: Claim[str]) -> str | None:
    found = standing(said(*claims))
    return None if found is None else found.value


def test_nothing_stands_before_anybody_spoke() -> None:
    assert stands() is None


def test_within_a_spool_the_higher_number_stands_even_when_its_clock_went_back() -> None:
    assert stands(claim("first", seq=1, utc="9"), claim("second", seq=2, utc="1")) == "second"
    assert stands(claim("second", seq=2, utc="1"), claim("first", seq=1, utc="9")) == "second"


def test_between_devices_the_later_moment_stands() -> None:
    assert stands(claim("a", device="a", utc="2"), claim("b", device="b", utc="1")) == "a"


CLAIMS = st.lists(
    st.builds(
        lambda device, seq: claim(f"{device}{seq}", device=device, seq=seq, utc=str(seq * 7 % 5)),
        st.sampled_from("abc"),
        st.integers(1, 4),
    )
)


@given(CLAIMS, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_says_the_same(claims: list[Claim[str]], chance) -> None:  # type: ignore[no-untyped-def]
    again = [*claims, *claims]
    chance.shuffle(again)
    assert set(said(*claims)) == set(said(*again))
    assert standing(said(*claims)) == standing(said(*again))


def test_whoever_enters_is_told_what_becomes_of_it() -> None:
    known = said(claim("a", device="a", utc="2"))
    assert remark_on((), claim("x")) is None
    assert remark_on(known, claim("b", device="b", utc="1")) == "overtaken"
    assert remark_on(known, claim("b", device="b", utc="3")) == "replaces_other"
    assert remark_on(known, claim("a", device="b", utc="3")) is None
    assert remark_on(known, claim("b", device="a", seq=2, utc="1")) is None
    assert remark_on(known, claim("b", device="a", seq=1, utc="3")) == "overtaken"
