"""Two and ten processes of one officer at once: all edit and look, one syncs, and when it is killed another one does.

None ever hears that the store is locked, and nothing that any of them saved is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowd import Crowd
from killworld import Battle
from modelpromises import Broken

pytestmark = pytest.mark.no_cover


@pytest.fixture
def crowd(fast: Path) -> Iterator[Callable[..., Crowd]]:
    made: list[Crowd] = []

    def make(count: int, plant: str = "-") -> Crowd:
        made.append(Crowd(Battle(fast, officers=plant), count))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.battle.close()


@pytest.mark.parametrize("count", [2, 10])
def test_several_processes_of_one_officer(crowd: Callable[..., Crowd], count: int) -> None:
    world = crowd(count)
    world.all_work()
    for _ in range(1 if count == 2 else 3):
        world.kill_the_one_that_syncs()
    world.peace()
    assert len(world.officer.kept.ever) > count


def test_a_lock_that_stays_with_the_dead_is_found(crowd: Callable[..., Crowd], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crowd.TAKES_OVER", 2.0)
    world = crowd(3, "lock-that-stays")
    with pytest.raises(Broken, match="another one takes over"):
        world.kill_the_one_that_syncs()


def test_giving_up_at_once_is_found(crowd: Callable[..., Crowd]) -> None:
    world = crowd(4, "no-waiting")
    with pytest.raises(Broken, match="StoreBusy"):
        world.until(lambda: [one for one in world.sessions if not one.lines()] and None, "the store is in use")
