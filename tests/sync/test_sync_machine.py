"""The model's world driven by Hypothesis: what it finds it makes as short as it can.

The same acts, promises and planted faults as ``test_sync_model``, where chance writes the scripts. ``pytest -m campaign
--rounds N`` runs about so many rounds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import modelevents
import modelofficer
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, RuleBasedStateMachine, run_state_machine_as_test
from modelfaults import PLANTS
from modellink import Crash
from modelpromises import Broken
from modelworld import World

pytestmark = pytest.mark.no_cover

EXAMPLES = 25
STEPS = 20
BUDGET = 400
"""Examples within which a planted fault must be found."""
ROUNDS_OF_ONE = 11
"""Of an example, about."""
FOUND = {
    "no-dedupe": (),
    "commit-before-answer": (),
    "last-write-wins": pytest.mark.campaign,
    "drop-on-conflict": pytest.mark.campaign,
}
"""What is met without several rare things in a row; chance finds the others in ``test_sync_model``."""

chances = st.randoms(use_true_random=False)
devices = st.integers(0, 2)


class Machine(RuleBasedStateMachine):
    """One script. ``world`` is the one that all scripts share, each from its beginning."""

    world: World

    def teardown(self) -> None:
        self.world.random = random.Random(0)
        self.world.heal()
        self.world.counted["runs"] += 1

    @initialize()
    def start(self) -> None:
        self.world.reset("machine", "all")

    def do(self, act: Any, chance: random.Random, device: int) -> None:
        self.world.random = chance
        one = self.world.devices[device]
        act(self.world, one)
        one.note_saved()
        modelofficer.look_at_drafts(one)

    @rule(chance=chances, device=devices)
    def edit(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.edit, chance, device)

    @rule(chance=chances, device=devices)
    def open_menu(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.open_menu, chance, device)

    @rule(chance=chances, device=devices)
    def save_menu(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.save_menu, chance, device)

    @rule(chance=chances, device=devices)
    def write(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.write, chance, device)

    @rule(chance=chances, device=devices)
    def note(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.note, chance, device)

    @rule(chance=chances, device=devices)
    def settle(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.settle, chance, device)

    @rule(chance=chances, device=devices)
    def undo(self, chance: random.Random, device: int) -> None:
        self.do(modelofficer.undo, chance, device)

    @rule(chance=chances, device=devices)
    def sync(self, chance: random.Random, device: int) -> None:
        self.do(killed(modelevents.sync), chance, device)

    @rule(chance=chances, device=devices)
    def sync_once_more(self, chance: random.Random, device: int) -> None:
        self.do(killed(modelevents.sync), chance, device)

    @rule(device=devices)
    def restart(self, device: int) -> None:
        self.do(modelevents.restart, self.world.random, device)

    @rule(chance=chances, device=devices)
    def move(self, chance: random.Random, device: int) -> None:
        self.do(modelevents.move, chance, device)

    @rule(chance=chances)
    def cycle(self, chance: random.Random) -> None:
        self.do(modelevents.cycle, chance, 0)

    @rule(chance=chances, device=devices)
    def role(self, chance: random.Random, device: int) -> None:
        self.do(modelevents.role, chance, device)

    @rule()
    def back_up(self) -> None:
        self.do(modelevents.back_up, self.world.random, 0)

    @rule()
    def restore(self) -> None:
        self.do(modelevents.restore, self.world.random, 0)

    @rule(chance=chances, device=devices)
    def sleep(self, chance: random.Random, device: int) -> None:
        self.do(modelevents.sleep, chance, device)


def killed(act: Any) -> Any:
    """The act, in which the process may be killed."""

    def tried(world: World, device: Any) -> None:
        try:
            act(world, device)
        except Crash:
            device.reopen()

    return tried


def look(world: World, examples: int, *phases: Phase) -> None:
    machine = type("Scripts", (Machine,), {"world": world})
    wanted = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(machine, settings=wanted)


def test_scripts_of_hypothesis_break_no_promise(world: World) -> None:
    look(world, EXAMPLES, Phase.generate)
    assert world.counted["runs"] >= EXAMPLES


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks) for name, marks in FOUND.items()])
def test_a_planted_fault_is_found(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    PLANTS[name](monkeypatch, world)
    with pytest.raises(Broken):
        look(world, BUDGET, Phase.generate)


@pytest.mark.campaign
def test_many_scripts_of_hypothesis(world: World, pytestconfig: pytest.Config, tell: Callable[[str], None]) -> None:
    look(world, max(1, int(pytestconfig.getoption("rounds")) // ROUNDS_OF_ONE), Phase.generate, Phase.shrink)
    tell(f"{world.figures()}, 0 losses")
