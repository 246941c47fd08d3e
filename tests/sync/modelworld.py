"""The world of the model: a server, devices, and scripts that a seed decides; the promises are in ``modelpromises``."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import modelthemes
from modeldevice import Device
from modelevents import restore
from modelhost import CYCLES, Host, OFFICERS, REGIONS, UNITS
from modellink import Crash, Torn
from modelofficer import edit, look_at_drafts, retry
from modelpromises import Broken, look_at, look_at_log, look_at_words

from akk_tui.contract.errors import AkkError
from akk_tui.contract.records import AnswerLine, Operation, PushEnd, Witness
from akk_tui.server import setup
from akk_tui.store.store import Store
from akk_tui.sync import errors

DEVICES = (("ani", "laptop"), ("ani", "shared"), ("budi", "laptop"))
STEPS = 14
"""Of a script, before everything heals."""
_QUIET = 14


class World:
    """A server, three devices of two officers, and a seed that decides everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = Host(folder)
        self.counted: Counter[str] = Counter()
        self.devices = [Device(self, officer, name) for officer, name in DEVICES]
        for device in self.devices:
            device.round()
            device.freeze()
        self.random = random.Random(0)
        self.theme = "all"
        self.sticks: list[tuple[Device, tuple[Operation, ...], Witness | None]] = []
        self.told: list[tuple[Device, list[AnswerLine], PushEnd]] = []

    def close(self) -> None:
        for device in self.devices:
            device.store.close()
        self.host.close()

    def run(self, seed: str, steps: int = STEPS, theme: str | None = None) -> None:
        """One script from a fresh world, then everything heals and all promises are looked at."""
        self.reset(seed, theme)
        for _ in range(steps):
            self.step()
        if self.theme == "torn":
            # The server is restored while some client has rows of a pull that never ended.
            restore(self, self.devices[0])
            for _ in range(4):
                edit(self, self.random.choice(self.devices))
        self.heal()
        self.counted["runs"] += 1

    def reset(self, seed: str, theme: str | None = None) -> None:
        self.random = random.Random(seed)
        self.theme = theme or self.random.choice(list(modelthemes.THEMES))
        self.host.reset()
        self.sticks, self.told = [], []
        for device in self.devices:
            device.reset(seed)

    def torn_pull(self) -> None:
        """One script that chance seldom writes: a row moves up behind the cut of a pull, and the server goes back.

        Budi's second edit of the criterion is in no backup and comes in no more, since in the backup the region is
        not his: Ani, who had only the other row when her pull was cut, needs the first edit.
        """
        self.reset("torn pull", "all")
        ani, _, budi = self.devices
        unit = UNITS[3]
        database, region = self.host.database, [unit[5:]]
        budi.store.edit("criterion", f"{unit}:mcp", {"value": "60"}, seen=None)
        budi.round()
        budi.store.edit("assessment", f"{unit}:1.1", {"owners": ["A"]}, seen=None)
        budi.round()
        setup.unassign(database, "budi", region, cycle=unit[:4])
        self.host.backup()
        setup.assign(database, "budi", region, cycle=unit[:4])
        budi.round()
        budi.store.edit("criterion", f"{unit}:mcp", {"value": "61"}, seen=None)
        budi.round()
        with suppress(errors.Cut):
            ani.round(Torn())
        self.host.restore()
        for device in self.devices:
            device.note_saved()
        self.heal(give_back=False)

    def figures(self) -> str:
        names = ("runs", "rounds", "operations", "faults")
        return ", ".join(f"{self.counted[name]} {name}" for name in names)

    def fault(self, name: str) -> None:
        """Count something that went wrong."""
        self.counted["faults"] += 1
        self.counted[name] += 1

    def step(self) -> None:
        device = self.random.choice(self.devices)
        act = modelthemes.draw(self.theme, self.random)
        crash = self.random.random() < 0.06
        if crash:
            burn(device.store, self.random.randrange(1, 30))
        try:
            act(self, device)
        except Crash:
            self.counted["faults"] += 1
            device.reopen()
        else:
            if crash:
                device.reopen()
        device.note_saved()
        look_at_drafts(device)

    def heal(self, *, give_back: bool | None = None) -> None:
        """Everybody may work again and syncs on a good link until nothing moves; then the promises are looked at.

        ``give_back``: the regions that were taken are given again (None: by chance).
        """
        give_back = self.random.random() < 0.6 if give_back is None else give_back
        for cycle in set(CYCLES) - self.host.open_cycles():
            setup.set_cycle(self.host.database, cycle, "open")
        for officer in OFFICERS:
            setup.set_role(self.host.database, officer, "petugas")
        rested: dict[Device, int] = {}
        now = self.host.seq()
        for turn in range(_QUIET):
            if turn == 1 and give_back:
                self._give_back()
                rested.clear()
                now = self.host.seq()
            for device in self.random.sample(self.devices, len(self.devices)):
                before = now
                # Between whoever sent nothing and a server where nothing has happened since, nothing would happen now.
                if rested.get(device) == before:
                    continue
                try:
                    device.round(accept=True)
                    # What was refused under other rights or in a closed cycle is sent again on a key.
                    again = not turn and retry(self, device)
                except AkkError as error:
                    raise Broken(f"no peace: {type(error).__name__} {error.words()}") from error
                device.note_saved()
                now = self.host.seq()
                # What was taken is deleted when a second pull confirms it.
                leaving = device.store.db.value("SELECT count(*) FROM unit WHERE leaving")
                if before == now and not again and not leaving:
                    rested[device] = before
            if turn and all(rested.get(device) == now for device in self.devices):
                break
        else:
            raise Broken("it never comes to rest")
        log, rows = self.host.log(), self.host.rows()
        self.counted["operations"] += len(log)
        look_at_log(self.devices, log, rows)
        self.counted["words"] += look_at_words(self.devices, rows)
        self.counted["merged"] += sum(
            device.store.db.value("SELECT count(*) FROM discarded WHERE reason = 'merged' AND field = 'summary'")
            for device in self.devices
        )
        for device in self.devices:
            look_at(device, {row.op for row in log}, rows, self.host.scope(device.officer))

    def _give_back(self) -> None:
        """Everybody has the regions of the beginning again."""
        for officer in OFFICERS:
            units = self.host.scope(officer)
            for cycle in CYCLES:
                gone = [region for region in REGIONS[:2] if f"{cycle}:{region}" not in units]
                if gone:
                    setup.assign(self.host.database, officer, gone, cycle=cycle)


def burn(store: Store, count: int) -> None:
    """The process is killed at the statement with this number."""
    db = store.db
    before = db.execute
    left = [count]

    def execute(sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        left[0] -= 1
        if left[0] == 0:
            raise Crash
        return before(sql, parameters)

    db.execute = execute  # pyright: ignore[reportAttributeAccessIssue]
