"""The few letters the film needs, as bitmaps; marks are put on letters. Pure: no I/O.

A glyph is 6 x 10: capitals and digits in rows 1..7, small letters in rows 3..7 with
descenders to row 9, marks above in rows 0..1, the dot below in row 9.
"""

import unicodedata

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 6, 10

Mask = npt.NDArray[np.bool_]

# First row, then the rows.
_LETTERS = {
    "0": (1, ".###. #...# #..## #.#.# ##..# #...# .###."),
    "1": (1, "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###."),
    "2": (1, ".###. #...# ....# ...#. ..#.. .#... #####"),
    "3": (1, ".###. #...# ....# ..##. ....# #...# .###."),
    "4": (1, "...#. ..##. .#.#. #..#. ##### ...#. ...#."),
    "5": (1, "##### #.... ####. ....# ....# #...# .###."),
    "6": (1, ".###. #.... #.... ####. #...# #...# .###."),
    "7": (1, "##### ....# ...#. ..#.. ..#.. ..#.. ..#.."),
    "8": (1, ".###. #...# #...# .###. #...# #...# .###."),
    "9": (1, ".###. #...# #...# .#### ....# ....# .###."),
    ":": (2, "..#.. ..#.. ..... ..#.. ..#.."),
    "–": (5, "#####"),
    "Đ": (1, ".###. .#..# .#..# ###.# .#..# .#..# .###."),
    "G": (1, ".###. #...# #.... #.### #...# #...# .###."),
    "a": (3, ".###. ....# .#### #...# .####"),
    "b": (1, "#.... #.... ####. #...# #...# #...# ####."),
    "g": (3, ".#### #...# #...# .#### ....# ....# .###."),
    "h": (1, "#.... #.... #.##. ##..# #...# #...# #...#"),
    "i": (1, "..#.. ..... .##.. ..#.. ..#.. ..#.. .###."),
    "m": (3, "##.#. #.#.# #.#.# #.#.# #.#.#"),
    "n": (3, "#.##. ##..# #...# #...# #...#"),
    "o": (3, ".###. #...# #...# #...# .###."),
    "p": (3, "####. #...# #...# #...# ####. #.... #...."),
    "s": (3, ".#### #.... .###. ....# ####."),
    "t": (1, ".#... .#... ####. .#... .#... .#..# ..##."),
    "u": (3, "#...# #...# #...# #..## .##.#"),
}
_MARKS = {
    "\u0300": (0, ".#... ..#.."),
    "\u0301": (0, "...#. ..#.."),
    "\u0302": (0, "..#.. .#.#."),
    "\u0309": (0, "..##. ..#.."),
    "\u031b": (2, ".....# ....#."),
    "\u0323": (9, "..#.."),
}


def draw(line: str, scale: int = 1) -> Mask:
    """Return a line of text as a mask, 10 x scale high and 6 x scale wide per letter.

    A letter that is not in the table leaves its place empty.
    """
    places: list[Mask] = []
    for character in unicodedata.normalize("NFD", line):
        if unicodedata.combining(character):
            places[-1] |= _bitmap(_MARKS, character)
        else:
            places.append(_bitmap(_LETTERS, character))
    mask = np.concatenate([np.zeros((HEIGHT, 0), dtype=np.bool_), *places], axis=1)
    return mask.repeat(scale, axis=0).repeat(scale, axis=1)


def _bitmap(table: dict[str, tuple[int, str]], character: str) -> Mask:
    glyph = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    top, rows = table.get(character, (0, ""))
    for row, line in enumerate(rows.split()):
        for column, dot in enumerate(line):
            glyph[top + row, column] = dot == "#"
    return glyph
