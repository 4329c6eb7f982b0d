from pathlib import Path

import endpoints
from endpoints import errors
from endpoints.text import say, words
from tests.harness.catalogue import check_catalogue


def test_both_languages_say_the_same_with_the_same_values() -> None:
    check_catalogue(Path(endpoints.__file__).parent / "locale")


def test_every_error_has_a_sentence() -> None:
    def leaves(kind: type[errors.EndpointError]) -> list[type[errors.EndpointError]]:
        return [kind, *(leaf for sub in kind.__subclasses__() for leaf in leaves(sub))]

    assert all(words("vi").has(kind.code) for kind in leaves(errors.EndpointError))


def test_vietnamese_comes_first() -> None:
    assert say("stopped") == "Đã dừng.\nStopped."


def test_a_value_that_is_missing_does_not_hide_the_sentence() -> None:
    assert words("en").say("server_unreachable").startswith("The server cannot be reached ()")


def test_a_code_of_a_newer_server_is_shown_as_it_is() -> None:
    said = words("en").say("brand_new", detail="HTTP 418")
    assert said == "Unknown error (brand_new). HTTP 418"
    assert "brand_new" in say("brand_new")
