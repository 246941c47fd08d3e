"""What happens to officers in the model: rounds over a bad link, and what others do to the server."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from modelhost import CYCLES, UNITS
from modellink import Trouble
from modelofficer import write_on
from modelpromises import Broken

from akk_tui.contract.errors import AkkError
from akk_tui.server import setup
from akk_tui.store.errors import EditRefused, NeedsConsent
from akk_tui.store.store import Store
from akk_tui.sync import errors

if TYPE_CHECKING:
    from modeldevice import Device
    from modelworld import World


def sync(world: World, device: Device) -> None:
    """A round over a bad link."""
    trouble = Trouble(world.random, world.fault, lambda: _meanwhile(world, device), torn=world.theme == "torn")
    try:
        device.round(trouble, accept=world.random.random() < 0.5)
    except (errors.Cut, errors.ServerBusy, NeedsConsent):
        pass
    except AkkError as error:
        raise Broken(f"{type(error).__name__}: {error.words()}") from error


def _meanwhile(world: World, device: Device) -> None:
    """While a pull is under way: the officer edits in another process, a colleague syncs, a region is moved."""
    what = world.random.randrange(3)
    if what == 0:
        other = Store.open(device.path, now=device.now, random_bits=device.random.getrandbits)
        with other:
            key = f"{world.random.choice(UNITS[2:5])}:1.1"
            with suppress(EditRefused):
                other.edit("assessment", key, {"owners": ["C"]}, seen=None)
    elif what == 1:
        other = next(one for one in world.devices if one is not device)
        with suppress(NeedsConsent):
            other.round()
        other.note_saved()
    else:
        move(world, device)


def restart(world: World, device: Device) -> None:
    """Killed with a batch under way."""
    device.store.queue.batch()
    device.reopen()
    world.fault("restart")


def move(world: World, device: Device) -> None:
    """A region is given or taken."""
    unit = world.random.choice(UNITS)
    done = setup.unassign if unit in world.host.scope(device.officer) else setup.assign
    done(world.host.database, device.officer, [unit[5:]], cycle=unit[:4])
    world.fault("move")


def cycle(world: World, _: Device) -> None:
    """A cycle is closed or opened."""
    cycle = world.random.choice(CYCLES)
    setup.set_cycle(world.host.database, cycle, "closed" if cycle in world.host.open_cycles() else "open")
    world.fault("cycle")


def role(world: World, device: Device) -> None:
    setup.set_role(world.host.database, device.officer, world.random.choice(("petugas", "verifikator", "admin")))
    world.fault("role")


def back_up(world: World, _: Device) -> None:
    world.host.backup()


def restore(world: World, _: Device) -> None:
    world.host.restore()
    world.fault("restore")


def lose(world: World, device: Device) -> None:
    """The server is restored to before a text that a colleague has seen and gone on from, who comes back first."""
    other = next(one for one in world.devices if one.officer != device.officer)
    key = f"{world.random.choice(UNITS[2:5])}:1.1"
    back_up(world, device)
    write_on(world, device, key)
    device.round(accept=True)
    other.round(accept=True)
    write_on(world, other, key)
    other.round(accept=True)
    restore(world, device)
    other.round(accept=True)
    other.note_saved()


def sleep(world: World, device: Device) -> None:
    """Days go by, or somebody sets the clock."""
    device.at += timedelta(days=world.random.choice((1, 2, 3_650, -3_650)))
