"""Random scripts of officers and devices against the real server's code; the promises are in ``modelpromises``."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any

from modelhost import Crash, CYCLES, Host, Link, OFFICERS, REGIONS, Torn, Trouble
from modelpromises import Broken, ITEMS, look_at, look_at_log

from akk_tui.contract import codec
from akk_tui.contract.errors import AkkError
from akk_tui.contract.states import unpack
from akk_tui.server import setup
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import ChecksumMismatch, EditRefused, NeedsConsent, PullRefused
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.sync import errors
from akk_tui.sync.engine import Engine

DEVICES = (("ani", "laptop"), ("ani", "shared"), ("budi", "laptop"))
STATES = ("belum_ada", "diunggah", "diverifikasi", "diterima")
UNITS = tuple(f"{cycle}:{region}" for cycle in CYCLES for region in REGIONS)
STEPS = 14
"""Of a script, before everything heals."""
_QUIET = 14


class Device:
    """One store of one officer; ``ever`` is each operation that was ever saved here, as it was saved first."""

    def __init__(self, world: World, officer: str, name: str) -> None:
        self.world, self.officer, self.name = world, officer, f"{officer}-{name}"
        self.path = world.folder / f"{self.name}.db"
        self.template = world.folder / f"{self.name}.template"
        self.at = datetime(2025, 10, 6, tzinfo=UTC)
        self.random = random.Random(self.name)
        self.ever: dict[str, tuple[Any, ...]] = {}
        self.drafts: dict[str, str] = {}
        self.open_editor: tuple[str, str, str, Any] | None = None
        self.store = self._open()

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def _open(self) -> Store:
        return Store.open(self.path, now=self.now, random_bits=self.random.getrandbits)

    def reopen(self) -> None:
        """The process was killed and is started again."""
        self.store.close()
        self.open_editor = None
        self.store = self._open()

    def freeze(self) -> None:
        self.store.close()
        shutil.copyfile(self.path, self.template)
        self.store = self._open()

    def reset(self, seed: str) -> None:
        self.store.close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        for copy in self.path.parent.glob(f"{self.path.name}.before*"):
            copy.unlink()
        shutil.copyfile(self.template, self.path)
        self.random = random.Random(f"{seed} {self.name}")
        self.at = datetime(2025, 10, 6, tzinfo=UTC)
        self.ever, self.drafts, self.open_editor = {}, {}, None
        self.store = self._open()

    def round(self, trouble: Trouble | None = None, accept: bool = False) -> None:
        self.world.counted["rounds"] += 1
        link = Link(self.world.host, self.officer, self.note_saved, trouble)
        Engine(self.store, link, now=lambda: 0.0, accept_deletions=accept).round()

    def outbox(self) -> list[tuple[Any, ...]]:
        """op, kind, key, field, state, prev, undoes, requested, body in the author's order."""
        found = self.store.db.execute(
            "SELECT op, kind, key, field, state, body, undoes, requested, unit FROM outbox ORDER BY n"
        ).fetchall()
        return [(*row[:5], codec.decode(dict[str, Any], row[5]), *row[6:]) for row in found]

    def note_saved(self) -> None:
        """Remember what is in the outbox; one that is known must be what it was."""
        for op, kind, key, _, _, body, _, _, _ in self.outbox():
            said = (kind, key, body["set"], body["was"])
            if self.ever.setdefault(op, said) != said:
                raise Broken(f"an operation changed: {op} {said}")


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
        self._acts = _acts(THEMES["all"])
        self._theme = "all"

    def close(self) -> None:
        for device in self.devices:
            device.store.close()
        self.host.close()

    def run(self, seed: str, steps: int = STEPS, theme: str | None = None) -> None:
        """One script from a fresh world, then everything heals and all promises are looked at."""
        self.reset(seed, theme)
        for _ in range(steps):
            self.step()
        if self._theme == "torn":
            # The server is restored while some client has rows of a pull that never ended.
            self.restore(self.devices[0])
            for _ in range(4):
                self.edit(self.random.choice(self.devices))
        self.heal()
        self.counted["runs"] += 1

    def reset(self, seed: str, theme: str | None = None) -> None:
        self.random = random.Random(seed)
        self._theme = theme or self.random.choice(list(THEMES))
        self._acts = _acts(THEMES[self._theme])
        self.host.reset()
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

    # what may happen

    def step(self) -> None:
        device = self.random.choice(self.devices)
        act = self.random.choices(*self._acts)[0]
        crash = self.random.random() < 0.06
        if crash:
            _burn(device.store, self.random.randrange(1, 30))
        try:
            act(self, device)
        except Crash:
            self.counted["faults"] += 1
            device.reopen()
        else:
            if crash:
                device.reopen()
        device.note_saved()
        self._look_at_drafts(device)

    def edit(self, device: Device) -> None:
        """An edit of what is on the screen now."""
        unit = self.random.choice(UNITS)
        what = self.random.randrange(4)
        store = device.store
        if what == 0:
            owners = self.random.sample("ABC", self.random.randrange(1, 3))
            _try(lambda: store.edit("assessment", f"{unit}:1.1", {"owners": owners}, seen=None))
        elif what == 1:
            value = {"value": f"{self.random.randrange(60, 63)}"}
            _try(lambda: store.edit("criterion", f"{unit}:mcp", value, seen=None))
        elif what == 2:
            value = {"value": f"{self.random.randrange(60, 63)}"}
            _try(lambda: store.edit("score", f"{unit}:2025-09-08", value, seen=None))
        else:
            self.open_menu(device)
            self.save_menu(device)

    def open_menu(self, device: Device) -> None:
        """An item's menu is opened, or it is on the screen already."""
        unit, item = self.random.choice(UNITS[3:5]), self.random.choice(list(ITEMS))
        if self._theme == "seen":
            unit, item = UNITS[3], "1.1.1"
        row = Overlay(device.store.db).effective("assessment", f"{unit}:1.1")
        device.open_editor = (unit, item, f"item.{item}", unpack(row.get("items", ""), ITEMS[item]))

    def save_menu(self, device: Device) -> None:
        """What was opened, maybe a while ago, is saved: the operation says what was seen then."""
        if device.open_editor is None:
            self.open_menu(device)
        assert device.open_editor is not None
        unit, _, name, seen = device.open_editor
        device.open_editor = None
        key = f"{unit}:1.1"
        before = {row[0] for row in device.outbox() if row[3] == name and row[2] == key}
        wanted = self.random.choice(STATES)
        made = _try(lambda: device.store.edit("assessment", key, {name: wanted}, seen={name: seen}))
        if made is None or made.op is None or made.op in before:
            return
        saved = next(row for row in device.outbox() if row[0] == made.op)
        if not before and saved[5]["was"] != {name: seen}:
            raise Broken(f"an operation does not say what its author saw: {saved[5]} {seen}")
        row = Overlay(device.store.db).effective("assessment", key)
        if unpack(row.get("items", ""), ITEMS[name[5:]]) != wanted:
            raise Broken("what was saved is not shown")

    def write(self, device: Device) -> None:
        """A note is typed, which makes a draft, and saved."""
        unit = self.random.choice(UNITS[2:])
        id_ = f"d{device.random.getrandbits(40)}"
        body = f"Isi {id_}"
        draft = Draft(id_, None, unit[5:], unit[:4], "A", body, (), None, device.now(), 1)
        device.store.drafts.save(draft)
        device.drafts[id_] = body
        fields = {"cycle": unit[:4], "region": unit[5:], "subject": unit[5:], "title": "A", "body": body}
        _try(lambda: device.store.create("note", fields, draft=id_))

    def note(self, device: Device) -> None:
        """A note is edited or deleted."""
        notes = sorted(Overlay(device.store.db).effective_rows("note"))
        if not notes:
            return
        key = self.random.choice(notes)
        if self.random.random() < 0.25:
            _try(lambda: device.store.delete_note(key))
        else:
            values = {"title": self.random.choice("ABC"), "tags": self.random.sample("xyz", 2)}
            _try(lambda: device.store.edit("note", key, values, seen=None))

    def sync(self, device: Device) -> None:
        """A round over a bad link."""
        trouble = Trouble(self.random, self._fault, lambda: self._meanwhile(device), torn=self._theme == "torn")
        try:
            device.round(trouble, accept=self.random.random() < 0.5)
        except (errors.Cut, errors.ServerBusy, NeedsConsent):
            pass
        except AkkError as error:
            raise Broken(f"{type(error).__name__}: {error.words()}") from error

    def _fault(self, name: str) -> None:
        self.counted["faults"] += 1
        self.counted[name] += 1

    def _meanwhile(self, device: Device) -> None:
        """While a pull is under way: the officer edits in another process, a colleague syncs, a region is moved."""
        what = self.random.randrange(3)
        if what == 0:
            other = Store.open(device.path, now=device.now, random_bits=device.random.getrandbits)
            with other:
                key = f"{self.random.choice(UNITS[2:5])}:1.1"
                with suppress(EditRefused):
                    other.edit("assessment", key, {"owners": ["C"]}, seen=None)
        elif what == 1:
            other = next(one for one in self.devices if one is not device)
            with suppress(NeedsConsent):
                other.round()
            other.note_saved()
        else:
            self.move(device)

    def settle(self, device: Device) -> None:
        """A conflict is answered."""
        clashes = Conflicts(device.store).list()
        if clashes:
            clash = self.random.choice(clashes)
            op = self.random.choice(clash.rows).op
            choice = self.random.choice(("mine", "theirs"))
            _try(lambda: device.store.resolve(op, choice, shown=clash.theirs))

    def undo(self, device: Device) -> None:
        """The newest step is taken back, or done again."""
        if self.random.random() < 0.7:
            _try(device.store.undo)
            return
        inverses = {row[0] for row in device.outbox() if row[6] is not None and not row[7]}
        _try(device.store.redo)
        # Doing again what was undone takes the undoing back, as if it had never been asked for.
        for op in inverses - {row[0] for row in device.outbox()}:
            del device.ever[op]

    def retry(self, device: Device) -> None:
        """Refused work is sent again on a key."""
        for row in device.outbox():
            if row[4] == "rejected":
                device.store.retry(row[0])

    def restart(self, device: Device) -> None:
        """Killed with a batch under way."""
        device.store.queue.batch()
        device.reopen()
        self._fault("restart")

    def move(self, device: Device) -> None:
        """A region is given or taken."""
        unit = self.random.choice(UNITS)
        done = setup.unassign if unit in self.host.scope(device.officer) else setup.assign
        done(self.host.database, device.officer, [unit[5:]], cycle=unit[:4])
        self._fault("move")

    def cycle(self, _: Device) -> None:
        """A cycle is closed or opened."""
        cycle = self.random.choice(CYCLES)
        setup.set_cycle(self.host.database, cycle, "closed" if cycle in self.host.open_cycles() else "open")
        self._fault("cycle")

    def role(self, device: Device) -> None:
        setup.set_role(self.host.database, device.officer, self.random.choice(("petugas", "verifikator", "admin")))
        self._fault("role")

    def back_up(self, _: Device) -> None:
        self.host.backup()

    def restore(self, _: Device) -> None:
        self.host.restore()
        self._fault("restore")

    def sleep(self, device: Device) -> None:
        """Days go by, or somebody sets the clock."""
        device.at += timedelta(days=self.random.choice((1, 2, 3_650, -3_650)))

    # afterwards

    def heal(self, *, give_back: bool | None = None) -> None:
        """Everybody may work again and syncs on a good link until nothing moves; then the promises are looked at.

        ``give_back``: the regions that were taken are given again (None: by chance).
        """
        give_back = self.random.random() < 0.6 if give_back is None else give_back
        for cycle in set(CYCLES) - self.host.open_cycles():
            setup.set_cycle(self.host.database, cycle, "open")
        for officer in OFFICERS:
            setup.set_role(self.host.database, officer, "petugas")
        before = self._state()
        for turn in range(_QUIET):
            if turn == 1 and give_back:
                self._give_back()
            for device in self.random.sample(self.devices, len(self.devices)):
                try:
                    device.round(accept=True)
                    if turn == 0:
                        # What was refused under other rights or in a closed cycle is sent again on a key.
                        self.retry(device)
                except AkkError as error:
                    raise Broken(f"no peace: {type(error).__name__} {error.words()}") from error
                device.note_saved()
            now = self._state()
            if now == before and turn:
                break
            before = now
        else:
            raise Broken("it never comes to rest")
        log, rows = self.host.log(), self.host.rows()
        self.counted["operations"] += len(log)
        look_at_log(self.devices, log, rows)
        for device in self.devices:
            look_at(device, {row.op for row in log}, rows)

    def _state(self) -> list[Any]:
        return [self.host.seq(), *([*device.outbox(), device.store.witness()] for device in self.devices)]

    def _give_back(self) -> None:
        """Everybody has the regions of the beginning again."""
        for officer in OFFICERS:
            units = self.host.scope(officer)
            for cycle in CYCLES:
                gone = [region for region in REGIONS[:2] if f"{cycle}:{region}" not in units]
                if gone:
                    setup.assign(self.host.database, officer, gone, cycle=cycle)

    def _look_at_drafts(self, device: Device) -> None:
        if not device.drafts:
            return
        typed = {draft.body for draft in device.store.drafts.list()}
        kept = {str(said[2].get("body")) for said in device.ever.values()}
        for id_, body in list(device.drafts.items()):
            if body in kept:
                del device.drafts[id_]
            elif body not in typed:
                raise Broken(f"what was typed is gone: {device.name} {id_}")


