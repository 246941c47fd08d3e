"""Work that is carried in the model: a stick with operations, the server that judges it, a stick with the answers.

Sealing and signing are left out: who wrote a file is not what the model is about. Sticks are lost, come late, come
twice, and in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.contract.codec import decode
from akk_tui.contract.records import AnswerLine, PushEnd
from akk_tui.server.errors import Diverged
from akk_tui.store import carry

if TYPE_CHECKING:
    from modeldevice import Device
    from modelworld import World

THEME: dict[str, float] = {
    "edit": 6,
    "carry_out": 6,
    "bring": 6,
    "hear": 6,
    "sync": 5,
    "undo": 3,
    "back_up": 2,
    "restore": 2,
    "move": 1.5,
    "cycle": 1,
}


def carry_out(world: World, device: Device) -> None:
    """What waits goes onto a stick."""
    with device.store.db.write():
        load = carry.load(device.store)
        carry.mark(device.store, load)
    world.sticks.append((device, load.operations, device.store.witness()))


def bring(world: World, _: Device) -> None:
    """Some stick reaches the server; it stays in a drawer and may be brought again."""
    if not world.sticks:
        return
    device, operations, witness = world.random.choice(world.sticks)
    try:
        *lines, end = world.host.push(device.officer, operations, witness)
    except Diverged:
        world.fault("refused stick")
        return
    world.counted["sticks"] += 1
    world.told.append((device, [decode(AnswerLine, line) for line in lines], decode(PushEnd, end)))


def hear(world: World, _: Device) -> None:
    """Some answers come back, perhaps for the second time, perhaps late."""
    if world.told:
        device, lines, end = world.random.choice(world.told)
        if carry.answered(device.store, lines, end) is None:
            world.fault("late answers")
        device.note_saved()
