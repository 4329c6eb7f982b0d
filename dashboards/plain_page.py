"""The pages of the hall's plain forms. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.utc import parse_utc
from config.words import Words
from coordinator.state import Receipt

from .clock import hour
from .markup import Node, document, el
from .plain_form import Typed, proof

STYLES = ("/static/shared/base.css", "/static/hall/hall.css", "/static/hall/plain.css")
FIGURES = ("present", "excused", "guests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A point one may join."""

    code: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the form of a point shows."""

    point: str
    branches: tuple[tuple[str, int], ...]
    "Name and how many are expected."
    spool: str
    credential: str
    typed: Typed
    fault: str
    receipt: Receipt | None
    "Of the entry that was made just now."
    hotline: str
    rolls: int
    "How many roll calls there are."
    asked: int = 0
    "What is asked for now: a roll call, or (0) the check-in."


def join_page(words: Words, fault: str = "") -> bytes:
    """Return the form that takes a code."""
    return _page(
        words,
        el("h1", words.say("hall.code_title")),
        el("p", words.say("hall.code_how")),
        _fault(words, "join_fault", fault),
        el(
            "form",
            el("label", words.say("hall.code"), for_="code"),
            el("input", id="code", name="code", required="", maxlength="40", autocomplete="off"),
            el("button", words.say("hall.next"), class_="primary"),
            method="post",
            action="/hall/plain/code",
        ),
    )


def point_page(words: Words, code: str, choices: Sequence[Choice], attempt: str) -> bytes:
    """Return the form that takes the point."""
    options = [
        el("option", f"{choice.name} · {choice.code} · {choice.unit}", value=choice.code)
        for choice in sorted(choices, key=lambda one: one.name)
    ]
    return _page(
        words,
        el("h1", words.say("hall.point_title")),
        el(
            "form",
            el("label", words.say("plain.point"), for_="point"),
            el("select", *options, id="point", name="point", size="8", required=""),
            _hidden("code", code),
            _hidden("attempt", attempt),
            el("button", words.say("hall.next"), class_="primary"),
            method="post",
            action="/hall/plain/join",
        ),
    )


def count_page(words: Words, form: Form) -> bytes:
    """Return the form that takes the numbers, with the receipt of the last one."""
    help_ = words.say("hall_help.call", phone=form.hotline) if form.hotline else None
    return _page(
        words,
        el("h1", form.point),
        _receipt(words, form.receipt),
        _fault(words, "plain_fault", form.fault),
        el(
            "form",
            el("label", words.say("plain.what"), for_="roll"),
            el("select", *_tasks(words, form), id="roll", name="roll"),
            _field(words.say("person.name"), "name", form.typed),
            _field(words.say("person.phone"), "phone", form.typed, type_="tel"),
            *(_branch(words, form, n) for n in range(len(form.branches))),
            _field(words.say("plain.note"), "note", form.typed),
            _hidden("spool", form.spool),
            _hidden("proof", proof(form.credential, form.spool)),
            el("button", words.say("count.send"), class_="primary"),
            method="post",
            action="/hall/plain",
        ),
        el("p", help_) if help_ else None,
    )


def _tasks(words: Words, form: Form) -> list[Node]:
    """Return what can be counted; chosen is what was typed, else what is asked for."""
    chosen = form.typed.get("roll", str(form.asked))
    names = [words.say("count.check_in")]
    names += [words.say("count.roll", roll=roll) for roll in range(1, form.rolls + 1)]
    return [
        el("option", name, value=str(n), **({"selected": ""} if str(n) == chosen else {}))
        for n, name in enumerate(names)
    ]


def _branch(words: Words, form: Form, number: int) -> Node:
    name, expected = form.branches[number]
    fields = [
        _field(words.say(f"count.{figure}"), f"{figure}{number}", form.typed, inputmode="numeric")
        for figure in FIGURES
    ]
    expected_text = words.say("count.expected", n=expected)
    return el("fieldset", el("legend", name), el("p", expected_text, class_="soft"), *fields)


def _field(label: str, name: str, typed: Typed, **attributes: str) -> Node:
    value = typed.get(name, "")
    return el("label", label, el("input", name=name, value=value, maxlength="300", **attributes))


def _hidden(name: str, value: str) -> Node:
    return el("input", type_="hidden", name=name, value=value)


def _receipt(words: Words, receipt: Receipt | None) -> Node | None:
    if receipt is None:
        return None
    at = hour(parse_utc(receipt.recorded_utc))
    key = "stage.recorded" if receipt.note is None else "stage.kept"
    space, code = ("remark", receipt.remark) if receipt.note is None else ("note", receipt.note)
    more = el("p", _said(words, space, code)) if code is not None else None
    return el("div", el("p", words.say(key, at=at)), more, class_="card receipt", role="status")


def _said(words: Words, space: str, code: str) -> str:
    key = f"{space}.{code}"
    return words.say(key) if words.has(key) else words.say(f"{space}.other", code=code)


def _fault(words: Words, space: str, code: str) -> Node | None:
    if not code:
        return None
    key = f"{space}.{code}"
    said = words.say(key) if words.has(key) else words.say("join_fault.other", code=code)
    return el("p", said, class_="fault", role="alert")


def _page(words: Words, *body: Node | None) -> bytes:
    main = el("main", *body, class_="hall join")
    title, lang = words.say("hall.title"), words.language
    return document(title, lang, STYLES, el("div", main, class_="page-hall"))