Act = Callable[[World, Device], None]


_WEIGHTS: dict[str, float] = {
    "edit": 9,
    "open_menu": 1,
    "save_menu": 2,
    "write": 2,
    "note": 2,
    "sync": 9,
    "settle": 2,
    "undo": 2,
    "retry": 0.5,
    "restart": 0.7,
    "move": 1,
    "cycle": 0.5,
    "role": 0.3,
    "back_up": 0.7,
    "restore": 0.7,
    "sleep": 0.5,
}
THEMES: dict[str, dict[str, float]] = {
    "all": {},
    "restore": {
        "edit": 12,
        "sync": 16,
        "back_up": 0.7,
        "restore": 2,
        "write": 0.3,
        "undo": 0.3,
        "settle": 0.3,
        "note": 0.3,
    },
    "torn": {
        "edit": 12,
        "sync": 16,
        "back_up": 0.5,
        "restore": 0,
        "write": 0,
        "undo": 0,
        "settle": 0,
        "move": 0,
        "cycle": 0,
    },
    "scope": {"move": 5, "cycle": 0.2, "settle": 0.5},
    "cycle": {"cycle": 4, "move": 0.5, "retry": 2},
    "seen": {"open_menu": 6, "save_menu": 8, "edit": 1, "note": 0.5, "write": 0.5, "restore": 0.2},
}
"""What happens oftener, or seldomer, in some runs: what needs three rare things in a row is met there."""


def _acts(theme: dict[str, float]) -> tuple[list[Act], list[float]]:
    weights = _WEIGHTS | theme
    return [getattr(World, name) for name in weights], list(weights.values())


def _try(work: Callable[[], Any]) -> Any:
    """What an officer does; None when it is refused in words."""
    try:
        return work()
    except (EditRefused, PullRefused, ChecksumMismatch):
        return None


def _burn(store: Store, count: int) -> None:
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
