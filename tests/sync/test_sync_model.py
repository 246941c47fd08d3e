"""The promises under everything that can go wrong at once: random scripts over the real client and server, in process.

A round is one device's push and pull. Every planted fault must be found; without one nothing may be.
``pytest -m campaign --rounds N tests/sync/test_sync_model.py`` (or ``--scripts N``) runs the long form and prints its
figures.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from modelfaults import CARRIED, PLANTS
from modelpromises import Broken
from modelworld import World

from akk_tui.server import feed

# The tracer would double what the many random runs take.
pytestmark = pytest.mark.no_cover

ROUNDS = 2_500
"""Of each of the two parts, in scripts of 14 acts, each until all is at rest again: some 11 rounds."""
RUNS = 200
"""What the scripts of a theme are a share of."""
LONGER = 24
"""Acts of a script in which sticks go there and back."""
BUDGET = 400
"""Runs in which a planted fault must be found."""
THEME = {
    "no-mark": "restore",
    "no-reoffer": "restore",
    "mark-on-pull-only": "torn",
    "purge-outbox": "scope",
    "dead-forbidden": "scope",
    "cycle-blind-cursor": "cycle",
    "was-at-commit": "seen",
    "older-as-newer": "lost",
}
"""Where a fault is looked for; the others are looked for everywhere."""
SCRIPTED = ("mark-at-end-only", "mark-of-row")
"""What chance finds once in hundreds of runs has a script of its own."""


@pytest.mark.parametrize("part", range(2))
def test_nothing_is_lost_invented_or_repeated_and_all_converge(world: World, part: int) -> None:
    while world.counted["rounds"] < ROUNDS:
        world.run(f"{part}-{world.counted['runs']}")
    assert world.counted["operations"] > ROUNDS / 7
    assert world.counted["faults"] > ROUNDS / 7


def test_no_word_of_a_text_goes_where_nobody_takes_it_out(world: World) -> None:
    for number in range(RUNS // 2):
        world.run(f"texts-{number}", theme="texts" if number % 4 else "lost")
    assert world.counted["words"] > RUNS
    assert world.counted["merged"] > RUNS // 4


def test_rows_of_a_pull_that_was_cut_are_not_trusted_after_a_restore(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POINT_ROWS", 1)
    world.torn_pull()


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_found(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    PLANTS[name](monkeypatch, world)

    if name in SCRIPTED:
        monkeypatch.setattr(feed, "POINT_ROWS", 1)
        with pytest.raises(Broken):
            world.torn_pull()
        return

    def look() -> None:
        for number in range(BUDGET):
            world.run(f"{name}-{number}", theme=THEME.get(name))

    with pytest.raises(Broken):
        look()


def test_work_that_is_carried_keeps_all_promises(world: World) -> None:
    for number in range(RUNS // 4):
        world.run(f"carried-{number}", LONGER, theme="carried")
    assert world.counted["sticks"] > RUNS // 4
    assert world.counted["late answers"] > 0


@pytest.mark.parametrize("name", CARRIED)
def test_a_fault_in_what_is_carried_is_found(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    CARRIED[name](monkeypatch, world)

    def look() -> None:
        for number in range(BUDGET):
            world.run(f"carried-{number}", LONGER, theme="carried")

    with pytest.raises(Broken):
        look()


@pytest.mark.campaign
@pytest.mark.parametrize("part", range(2))
def test_nothing_is_found_in_many_rounds(
    world: World, pytestconfig: pytest.Config, tell: Callable[[str], None], part: int
) -> None:
    """Each part makes half of them, so that ``-n 2`` uses two processors; AKK_MODEL_SEED begins elsewhere."""
    scripts = pytestconfig.getoption("scripts")
    unit, wanted = ("rounds", pytestconfig.getoption("rounds")) if scripts is None else ("started", scripts)
    start = int(os.environ.get("AKK_MODEL_SEED", "0"))
    lost = 0
    while world.counted[unit] < wanted / 2:
        seed = f"campaign-{part}-{start + world.counted['started']}"
        world.counted["started"] += 1
        try:
            world.run(seed)
        except Broken as cause:
            lost += 1
            tell(f"{seed}: {cause}")
    tell(f"{world.figures()}, {lost} losses")
    assert not lost
