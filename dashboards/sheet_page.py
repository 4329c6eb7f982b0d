"""The sheets that halls get on paper: one A4 page a point, with its QR code. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from config.words import Words

from .markup import Node, document, el, svg

STYLES = ("/static/shared/base.css", "/static/hall/sheet.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one point's sheet says."""

    code: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How the halls of a session come in."""

    base: str
    "Address of the deployment, without a path."
    printed: str
    "The code in the QR code."
    typed: str
    "The short one."
    hotline: str
    title: str
    "Of the session; empty when none is open or planned."
    until: str
    "Day the codes expire, as people write it."


def address(door: Door, point: str) -> str:
    """Return what the QR code holds. No server sees a fragment, so no log keeps the code."""
    return f"{door.base}/hall#code={door.printed}&point={point}"


def sheets_page(words: Words, door: Door, sheets: Sequence[Sheet]) -> bytes:
    """Return all sheets, ready to be printed."""
    note = el("p", words.say("sheet_page.print", n=len(sheets)), class_="screen-only")
    pages = [_sheet(words, door, sheet) for sheet in sheets]
    return document(words.say("sheet_page.title"), words.language, STYLES, note, *pages)


def order_page(words: Words, points: int) -> bytes:
    """Return the page that asks whether codes shall be issued."""
    form = el(
        "form",
        el(
            "label",
            words.say("sheet_page.days"),
            el("input", name="days", value="30", inputmode="numeric", maxlength="3"),
        ),
        el("button", words.say("sheet_page.make", n=points)),
        method="post",
        action="/hall/sheets",
    )
    return document(
        words.say("sheet_page.title"),
        words.language,
        STYLES,
        el(
            "main",
            el("h1", words.say("sheet_page.title")),
            el("p", words.say("sheet_page.why")),
            form,
        ),
    )


def _sheet(words: Words, door: Door, sheet: Sheet) -> Node:
    steps = [
        el("li", words.say(f"sheet_page.step{n}", host=door.base.partition("://")[2]))
        for n in (1, 2, 3)
    ]
    return el(
        "section",
        el("p", door.title, class_="session") if door.title else None,
        el("h1", sheet.name),
        el("p", f"{sheet.code} · {sheet.unit}", class_="unit"),
        el("div", _code(address(door, sheet.code)), class_="qr"),
        el("ol", *steps),
        el("p", words.say("sheet_page.typed"), " ", el("b", door.typed), class_="typed"),
        el("p", words.say("sheet_page.call"), " ", el("b", door.hotline), class_="call")
        if door.hotline
        else None,
        el("p", words.say("sheet_page.until", day=door.until), class_="until"),
        class_="sheet-a4",
    )


def _code(text: str) -> Node:
    """Return a QR code that a folded, badly lit sheet still shows (error level M)."""
    made = segno.make(text, error="m", micro=False)
    return svg(made.svg_inline(border=4, omitsize=True))
