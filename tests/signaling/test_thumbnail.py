import numpy as np
import pytest

from signaling.thumbnail import HEIGHT, WIDTH, bounds, luma_thumbnail


@pytest.mark.parametrize(("width", "height"), [(320, 180), (640, 360), (33, 19), (32, 18)])
def test_each_cell_is_the_mean_of_its_pixels(width: int, height: int) -> None:
    luma = np.random.default_rng(1).integers(0, 256, (height, width), dtype=np.uint8)
    small = luma_thumbnail(luma)
    rows, columns = bounds(height, HEIGHT), bounds(width, WIDTH)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            cell = luma[rows[y] : rows[y + 1], columns[x] : columns[x + 1]]
            assert small[y, x] == int(cell.mean())


def test_renditions_of_one_picture_look_alike() -> None:
    small = np.arange(HEIGHT * WIDTH, dtype=np.uint32).reshape(HEIGHT, WIDTH) % 256
    picture = small.astype(np.uint8)
    large = picture.repeat(10, axis=0).repeat(10, axis=1)
    assert (luma_thumbnail(large) == picture).all()


def test_very_high_pictures_do_not_overflow() -> None:
    assert (luma_thumbnail(np.full((5000, 32), 255, np.uint8)) == 255).all()
