"""The zip and the XML of a workbook, within bounds. Pure: bytes in, events out.

Knows nothing of sheets. Sizes are checked as declared before anything is unpacked (Python's
zipfile stops at the declared size of an entry, so a forged one is caught too); XML is streamed
into a target and never kept as a tree; a document type, which no office program writes, is
refused at once, and with it entity bombs and external entities (CWE-776, CWE-611).
"""

import io
import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from config.errors import RosterUnreadable

from .limit import (
    MAX_ELEMENTS,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_TOKEN_BYTES,
    MAX_UNPACKED_BYTES,
    RATIO_FROM_BYTES,
)
from .problem import Place, ProblemCode, unreadable

CHUNK_BYTES = 64 * 1024
# Whatever zipfile, zlib, expat and our reading of attributes raise over a broken file. KeyError
# and UnicodeDecodeError are in LookupError and ValueError; RuntimeError is an encrypted entry.
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, EOFError, LookupError, OSError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip


def broken(why: str, why_en: str) -> RosterUnreadable:
    """Return the refusal of a file that is no workbook."""
    return unreadable(ProblemCode.NOT_A_WORKBOOK, Place(), why=why, why_en=why_en)


def too_large(what: str, what_en: str, limit: object, place: Place | None = None) -> (
    RosterUnreadable
):  # fmt: skip
    """Return the refusal of a file that exceeds a bound."""
    return unreadable(
        ProblemCode.TOO_LARGE, place or Place(), what=what, what_en=what_en, limit=limit
    )


class Target:
    """Receives the events of one XML part. Subclasses override opened, closed and text.

    Set ``done`` to stop the stream; what is left of the chunk is swallowed.
    """

    def __init__(self) -> None:
        self.done = False
        self.elements = 0
        self.budget = MAX_ELEMENTS

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; names come without their namespace."""

    def closed(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of character data."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Count and pass on (called by the parser)."""
        self.elements += 1
        if self.elements > self.budget:
            raise too_large("quá nhiều phần tử XML", "too many XML elements", MAX_ELEMENTS)
        if not self.done:
            self.opened(tag.rpartition("}")[2], attributes)

    def end(self, tag: str) -> None:
        """Pass on (called by the parser)."""
        if not self.done:
            self.closed(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        """Pass on (called by the parser)."""
        if not self.done:
            self.text(text)


class Package:
    """An opened workbook file.

    Raises:
        RosterUnreadable: ``not_a_workbook`` if it is no zip, ``too_large`` if it declares
            more than the bounds of limit.py.

    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise broken("tệp bị hỏng", "the file is damaged") from error
        self._elements = 0
        self._check_sizes()
        self.parts = frozenset(entry.filename for entry in self._zip.infolist())

    def feed(self, part: str, target: Target) -> None:
        """Stream one part into a target, until its end or until the target is done.

        Raises:
            RosterUnreadable: ``not_a_workbook`` if the part is missing, damaged, encrypted
                or declares a document type; ``too_large`` if a bound is exceeded.

        """
        target.budget = MAX_ELEMENTS - self._elements
        try:
            self._stream(part, target)
        except DefusedXmlException as error:
            raise broken(
                "có khai báo DTD hoặc thực thể XML", "it declares a DTD or XML entities"
            ) from error
        except BROKEN as error:
            raise broken("tệp bị hỏng hoặc có mật khẩu", "damaged or encrypted") from error
        self._elements += target.elements

    def _stream(self, part: str, target: Target) -> None:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        fed = 0
        with self._zip.open(part) as stream:
            while not target.done and (chunk := stream.read(CHUNK_BYTES)):
                parser.feed(chunk)
                fed += len(chunk)
                # Expat keeps a token whole, a tag with millions of attributes for one.
                if fed - parser.parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                    raise too_large("một thẻ XML quá dài", "one XML token", MAX_TOKEN_BYTES)
        if not target.done:
            parser.close()

    def _check_sizes(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise too_large(f"{len(entries)} tệp con", f"{len(entries)} entries", MAX_ENTRIES)
        total = sum(entry.file_size for entry in entries)
        if total > MAX_UNPACKED_BYTES:
            raise too_large(
                f"{_mib(total)} khi giải nén", f"{_mib(total)} unpacked", _mib(MAX_UNPACKED_BYTES)
            )
        for entry in entries:
            ratio = entry.file_size // max(entry.compress_size, 1)
            if entry.file_size > RATIO_FROM_BYTES and ratio > MAX_RATIO:
                raise too_large(f"nén {ratio} lần", f"packed {ratio} times", f"{MAX_RATIO} : 1")


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
