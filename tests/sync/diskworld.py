"""A device on a disk that fails or loses its power, in the world of the model; and what must hold afterwards."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any, NamedTuple

from disk import Disk
from modeldevice import Device
from modelhost import UNITS
from modelofficer import look_at_drafts
from modelpromises import Broken, look_at, look_at_log
from modelworld import World

from akk_tui.contract.errors import AkkError
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.shapes import Draft

UNIT = UNITS[3]
_FOREIGN = ("Error", "I/O", "sqlite", "disk image", "malformed", "locked", "None")
"""What is in no sentence for an officer."""


class Cut(NamedTuple):
    """The files after a power cut, the operations and drafts that had been saved before it."""

    folder: Path
    saved: dict[str, Any]
    drafts: dict[str, str]


class Bench:
    """Ani's laptop with unsent work, and a server with news for it. ``reset`` goes back to this."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder)
        self.device, _, self.other = self.world.devices
        for number, region in enumerate((UNIT, UNITS[4])):
            self.other.store.edit("assessment", f"{region}:1.1", {"owners": ["B"]}, seen=None)
            self.other.store.edit("score", f"{region}:2025-09-08", {"value": f"7{number}"}, seen=None)
        for number in range(12):
            write_note(self.other, f"b{number}")
        self.other.note_saved()
        self.other.round()
        for value in ("60", "61"):
            self.device.store.edit("criterion", f"{UNITS[4]}:mcp", {"value": value}, seen=None)
        write_note(self.device, "d0")
        self._ever = {}
        for device in self.world.devices:
            device.note_saved()
            self._ever[device] = device.ever
            device.freeze()
        self.world.host.freeze()

    def reset(self, seed: str) -> None:
        self.world.reset(seed, "all")
        for device in self.world.devices:
            device.ever = dict(self._ever[device])

    def disk(self) -> Disk:
        return Disk(lambda path: path.name.startswith(self.device.path.name))

    def close(self) -> None:
        self.world.close()

    def settle(self, device: Device) -> None:
        """The device syncs on a good link until nothing moves; then the promises are looked at."""
        for _ in range(6):
            before = self.world.host.seq()
            try:
                device.round(accept=True)
            except AkkError as error:
                raise Broken(f"no peace: {type(error).__name__} {error.words()}") from error
            if before == self.world.host.seq():
                break
        else:
            raise Broken("it never comes to rest")
        log, rows = self.world.host.log(), self.world.host.rows()
        look_at_log([*self.world.devices, device], log, rows)
        look_at(device, {row.op for row in log}, rows, self.world.host.scope(device.officer))
        look_at_drafts(device)

    def look_at(self, cut: Cut) -> None:
        """A new start after the power cut: the file is whole, what was saved is there, nothing else is."""
        found = copy.copy(self.device)
        found.path = cut.folder / self.device.path.name
        found.ever, found.drafts, found.random = dict(cut.saved), dict(cut.drafts), random.Random(cut.folder.name)
        try:
            found.store = found.open()
        except AkkError as error:
            raise Broken(f"it does not open: {error.words()}") from error
        try:
            if (said := found.store.db.value("PRAGMA integrity_check")) != "ok":
                raise Broken(f"damaged: {said}")
            there = {row[0] for row in found.outbox()}
            for table in ("sent", "discarded"):
                there |= {op for (op,) in found.store.db.execute(f"SELECT op FROM {table}")}
            if lost := cut.saved.keys() - there:
                raise Broken(f"saved, and gone with the power: {lost}")
            if invented := there - self.device.ever.keys():
                raise Broken(f"nobody saved it: {invented}")
            found.note_saved()
            self.settle(found)
        finally:
            found.store.close()


def write_note(device: Device, name: str) -> None:
    """A note is typed, which makes a draft, and saved."""
    body = f"Isi {name}"
    device.store.drafts.save(Draft(name, None, UNIT[5:], UNIT[:4], "A", body, (), None, device.now(), 1))
    device.drafts[name] = body
    fields = {"cycle": UNIT[:4], "region": UNIT[5:], "subject": UNIT[5:], "title": "A", "body": body}
    device.store.create("note", fields, draft=name)


def look_at_words(error: BaseException, path: Path) -> None:
    """A disk that fails is told in a sentence that says where, with the exit code of the store."""
    if not isinstance(error, StoreUnusable):
        raise Broken(f"not in words: {type(error).__name__}: {error}") from error
    words = error.words()
    if error.exit_code != 6 or str(path.parent) not in words or any(word in words for word in _FOREIGN):
        raise Broken(f"no clear sentence: {words}") from error
