"""Hostile and broken workbooks. The times are generous: they catch seconds, not tenths."""

import io
import time
import zipfile

import pytest
from defusedxml.common import EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from config.errors import RosterUnreadable
from config.roster import package
from config.roster.limit import MAX_ENTRIES, MAX_TOKEN_BYTES, RATIO_FROM_BYTES
from config.roster.sheet import read_sheets
from tests.config.roster.office import MAIN_NS, POINTS, with_part, with_rows, with_sheet

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a 'ha'>"
    + "".join(
        f"<!ENTITY {name} '{f'&{below};' * 10}'>"
        for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def refusal(data: bytes) -> RosterUnreadable:
    with pytest.raises(RosterUnreadable) as refused:
        read_sheets(data, "x.xlsx")
    return refused.value


def cell(text: str) -> str:
    return (
        f'<worksheet xmlns="{MAIN_NS}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
        f"{text}</t></is></c></row></sheetData></worksheet>"
    )


@pytest.mark.parametrize(
    "xml",
    [
        LAUGHS + cell("&i;"),
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + cell("&e;"),
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + cell("a"),
        "<!DOCTYPE x>" + cell("a"),
    ],
    ids=["billion laughs", "external entity", "external dtd", "bare doctype"],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "_rels/.rels"])
def test_entities_and_document_types_are_refused_in_every_part(xml: str, part: str) -> None:
    error = refusal(with_part(part, xml))
    assert (error.code, "DTD" in error.text) == ("not_a_workbook", True)


def test_the_parser_in_use_is_the_defused_one() -> None:
    parser = DefusedXMLParser(target=package.Target(), forbid_dtd=False)
    with pytest.raises(EntitiesForbidden):
        parser.feed(LAUGHS + "<x/>")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part("xl/media/bomb", b"\0" * (RATIO_FROM_BYTES + 1))
    assert refusal(bomb).code == "too_large"


def test_small_entries_may_compress_well() -> None:
    assert read_sheets(with_part("xl/media/small", b"\0" * RATIO_FROM_BYTES), "x.xlsx")


def test_the_unpacked_size_of_all_entries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 70_000)
    error = refusal(POINTS)
    assert (error.code, "unpacked" in error.text_en) == ("too_large", True)


def test_the_number_of_entries_is_bounded() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(MAX_ENTRIES + 1):
            made.writestr(str(number), b"")
    assert refusal(out.getvalue()).code == "too_large"


def test_a_forged_size_does_not_help() -> None:
    forged = bytearray(with_part(SHEET, cell("x" * 5000)))
    at = forged.rindex(SHEET.encode()) - 46  # Its entry in the central directory.
    forged[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(forged)).code == "not_a_workbook"


def test_an_encrypted_or_damaged_entry_is_named() -> None:
    locked = bytearray(POINTS)
    at = locked.rindex(SHEET.encode()) - 46
    locked[at + 8] |= 1
    assert refusal(bytes(locked)).code == "not_a_workbook"
    assert refusal(POINTS[: len(POINTS) // 2]).code == "not_a_workbook"


@pytest.mark.parametrize("xml", ["", "<worksheet>", "no xml", "<a></b>", '<a b="&x;"/>'])
def test_broken_xml_is_named(xml: str) -> None:
    assert refusal(with_part(SHEET, xml)).code == "not_a_workbook"


def test_one_endless_tag_is_cut_short() -> None:
    # Digits of a counter, so that it does not compress like a bomb.
    attributes = " ".join(f'a{number}="{number * 7919}"' for number in range(MAX_TOKEN_BYTES // 8))
    began = time.monotonic()
    assert refusal(with_sheet(f"<row {attributes}/>")).code == "too_large"
    assert time.monotonic() - began < 2


def test_the_number_of_elements_is_bounded_over_all_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package, "MAX_ELEMENTS", 200)
    assert refusal(POINTS).code == "too_large"


def test_a_million_empty_rows_cost_nothing() -> None:
    # Without a declared dimension, as no program writes it and an attacker would.
    rows = "".join(f'<row r="{number}"/>' for number in range(2, 1_048_577))
    data = with_rows('<row r="1"><c r="A1"><v>1</v></c></row>' + rows)
    began = time.monotonic()
    [sheet] = read_sheets(data, "x.xlsx")
    assert time.monotonic() - began < 1
    assert (len(sheet.rows), sheet.cut_after) == (1, 1)


def test_a_cell_in_the_last_row_of_a_sheet_costs_nothing() -> None:
    data = with_sheet(
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData>'
    )
    [sheet] = read_sheets(data, "x.xlsx")
    assert (len(sheet.rows), sheet.cut_after) == (1, 1)
