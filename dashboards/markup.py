"""HTML as a tree, so that no text can become markup. Pure: no I/O."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

Node = ET.Element
Child = Node | str | None


def el(tag: str, *children: Child, **attributes: str) -> Node:
    """Return an element. ``class_`` and ``for_`` lose their underscore; None is left out."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    node = ET.Element(tag, names)
    for child in children:
        if isinstance(child, str):
            _append_text(node, child)
        elif child is not None:
            node.append(child)
    return node


def svg(text: str) -> Node:
    """Return an element read from trusted SVG."""
    return ET.fromstring(text)


def document(title: str, lang: str, styles: Iterable[str], *body: Child) -> bytes:
    """Return a whole page that holds no script."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        *(el("link", rel="stylesheet", href=href) for href in styles),
    )
    page = el("html", head, el("body", *body), lang=lang)
    text: str = ET.tostring(page, encoding="unicode", method="html")
    return f"<!doctype html>\n{text}".encode()


def _append_text(node: Node, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text
