"""A disk under the real SQLite of this Python: what a power cut leaves of it, and writes that fail.

A file system of SQLite's (a VFS) is laid over the default one by ctypes, in the very library that ``sqlite3`` uses:
the store is opened as always. Each write goes through to the real file and is remembered until its file is synced.

    with Disk(lambda path: path.name.startswith("akk.db")) as disk:
        store = Store.open(path)
        ...
        disk.image(folder, random)     what is on the platter if the power goes now

What a disk may do with writes that were not synced: keep any of them, in any order, or the first sectors of one. The
removal of a file counts once some file of its folder is synced.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import random
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_int64, c_void_p, CFUNCTYPE, POINTER
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

SECTOR: Final = 512
OK: Final = 0
FULL: Final = 13
"""SQLITE_FULL: no room is left."""
IOERR_WRITE: Final = 10 | 3 << 8
_FAILS: Final = {"write": IOERR_WRITE, "sync": 10 | 4 << 8, "truncate": 10 | 6 << 8}
_NAME: Final = b"akk-disk"


class Write(NamedTuple):
    """One change of a file that no sync has made sure of; ``data`` None: it was cut to ``at`` bytes."""

    at: int
    data: bytes | None


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 13),
    ]


class _File(ctypes.Structure):
    _fields_ = [("methods", POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("path_size", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 14),
    ]


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


_ENTERED: Final[list[Disk]] = []
"""A connection that was opened while a disk was entered asks it until it is closed, whenever that is."""


def library() -> Any:
    """SQLite as ``sqlite3`` loaded it; None where its functions are not to be had."""
    found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    return found if hasattr(found, "sqlite3_vfs_register") else None


class Disk:
    """While it is entered, every SQLite file that this process opens and ``mine`` names is on it.

    ``at_sync(path)`` is called before each sync has its effect. ``fail(n, often)`` lets the n-th write, sync or
    truncation from now (1 is the next) fail, and with ``often`` all that follow.
    """

    def __init__(self, mine: Callable[[Path], bool]) -> None:
        self._library = library()
        self._mine = mine
        self._files: dict[int, Path] = {}
        self._tables: dict[int, _Methods] = {}
        self._kept: list[Any] = []
        self.durable: dict[Path, bytes] = {}
        self.pending: dict[Path, list[Write]] = {}
        self.removed: dict[Path, bytes] = {}
        self.at_sync: Callable[[Path], None] = lambda _: None
        self.calls = self.syncs = self.failed = 0
        self._fails_at = 0
        self._often = False
        self._code: int | None = None

    def __enter__(self) -> Disk:
        api = self._library
        api.sqlite3_vfs_find.restype = POINTER(_Vfs)
        below = api.sqlite3_vfs_find(None)
        self._vfs = _Vfs.from_buffer_copy(below.contents)
        self._vfs.name = _NAME
        below_address = ctypes.cast(below, c_void_p)
        opens = _OPEN(below.contents.open)
        deletes = _DELETE(below.contents.delete)

        def opened(_: int, name: int | None, handle: int, flags: int, out: Any) -> int:
            said = opens(below_address, name, handle, flags, out)
            if said == OK and name and self._mine(path := Path(ctypes.string_at(name).decode())):
                self._took(path, handle)
            return said

        def deleted(_: int, name: bytes, sync: int) -> int:
            said = deletes(below_address, name, sync)
            if said == OK:
                self._gone(Path(name.decode()), synced=bool(sync))
            return said

        self._kept += [_OPEN(opened), _DELETE(deleted)]
        self._vfs.open, self._vfs.delete = (ctypes.cast(one, c_void_p).value for one in self._kept[-2:])
        _ENTERED.append(self)
        assert api.sqlite3_vfs_register(ctypes.byref(self._vfs), 1) == OK
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
        assert not self._files, f"still open: {set(self._files.values())}"
        for held in (self.durable, self.pending, self.removed):
            held.clear()

    # what happens to it

    def fail(self, number: int, *, often: bool = False, code: int | None = None) -> None:
        """Let one call fail, see the class; ``code`` is SQLite's, else the one that a failing disk gives."""
        self.calls = self.failed = 0
        self._fails_at, self._often, self._code = number, often, code

    def work(self) -> None:
        """Everything goes well from now on."""
        self._fails_at = 0

    def image(self, folder: Path, draw: random.Random | None) -> None:
        """Write into ``folder`` what is on the platter if the power goes now; None: nothing that was not synced."""
        for path in {*self.durable, *self.removed}:
            held = self.durable.get(path)
            if held is None or (path in self.removed and draw is not None and draw.random() < 0.5):
                if draw is None or draw.random() < 0.5:
                    continue
                held = self.removed[path]
            data = bytearray(held)
            for one in self.pending.get(path, ()) if draw is not None and path in self.durable else ():
                _half_done(data, one, draw)
            (folder / path.name).write_bytes(data)

    # what SQLite does with it

    def _took(self, path: Path, handle: int) -> None:
        self._files[handle] = path
        if path not in self.durable:
            self.durable[path], self.pending[path] = path.read_bytes(), []
        file = _File.from_address(handle)
        address = ctypes.cast(file.methods, c_void_p).value or 0
        if address not in self._tables:
            self._tables[address] = self._table(file.methods.contents)
        file.methods = ctypes.pointer(self._tables[address])

    def _gone(self, path: Path, *, synced: bool) -> None:
        held = self.durable.pop(path, None)
        self.pending.pop(path, None)
        if held is not None and not synced:
            self.removed[path] = held

    def _table(self, below: _Methods) -> _Methods:
        closes, writes = _CLOSE(below.close), _WRITE(below.write)
        truncates, syncs = _TRUNCATE(below.truncate), _SYNC(below.sync)

        def closed(handle: int) -> int:
            del self._files[handle]
            return closes(handle)

        def wrote(handle: int, data: int, count: int, at: int) -> int:
            if said := self._fails("write"):
                return said
            self._change(handle, Write(at, ctypes.string_at(data, count)))
            return writes(handle, data, count, at)

        def cut(handle: int, size: int) -> int:
            if said := self._fails("truncate"):
                return said
            self._change(handle, Write(size, None))
            return truncates(handle, size)

        def synced(handle: int, flags: int) -> int:
            if said := self._fails("sync"):
                return said
            path = self._files[handle]
            self.at_sync(path)
            self.syncs += 1
            if path in self.durable:
                data = bytearray(self.durable[path])
                for one in self.pending[path]:
                    _done(data, one)
                self.durable[path], self.pending[path] = bytes(data), []
            for other in [one for one in self.removed if one.parent == path.parent]:
                del self.removed[other]
            return syncs(handle, flags)

        made = _Methods.from_buffer_copy(below)
        table = {
            "close": _CLOSE(closed),
            "write": _WRITE(wrote),
            "truncate": _TRUNCATE(cut),
            "sync": _SYNC(synced),
        }
        for name, one in table.items():
            setattr(made, name, ctypes.cast(one, c_void_p).value)
        self._kept.append(table)
        return made

    def _change(self, handle: int, one: Write) -> None:
        # A file that was removed while it is open goes with its last handle.
        if (waiting := self.pending.get(self._files[handle])) is not None:
            waiting.append(one)

    def _fails(self, what: str) -> int:
        self.calls += 1
        if not self._fails_at or self.calls < self._fails_at or (self.calls > self._fails_at and not self._often):
            return OK
        self.failed += 1
        return _FAILS[what] if self._code is None else self._code


def _done(data: bytearray, one: Write) -> None:
    if one.data is None:
        del data[one.at :]
        return
    if len(data) < one.at:
        data.extend(bytes(one.at - len(data)))
    data[one.at : one.at + len(one.data)] = one.data


def _half_done(data: bytearray, one: Write, draw: random.Random) -> None:
    """What may have come of a write that was not synced: nothing, all of it, or its first sectors."""
    chance = draw.random()
    if chance < 0.4:
        return
    if one.data is not None and chance < 0.6:
        one = one._replace(data=one.data[: draw.randrange(len(one.data) // SECTOR + 1) * SECTOR])
    _done(data, one)
