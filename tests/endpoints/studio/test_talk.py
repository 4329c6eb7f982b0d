import numpy as np
import pytest

from endpoints.studio.film import BLOCK, RATE_HZ, Film
from endpoints.studio.talk import ROUND_S, SCENES, Shows, Talk, scene_at

STARTS = [sum(scene.lasts_s for scene in SCENES[:n]) for n in range(len(SCENES))]


def blocks(at_s: float) -> range:
    first = round(at_s * RATE_HZ / BLOCK)
    return range(first, first + RATE_HZ // BLOCK)


@pytest.mark.parametrize(("width", "height"), [(320, 180), (640, 360)])
@pytest.mark.parametrize("number", range(len(SCENES)))
def test_each_scene_shows_and_says_what_it_is_to(width: int, height: int, number: int) -> None:
    talk, scene, at_s = Talk(width, height, 15), SCENES[number], STARTS[number]
    first, later = talk.picture(at_s * 15), talk.picture(at_s * 15 + 14)
    assert first.shape == Film(width, height).picture(0).shape
    assert (first == later).all() == (scene.shows is not Shows.FILM)
    assert (first[:height].std() == 0) == (scene.shows is Shows.BLACK)
    loud = max(np.abs(talk.sound(block)).max() for block in blocks(at_s))
    assert (loud > 1000) == scene.speaks


def test_slides_differ_from_each_other_and_from_those_of_the_round_before() -> None:
    talk = Talk()
    slides = [n for n, scene in enumerate(SCENES) if scene.shows is Shows.SLIDE]
    seen = [talk.picture(15 * (STARTS[n] + r * ROUND_S)) for n in slides for r in range(2)]
    assert len({picture.tobytes() for picture in seen}) == len(seen)


def test_there_is_no_moment_before_the_beginning() -> None:
    assert scene_at(0.0)[0] is SCENES[0]
    assert scene_at(ROUND_S - 0.01)[0] is SCENES[-1]
    with pytest.raises(ValueError, match="nan"):
        scene_at(float("nan"))
