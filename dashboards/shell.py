"""Which files a page needs to open without a network, read from its sources. Pure: no I/O."""

import posixpath
import re
from collections.abc import Iterable, Mapping

STATIC = "/static/"

_ASKED = re.compile(r'(?:href|src)="/static/([^"]+)"')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORTED = re.compile(r'\b(?:from|import|URL)\s*\(?"(\.[^"]+)"')
_LINKED = re.compile(r'url\("([^"]+)"\)')


def shell_files(
    page: str, html: str, texts: Mapping[str, str], languages: Iterable[str]
) -> list[str]:
    """Return the paths of a page and of everything it loads, the page first.

    Args:
        page: Path of the page.
        html: Its text.
        texts: Scripts and styles below ``/static/``, by their path there.
        languages: Of the catalogues it may be read in.

    """
    found: dict[str, None] = {}
    waiting = _ASKED.findall(html)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        pattern = _IMPORTED if path.endswith(".js") else _LINKED
        here = posixpath.dirname(path)
        asked = pattern.findall(_COMMENT.sub("", texts.get(path, "")))
        waiting += [posixpath.normpath(posixpath.join(here, name)) for name in asked]
    words = [f"locale/{language}.json" for language in languages]
    return [page, *(STATIC + path for path in sorted([*found, *words]))]
