"""``kill -9`` of officers and of their server, real processes over a real socket, at any moment.

Nothing that was said to be saved is lost, nothing is invented, nothing is carried out twice, and all converge.
``pytest -m campaign --rounds N`` kills N times and prints its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from killworld import Battle
from modelpromises import Broken

pytestmark = pytest.mark.no_cover

KILLS = 60
BUDGET = 50
"""Portions of eight kills within which a planted fault must be found; most are in the first."""
PLANTS = {
    "saved-before-commit": "officers",
    "commit-before-answer": "officers",
    "drop-on-conflict": "officers",
    "no-dedupe": "server",
    "last-write-wins": "server",
}
"""And where it is planted."""


@pytest.fixture
def battle(fast: Path) -> Iterator[Callable[..., Battle]]:
    made: list[Battle] = []

    def make(**plants: str) -> Battle:
        made.append(Battle(fast, **plants))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_nothing_is_lost_invented_or_repeated(battle: Callable[..., Battle]) -> None:
    world = battle()
    world.run("kills", KILLS)
    assert world.counted["operations"] > KILLS


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_found(battle: Callable[..., Battle], name: str) -> None:
    world = battle(**{PLANTS[name]: name})

    def look() -> None:
        for number in range(BUDGET):
            world.run(f"{name}-{number}", 8)

    with pytest.raises(Broken):
        look()


@pytest.mark.campaign
def test_nothing_is_lost_in_many_kills(
    battle: Callable[..., Battle], pytestconfig: pytest.Config, tell: Callable[[str], None]
) -> None:
    kills = min(int(pytestconfig.getoption("rounds")), 100_000)
    world = battle()
    lost = 0
    for number in range(0, kills, 50):
        try:
            world.run(f"campaign-{number}", 50)
        except Broken as cause:
            lost += 1
            tell(f"campaign-{number}: {cause}")
            break
    tell(f"{world.figures()}, {lost} losses")
    assert not lost
