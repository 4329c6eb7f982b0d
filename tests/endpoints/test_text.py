import string

from endpoints import errors
from endpoints.text import LANGUAGES, say, sentence, table


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conv in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    vi, en = table("vi"), table("en")
    assert vi.keys() == en.keys()
    assert all(fields(vi[code]) == fields(en[code]) for code in vi)


def test_every_error_has_a_sentence() -> None:
    def leaves(kind: type[errors.EndpointError]) -> list[type[errors.EndpointError]]:
        return [kind, *(leaf for sub in kind.__subclasses__() for leaf in leaves(sub))]

    assert {kind.code for kind in leaves(errors.EndpointError)} <= table("vi").keys()


def test_vietnamese_comes_first() -> None:
    assert say("stopped") == "Đã dừng.\nStopped."
    assert LANGUAGES == ("vi", "en")


def test_a_value_that_is_missing_does_not_hide_the_sentence() -> None:
    assert sentence("server_unreachable", "en").startswith("The server cannot be reached ()")


def test_a_code_of_a_newer_server_is_shown_as_it_is() -> None:
    assert sentence("brand_new", "en", detail="HTTP 418") == "Unknown error (brand_new). HTTP 418"
    assert "brand_new" in say("brand_new")
