"""Notes that are never sent (*pribadi*): in a table of their own, so that no request can hold one.

They are shown and found like other notes. Sending one deliberately makes an ordinary note of it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, TYPE_CHECKING

from akk_tui.contract import codec, ids
from akk_tui.contract.errors import BadKey, BadValue, N_
from akk_tui.contract.fields import canonical
from akk_tui.store import derived, operations, redo
from akk_tui.store.clock import stamp
from akk_tui.store.errors import EditRefused, OutOfScope
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from sqlite3 import Connection

    from akk_tui.store.store import Store

STATE: Final = "private"
_FIELDS: Final = ("cycle", "region", "subject", "title", "body", "tags")
_PLACE: Final = ("cycle", "region", "subject")


class NotPrivate(EditRefused):
    """The note is none that stays here."""

    code: ClassVar[str] = "not_private"
    text: ClassVar[str] = N_("Catatan {id} bukan catatan pribadi.")


def row(db: Connection, key: str) -> dict[str, Any]:
    """The fields of a private note as a note's row has them; empty when it is not there, deleted ones too."""
    found = _read(db, key)
    return {} if found.get("deleted") else found


def keys(db: Connection) -> list[str]:
    """The keys of all private notes, deleted ones too."""
    return [key for (key,) in db.execute("SELECT key FROM private_note")]


def _read(db: Connection, key: str) -> dict[str, Any]:
    found = db.execute("SELECT data FROM private_note WHERE key = ?", (key,)).fetchone()
    return codec.decode(dict[str, Any], found[0]) if found else {}


class Private:
    """The private notes of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def save(self, fields: dict[str, Any], *, key: str | None = None, draft: str | None = None) -> str:
        """Write a private note, a new one or (``key``) other values of one that is here; returns its key.

        ``fields``: cycle, region, subject (these three only when it is made), title, body, tags. ``draft`` is dropped
        in the same transaction. Raises BadValue, UnknownField, OutOfScope, NotPrivate, StoreUnusable.
        """
        store, db = self._store, self._db
        made = {name: canonical("note", name, value) for name, value in fields.items()}
        wrong = next((name for name in made if name not in _FIELDS or (key and name in _PLACE)), None)
        if wrong is not None:
            raise BadValue(value=str(fields[wrong])[:60], field=wrong, reason=", ".join(_FIELDS))
        with db.write():
            if key is None:
                key = ids.uuid7(int(store.now().timestamp() * 1000), store.random_bits)
                old: dict[str, Any] = {"author": store.meta.get("officer")}
            else:
                old = self._there(key)
            data = {name: value for name, value in {**old, **made}.items() if value is not None}
            self._put(key, data)
            if draft is not None:
                db.execute("DELETE FROM draft WHERE id = ?", (draft,))
            derived.refresh(db, [], [key])
        return key

    def delete(self, key: str) -> None:
        """Take a private note away; :meth:`restore` brings it back. Raises NotPrivate."""
        with self._db.write():
            self._put(key, {**self._there(key), "deleted": True})
            derived.refresh(self._db, [], [key])

    def restore(self, key: str) -> None:
        """Bring a deleted private note back. Raises NotPrivate."""
        with self._db.write():
            data = _read(self._db, key)
            if not data.pop("deleted", None):
                raise NotPrivate(reason="not_private", id=key)
            self._put(key, data)
            derived.refresh(self._db, [], [key])

    def send(self, key: str) -> Edit:
        """Make an ordinary note of it, under the same key and in one transaction: from now on it is sent.

        Raises NotPrivate, and whatever the creation of a note is refused with; then it stays private.
        """
        with self._db.write():
            data = self._there(key)
            self._db.execute("DELETE FROM private_note WHERE key = ?", (key,))
            return self._store.create("note", data, key=key)

    def take_back(self, key: str) -> bool:
        """Make a note private again that :meth:`send` made and no request has held; False when it is too late."""
        with self._db.write():
            own = operations.load(self._db, "kind = 'note' AND key = ?", (key,))
            if len(own) != 1 or own[0].field != operations.CREATION or own[0].requested:
                return False
            self._db.execute("DELETE FROM outbox WHERE op = ?", (own[0].op,))
            redo.forget(self._db)
            self._put(key, own[0].body.set)
            derived.refresh(self._db, [own[0].unit], [key])
        return True

    def count(self) -> int:
        """How many private notes there are: what a wipe would lose for good."""
        return sum(bool(row(self._db, key)) for key in keys(self._db))

    def _there(self, key: str) -> dict[str, Any]:
        found = row(self._db, key)
        if not found:
            raise NotPrivate(reason="not_private", id=key)
        return found

    def _put(self, key: str, data: dict[str, Any]) -> None:
        missing = next((name for name in _PLACE if not data.get(name)), None)
        if missing is not None:
            raise BadValue(value="", field=missing, reason=N_("harus diisi"))
        unit = ids.unit(str(data["cycle"]), str(data["region"]))
        if not ids.UUID.match(key):
            raise BadKey(kind="note", key=key)
        if not self._db.one("SELECT 1 FROM unit WHERE unit = ? AND NOT leaving", (unit,)):
            raise OutOfScope(reason="scope", unit=unit)
        self._db.execute(
            "INSERT OR REPLACE INTO private_note VALUES (?, ?, ?, ?)",
            (key, unit, codec.encode(data).decode(), stamp(self._store.now())),
        )
