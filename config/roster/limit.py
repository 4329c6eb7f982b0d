"""How large a roster may be before it is taken for an attack. Pure: numbers only.

Everything is refused before it is unpacked where the file declares its size, and while it
streams where it does not. A town of 32,000 members with ten columns fits three times.
"""

MAX_FILE_BYTES = 10 * 2**20
"The file as it lies on the disk."

MAX_UNPACKED_BYTES = 60 * 2**20
"All entries of a workbook together, as they declare themselves."

MAX_ENTRIES = 200
"Files inside a workbook."

MAX_RATIO = 200
"Unpacked over packed bytes of one entry; only asked of entries over RATIO_FROM_BYTES."

RATIO_FROM_BYTES = 2**20
"Small entries compress absurdly well without harm."

MAX_TOKEN_BYTES = 2**20
"One tag or one run of text in the XML."

MAX_ELEMENTS = 1_500_000
"XML elements of a workbook; reading that many takes about two seconds (measured 2026-11, 2 cores)."

MAX_SCANNED_ROWS = 100_000
"Rows looked at in one sheet, the empty ones included."

MAX_ROWS = 50_000
"Rows with something in them, of one sheet."

MAX_COLUMNS = 100
"A filled cell further right refuses the file; empty ones are ignored."

MAX_EMPTY_ROWS = 1_000
"That many empty rows in a row end the sheet."

MAX_CELL_CHARS = 1_000
"One cell of a column that is read."

MAX_SPANS = 20_000
"Merged ranges of one sheet."

MAX_PEOPLE = 100_000
"Members of one row."
