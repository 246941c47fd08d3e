"""Stories that chance writes once in a hundred thousand rounds of the model; each was found by a campaign."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from modelhost import UNITS
from modellink import Crash, Trouble

from akk_tui.server import setup
from akk_tui.store.replica import Replica
from akk_tui.sync import errors

if TYPE_CHECKING:
    from modeldevice import Device
    from modelworld import World

UNIT = UNITS[3]
CYCLE, REGION = UNIT[:4], UNIT[5:]
KEY = f"{UNIT}:1.1"


class Cut(Trouble):
    """Of each pull only the first line comes through."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.random, lambda _: None, lambda: None)

    def of_push(self) -> str:
        return ""

    def of_pull(self) -> tuple[str, float]:
        return "cut", 0.0

    def on_reference(self) -> None:
        pass


@pytest.fixture
def everybody(world: World) -> World:
    world.reset("seldom", "all")
    for device in world.devices:
        device.round()
    return world


def tick(device: Device, state: str, seen: str) -> None:
    device.store.edit("assessment", KEY, {"item.1.1.1": state}, seen={"item.1.1.1": seen})


def killed_in_begin(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request was made and the reference data are here; of the pull itself nothing is."""

    def killed(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch, suppress(Crash):
        patch.setattr(Replica, "begin", killed)
        device.round()
    device.reopen()


def heal(world: World) -> None:
    for device in world.devices:
        device.note_saved()
    world.heal(give_back=False)


def test_a_region_that_was_taken_while_pulls_were_cut_comes_whole_from_a_restored_server(everybody: World) -> None:
    """Its rows are gone here, and the restored server takes them for here: it knew the last commit that we knew."""
    ani, _, budi = everybody.devices
    tick(ani, "diunggah", "belum_ada")
    ani.round()
    budi.round()
    everybody.host.backup()
    setup.unassign(everybody.host.database, "budi", [REGION], cycle=CYCLE)
    for _ in range(2):
        with suppress(errors.Cut):
            budi.round(Cut(budi), accept=True)
    assert budi.looked("SELECT 1 FROM unit WHERE unit = ?", (UNIT,)) == []
    everybody.host.restore()
    heal(everybody)


def test_a_row_from_before_a_cycle_was_closed_comes_when_it_is_opened_again(
    everybody: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request was made when the cycle was open as far as we knew: what did not come with it stays behind."""
    ani, _, budi = everybody.devices
    tick(ani, "diunggah", "belum_ada")
    ani.round()
    setup.set_cycle(everybody.host.database, CYCLE, "closed")
    budi.round()
    setup.set_cycle(everybody.host.database, CYCLE, "open")
    killed_in_begin(budi, monkeypatch)
    heal(everybody)


def test_a_cycle_that_is_opened_again_while_its_reference_is_fetched(
    everybody: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed in the pull, open in the reference that is fetched for it: which rows it left out is not known."""
    ani, _, budi = everybody.devices
    tick(ani, "diunggah", "belum_ada")
    ani.round()
    database, fetch = everybody.host.database, everybody.host.reference
    setup.set_cycle(database, CYCLE, "closed")
    with monkeypatch.context() as patch:

        def opened(name: str) -> object:
            setup.set_cycle(database, CYCLE, "open")
            return fetch(name)

        patch.setattr(everybody.host, "reference", opened)
        budi.round()
    assert len(budi.looked("SELECT 1 FROM base WHERE key = ?", (KEY,))) == 1
    setup.set_cycle(database, CYCLE, "closed")
    budi.round()
    setup.set_cycle(database, CYCLE, "open")
    killed_in_begin(budi, monkeypatch)
    heal(everybody)


def test_what_the_server_has_already_is_kept_by_the_servers_clock(everybody: World) -> None:
    """The clock of this computer is a year behind: the receipt is not 90 days old for that."""
    ani, _, budi = everybody.devices
    everybody.host.backup()
    budi_saw = "diverifikasi"
    tick(ani, budi_saw, "belum_ada")
    ani.round()
    budi.round()
    tick(budi, "diterima", budi_saw)
    with suppress(errors.Cut):
        budi.round(Lost(budi))
    budi.note_saved()
    tick(budi, "belum_ada", "diterima")
    everybody.host.restore()
    heal(everybody)


class Lost(Cut):
    """The push does not get through."""

    def of_push(self) -> str:
        return "drop"

    def of_pull(self) -> tuple[str, float]:
        return "", 0.0
