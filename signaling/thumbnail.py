"""The thumbnail by which a hall's picture is compared with the programme's. Pure: no I/O.

32 x 18 area-averaged luma: alike for every rendition of a picture (DESIGN.md, section 6).
"""

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 32, 18

Luma = npt.NDArray[np.uint8]


def luma_thumbnail(luma: Luma) -> Luma:
    """Return the (18, 32) thumbnail of a picture's luma plane.

    Args:
        luma: (height, width), at least 18 x 32.

    """
    height, width = luma.shape
    columns, rows = bounds(width, WIDTH), bounds(height, HEIGHT)
    # A band of rows at a time: ten times as fast as numpy's reduceat over both axes, and
    # sums of a band fit 16 bits up to 4608 lines.
    bands = np.empty((HEIGHT, width), np.uint16 if height <= 4608 else np.uint32)
    for band in range(HEIGHT):
        lines = luma[rows[band] : rows[band + 1]]
        np.add.reduce(lines, axis=0, dtype=bands.dtype, out=bands[band])
    sums = np.add.reduceat(bands, columns[:-1], axis=1, dtype=np.uint32)
    areas = np.outer(np.diff(rows), np.diff(columns))
    means: Luma = (sums // areas).astype(np.uint8)
    return means


def bounds(length: int, parts: int) -> npt.NDArray[np.intp]:
    """Return the ``parts + 1`` borders of as many nearly equal cells over ``length`` pixels."""
    return np.arange(parts + 1, dtype=np.intp) * length // parts
